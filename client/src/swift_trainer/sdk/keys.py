"""API keys of the service."""

from typing import cast

from swift_trainer.sdk.shapes import Json
from swift_trainer.sdk.transport import Transport, path_part

KeyList = list[Json]  # inside Keys, `list` is the method


class Keys:
    """`SwiftTrainer.keys`; for keys with scope admin."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, name: str, scope: str, expires_in: int | None = None) -> Json:
        """Make a key; `key` in the answer is the whole of it, shown this once. `expires_in` is in seconds."""
        body = {"name": name, "scope": scope, "expires_in": expires_in}
        return cast("Json", self._transport.request("POST", "/keys", body=body))

    def list(self) -> KeyList:
        """All keys, newest first; those that are over stay for 30 days."""
        return cast("KeyList", self._transport.request("GET", "/keys")["keys"])

    def revoke(self, id_or_name: str) -> None:
        """End a key for good. Raises NotFound."""
        self._transport.request("DELETE", f"/keys/{path_part(id_or_name, 'a key')}")
