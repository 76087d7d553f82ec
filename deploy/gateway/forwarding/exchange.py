"""An exchange, one request and its answer, as far as they have come: what log, metrics and counts tell of it."""

import time
from dataclasses import dataclass, field

from aiohttp import web

from deploy.gateway.forwarding.retries import Failure
from deploy.gateway.forwarding.usage import Usage

CLIENT_LEFT = "client_left"
BROKEN_OFF = "broken_off"


@dataclass(slots=True)
class Exchange:
    """Written by whoever handles the request; `failure` is the code of a refusal, or how the answer ended early."""

    request_id: str
    began: float = field(default_factory=time.monotonic)
    caller_id: str = ""
    model: str = ""
    is_model_known: bool = False
    deployment_id: str = ""
    status: int = 0
    first_byte_seconds: float | None = None
    usage: Usage | None = None
    failure: str = ""
    failed_tries: list[Failure] = field(default_factory=list)

    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.began

    def note_first_byte(self) -> None:
        if self.first_byte_seconds is None:
            self.first_byte_seconds = self.seconds()

    @property
    def outcome(self) -> str:
        """2xx, 4xx, 5xx and so on, or why its answer ended early."""
        return self.failure if self.failure in {CLIENT_LEFT, BROKEN_OFF} else f"{self.status // 100}xx"

    @property
    def is_error(self) -> bool:
        """Whether the service, not the client, is to blame."""
        return self.failure == BROKEN_OFF or (self.failure != CLIENT_LEFT and self.status >= 500)


EXCHANGE = web.RequestKey("exchange", Exchange)
