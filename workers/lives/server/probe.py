"""The health check of a server (its probe): does it answer as the model that it should be, and is it the attempt's own
process that listens there?
"""

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from workers.lives.server.http_look import NoAnswer, get

HEALTH, MODELS = "/health", "/v1/models"
TIMEOUT_SECONDS = 3.0
# ms-swift takes the next free port out of as many (find_free_port in its utils/utils.py).
NEXT_PORTS = 100


class ProbeKind(StrEnum):
    """`not_yet` may become `ready`; `wrong_port` and `wrong_model` will not.

    After `ready`, all others are trouble but `locked`: it answers, and this worker's key opens it no more.
    """

    READY = "ready"
    NOT_YET = "not_yet"
    WRONG_MODEL = "wrong_model"
    WRONG_PORT = "wrong_port"
    NO_ANSWER = "no_answer"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What was found, and a sentence on it where it is not `ready`."""

    kind: ProbeKind
    message: str = ""

    @property
    def is_ready(self) -> bool:
        return self.kind is ProbeKind.READY


def probe_server(
    host: str,
    port: int,
    expected_models: Iterable[str],
    look: Callable[[], Collection[int]],
    timeout_seconds: float = TIMEOUT_SECONDS,
    *,
    key: str = "",
) -> ProbeResult:
    """Whether the attempt's own server answers at its address as these models.

    `look` tells the ports that the attempt's processes listen on now (listening_ports).
    """
    ports = look()
    if port in ports:
        return probe(host, port, expected_models, timeout_seconds, key=key)
    try:
        get(host, port, HEALTH, timeout_seconds)
    except NoAnswer as silence:
        if silence.refused:
            return _on_platforms(host, port, ports, timeout_seconds)
    if port in look():  # it began to listen between the two looks
        return probe(host, port, expected_models, timeout_seconds, key=key)
    return ProbeResult(ProbeKind.WRONG_PORT, f"another process listens on port {port}")


def probe(
    host: str, port: int, expected_models: Iterable[str], timeout_seconds: float = TIMEOUT_SECONDS, *, key: str = ""
) -> ProbeResult:
    """Whether a server answers at this address as these models, whoever's it is."""
    try:
        health = get(host, port, HEALTH, timeout_seconds)
        if health.status == 503:
            return ProbeResult(ProbeKind.NOT_YET, "the model is being loaded")
        if health.status != 200:
            return ProbeResult(ProbeKind.NO_ANSWER, f"{HEALTH} answers {health.status}")
        models = get(host, port, MODELS, timeout_seconds, key)
    except NoAnswer as silence:
        return ProbeResult(ProbeKind.NOT_YET if silence.refused else ProbeKind.NO_ANSWER, silence.why)
    if models.status == 401:
        return ProbeResult(ProbeKind.LOCKED, f"{MODELS} takes another key than this worker's")
    if models.status != 200:
        return ProbeResult(ProbeKind.NO_ANSWER, f"{MODELS} answers {models.status}")
    return _compare(_names(models.body), list(expected_models))


def _compare(served: list[str], expected: list[str]) -> ProbeResult:
    missing = [name for name in expected if name not in served]
    if missing:
        names = ", ".join(served)[:200] or "none"
        return ProbeResult(ProbeKind.WRONG_MODEL, f"it does not serve {', '.join(missing)}, but {names}")
    return ProbeResult(ProbeKind.READY)


def _names(body: bytes) -> list[str]:
    try:
        return [str(entry["id"]) for entry in json.loads(body)["data"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def _on_platforms(host: str, port: int, ports: Collection[int], timeout_seconds: float) -> ProbeResult:
    """Engines listen on ports of their own while they load, so only one that answers as a server counts.

    Others are let be: what engines talk over them is not HTTP.
    """
    for other in sorted(other for other in ports if port < other < port + NEXT_PORTS):
        try:
            answer = get(host, other, HEALTH, timeout_seconds)
        except NoAnswer:
            continue
        if answer.status == 200:
            return ProbeResult(ProbeKind.WRONG_PORT, f"it listens on port {other} instead of {port}")
    return ProbeResult(ProbeKind.NOT_YET, f"nobody listens on port {port} yet")
