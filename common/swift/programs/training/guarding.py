"""A tracker that fails is left out from there on; what is trained is worth more than what is told of it."""

import logging
import re
from collections.abc import Callable
from typing import Any

from . import facts
from .orders import Orders

# User and password within an address.
USER_OF_ADDRESS = re.compile(r"(?<=://)[^/@\s]+@")
WHY_MAX_CHARACTERS = 300


class Guard:
    """Of all trackers of a training: `alive` are those that work, `links` where their runs are to be seen."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._failed: dict[str, str] = {}
        self.alive: dict[str, Any] = {}
        self.links: dict[str, str] = {}

    def watch(self, tracker: str, callback: Any) -> None:
        """From here on none of its exceptions leaves this callback."""
        self.alive[tracker] = callback
        for event in [name for name in dir(callback) if name.startswith("on_")]:
            setattr(callback, event, self._guarded(tracker, getattr(callback, event)))

    def tell(self) -> None:
        facts.write(self._orders, facts.LINKS, {"links": self.links, "failed": self._failed})

    def _guarded(self, tracker: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if tracker in self._failed:
                return None
            try:
                return call(*args, **kwargs)
            except (Exception, SystemExit) as error:  # wandb and swanlab ask for a key, and end where nobody answers
                self._leave_out(tracker, error)
                return None

        return guarded

    def _leave_out(self, tracker: str, error: BaseException) -> None:
        # Not its traceback: mlflow's has the password of an address.
        logging.getLogger(__name__).warning("%s fails, and is left out from here on: %s", tracker, why(error))
        self._failed[tracker] = why(error)
        self.alive.pop(tracker, None)
        self.tell()


def why(error: BaseException) -> str:
    """The kind and the first line of an exception, without passwords of addresses."""
    text = without_user(" ".join(str(error).split()))
    return f"{type(error).__name__}: {text}"[:WHY_MAX_CHARACTERS]


def without_user(address: str) -> str:
    return USER_OF_ADDRESS.sub("", address)
