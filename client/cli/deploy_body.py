"""Build the body of a new deployment from options. Knows the fields, leaves judging to the service."""

from collections.abc import Iterable, Mapping
from typing import Any

Pairs = Iterable[tuple[str, Any]]


def deploy_body(
    model_path: str, fields: Mapping[str, Any], resources: Mapping[str, Any], maps: Mapping[str, Pairs], *, hold: bool
) -> dict[str, Any]:
    """The body with what was given; a field that is None, and a map without pairs, was not."""
    body = {"model_path": model_path, **_given(fields)}
    if given := _given(resources):
        body["resources"] = given
    body |= {name: pairs for name, found in maps.items() if (pairs := dict(found))}
    return body | ({"auto_start": False} if hold else {})


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
