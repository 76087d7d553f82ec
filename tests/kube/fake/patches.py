"""The patches beside server-side apply: a JSON merge patch, or a list of JSON patch operations that replace."""

import copy
from typing import Any


def changed(live: Any, patch: Any) -> Any:
    """The object with the patch, whose form tells its kind."""
    return _replaced(copy.deepcopy(live), patch) if isinstance(patch, list) else _merged(live, patch)


def _merged(live: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    merged = dict(live) if isinstance(live, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merged(merged.get(name), value)
    return merged


def _replaced(document: Any, operations: list[dict[str, Any]]) -> Any:
    for operation in operations:
        assert operation["op"] == "replace", "the fake knows no other"
        node = document
        *steps, last = operation["path"].strip("/").split("/")
        for step in steps:
            node = node[int(step) if isinstance(node, list) else step]
        node[int(last) if isinstance(node, list) else last] = operation["value"]
    return document
