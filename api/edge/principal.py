"""The principal: who makes the present request, once `api.edge.auth` knows."""

from flask import g

from common.access.principals import Principal


def principal() -> Principal | None:
    """None on the pages that are open, and as long as nobody was recognised."""
    found: Principal | None = g.get("principal")
    return found


def set_principal(found: Principal | None) -> None:
    g.principal = found
    g.actor = found.name if found else ""
