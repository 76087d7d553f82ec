"""Time as the SDK sees it, in one place so that tests wait for nothing."""

import time


class Clock:
    """Monotonic time and sleep, in seconds."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
