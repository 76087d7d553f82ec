"""Authorisation: which scope an endpoint needs; this is the one place that decides it. Reading needs `read`, anything
else `write`.
"""

from flask import Flask, request

from api.edge.principal import principal
from common.access.api_keys import Scope
from common.errors import Forbidden
from common.settings import Settings

# What HTTP calls safe (RFC 9110, 9.2.1); no endpoint has TRACE.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Below the API's prefix, as the routes spell them.
ADMIN_PATHS = ("/keys", "/audit", "/doctor")
ADMIN_CHANGES_BELOW = ("/nodes/",)
ADMIN_CHANGES = frozenset(
    {
        ("DELETE", "/training/jobs"),
        ("POST", "/training/queue/processor/start"),
        ("POST", "/training/queue/processor/stop"),
        ("POST", "/system/prune"),
    }
)


def needed_scope(method: str, route: str) -> Scope:
    """The scope that `method` on this route, without the API's prefix, asks for."""
    if any(route == path or route.startswith(f"{path}/") for path in ADMIN_PATHS):
        return Scope.ADMIN
    if method in SAFE_METHODS:
        return Scope.READ
    is_admins = (method, route) in ADMIN_CHANGES or route.startswith(ADMIN_CHANGES_BELOW)
    return Scope.ADMIN if is_admins else Scope.WRITE


def register_scopes(app: Flask, settings: Settings) -> None:
    """Refuse what the key may not do; comes after `register_auth`."""

    @app.before_request
    def require_scope() -> None:
        found = principal()
        if found is None or request.url_rule is None:  # an open page; or no endpoint at all, to be answered 404
            return
        needed = needed_scope(request.method, request.url_rule.rule.removeprefix(settings.api_prefix))
        if not found.scope.allows(needed):
            raise Forbidden(
                f"this needs a key with scope '{needed}'; the key '{found.name}' has '{found.scope}'",
                needed_scope=str(needed),
                scope=str(found.scope),
                key_name=found.name,
            )
