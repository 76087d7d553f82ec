"""Why a worker ends a server of its own accord; kept in the server's exit record, so that the next worker knows."""

from enum import StrEnum


class ServerStop(StrEnum):
    """The reason that is handed to the runner."""

    NOT_READY = "not_ready"
    WRONG_MODEL = "wrong_model"
    PORT_STOLEN = "port_stolen"
    UNHEALTHY = "unhealthy"
