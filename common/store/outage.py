"""An outage of the store, as the log tells it: one line when Redis goes, one when it is back."""

import structlog

log = structlog.get_logger()


class Outage:
    """One per loop that goes on without the store."""

    def __init__(self) -> None:
        self.lasts = False

    def note(self, error: str) -> None:
        """The store does not answer, or not yet again."""
        if not self.lasts:
            log.warning("store_away", error=error)
        self.lasts = True

    def end(self) -> None:
        """The store answers."""
        if self.lasts:
            log.info("store_back")
        self.lasts = False
