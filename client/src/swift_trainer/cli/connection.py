"""What the global options say about the service; connects when a command asks for it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from swift_trainer.sdk import Gateway, SwiftTrainer


@dataclass(frozen=True, slots=True)
class Connection:
    """The addresses and the key as given; `settings` are further arguments of the SDK's client."""

    url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    gateway: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    def open(self) -> "SwiftTrainer":
        from swift_trainer.sdk import SwiftTrainer  # noqa: PLC0415 - the HTTP library is not needed for help and usage errors

        return SwiftTrainer(self.url, self.api_key, **self.settings)

    def open_gateway(self) -> "Gateway":
        from swift_trainer.sdk import Gateway, find_gateway  # noqa: PLC0415 - as above

        found = find_gateway(self.url, self.api_key, self.gateway)
        return Gateway(found, transport=self.settings.get("transport"))
