"""What the global options say about the service; connects when a command asks for it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from client.sdk import SwiftTrainer


@dataclass(frozen=True, slots=True)
class Connection:
    """The address and key as given; `settings` are further arguments of the SDK's client."""

    url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    settings: dict[str, Any] = field(default_factory=dict)

    def open(self) -> "SwiftTrainer":
        from client.sdk import SwiftTrainer  # noqa: PLC0415 - the HTTP library is not needed for help and usage errors

        return SwiftTrainer(self.url, self.api_key, **self.settings)
