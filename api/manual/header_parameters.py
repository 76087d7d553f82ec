"""Shows the headers that an endpoint reads beside its query, which `blp.doc(parameters=…)` would hide."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def reads_headers(*parameters: dict[str, Any]) -> Callable[[View], View]:
    """Add these, as OpenAPI describes them, to what the view takes; flask-smorest collects that in `_apidoc`."""

    def decorate(view: View) -> View:
        found = deepcopy(getattr(view, "_apidoc", {}))
        found.setdefault("arguments", {}).setdefault("parameters", []).extend(parameters)
        view._apidoc = found  # type: ignore[attr-defined]
        return view

    return decorate
