"""The nodes of the service: how they are, and what an operator does to them."""

from typing import cast

from swift_trainer.sdk.shapes import Json
from swift_trainer.sdk.transport import Transport, path_part

NodeList = list[Json]  # inside Nodes, `list` is the method


class Nodes:
    """`SwiftTrainer.nodes`; all but looking is for keys with scope admin. Methods with a name may raise NotFound."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> NodeList:
        """Every node that ever registered, by name."""
        return cast("NodeList", self._transport.request("GET", "/nodes")["nodes"])

    def get(self, name: str) -> Json:
        return cast("Json", self._transport.request("GET", _path(name)))

    def drain(self, name: str, reason: str = "") -> Json:
        """Place nothing more there; what runs goes on."""
        return cast("Json", self._transport.request("POST", _path(name, "drain"), body={"reason": reason}))

    def undrain(self, name: str) -> Json:
        """Let it take work again."""
        return cast("Json", self._transport.request("POST", _path(name, "undrain")))

    def lost(self, name: str, reason: str = "", *, force: bool = False) -> Json:
        """Declare lost one that never comes back: its jobs are settled at once.

        Raises Conflict while it is alive, unless `force`.
        """
        body = {"reason": reason, "force": force}
        return cast("Json", self._transport.request("POST", _path(name, "lost"), body=body))

    def forget(self, name: str) -> None:
        """Remove one that is not there and holds nothing. Raises Conflict otherwise."""
        self._transport.request("DELETE", _path(name))


def _path(name: str, *parts: str) -> str:
    return "/".join(["/nodes", path_part(name, "a node"), *parts])
