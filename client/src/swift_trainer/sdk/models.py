"""Models: the names that deployments answer to, and their versions."""

from typing import cast
from urllib.parse import quote

from swift_trainer.sdk.shapes import Model, ModelDetail, RolledBack
from swift_trainer.sdk.transport import Transport

ModelList = list[Model]  # inside Models, `list` is the method


class Models:
    """`SwiftTrainer.models`. Methods that take a name raise NotFound when no deployment has it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> ModelList:
        return cast("ModelList", self._transport.request("GET", "/deploy/models")["models"])

    def get(self, name: str) -> ModelDetail:
        """The model with all its versions and their deployments."""
        return cast("ModelDetail", self._transport.request("GET", f"/deploy/models/{quote(name, safe='')}"))

    def rollback(self, name: str, version: str | None = None) -> RolledBack:
        """Let that version, or the one before, answer again; the present one goes on until it does.

        Raises Conflict when there is no such version.
        """
        path = f"/deploy/models/{quote(name, safe='')}/rollback"
        return cast("RolledBack", self._transport.request("POST", path, body={"version": version} if version else {}))
