"""What the API server refuses, in its own form and words."""

from typing import Any

from tests.kube.fake.kinds import Kind, Place


class Refused(Exception):
    """A request that is answered by a Status."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message

    def status(self) -> dict[str, Any]:
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.code,
        }


def unauthorized() -> Refused:
    return Refused(401, "Unauthorized", "Unauthorized")


def forbidden(user: str, verb: str, place: Place) -> Refused:
    kind = place.kind
    what = f'{kind.qualified} "{place.name}"' if place.name else kind.qualified
    may_not = f'User "{user}" cannot {verb} resource "{place.resource}" in API group "{kind.group}"'
    return Refused(403, "Forbidden", f'{what} is forbidden: {may_not} in the namespace "{place.namespace}"')


def not_found(kind: Kind | None, name: str) -> Refused:
    return Refused(404, "NotFound", f'{kind.qualified if kind else "namespaces"} "{name}" not found')


def conflict(manager: str, api_version: str, fields: list[str]) -> Refused:
    count = f"{len(fields)} conflict" + ("s" if len(fields) > 1 else "")
    listed = ", ".join(fields)
    message = f'Apply failed with {count}: conflict with "{manager}" using {api_version}: {listed}'
    return Refused(409, "Conflict", message)


def invalid(kind: Kind, name: str, problems: list[str]) -> Refused:
    text = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
    return Refused(422, "Invalid", f'{kind.qualified_name} "{name}" is invalid: {text}')
