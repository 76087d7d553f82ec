"""Who makes the present request, once `api.edge.auth` knows."""

from dataclasses import dataclass

from flask import g

from common.access.api_keys import Scope


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks. `id` tells two keys of one name apart; `name` is what events and records say."""

    id: str
    name: str
    scope: Scope


# This machine, as long as no API_KEY is set.
LOCAL = Principal("local", "local", Scope.ADMIN)
# Whoever has the API_KEY of the settings.
BOOTSTRAP = Principal("api_key", "api_key", Scope.ADMIN)


def principal() -> Principal | None:
    """None on the pages that are open, and as long as nobody was recognised."""
    found: Principal | None = g.get("principal")
    return found


def set_principal(found: Principal | None) -> None:
    g.principal = found
    g.actor = found.name if found else ""
