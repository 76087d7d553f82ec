"""An object as its fields: a path to each value, where items of keyed lists go by their keys, not by their place."""

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[Any, ...]
Fields = dict[Path, Any]

# Items of these lists are told apart by their keys; every other list is one value.
LIST_KEYS = {
    "containers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
    "imagePullSecrets": ("name",),
    "conditions": ("type",),
}
PORT_KEYS = (("containerPort", "protocol"), ("port", "protocol"))
# Maps that are one value.
WHOLE = ("selector", "nodeSelector")


def fields_of(value: Any, path: Path = ()) -> Fields:
    """All values by path; an empty map or list is a value."""
    return dict(_walk(value, path)) if value else {}


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    keys = _keys(path, value)
    if isinstance(value, Mapping) and value and path[-1:] not in {(name,) for name in WHOLE}:
        for name, below in value.items():
            yield from _walk(below, (*path, name))
    elif keys and value:
        for item in value:
            yield from _walk(item, (*path, (keys, tuple(item.get(key) for key in keys))))
    else:
        yield path, value


def _keys(path: Path, value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not path:
        return None
    if path[-1] == "ports":
        return next((keys for keys in PORT_KEYS if value and keys[0] in value[0]), None)
    return LIST_KEYS.get(path[-1])


def object_of(fields: Fields) -> dict[str, Any]:
    """The object that has these fields."""
    root: dict[Any, Any] = {}
    for path, value in fields.items():
        node = root
        for step in path[:-1]:
            below = node.get(step)
            node[step] = below if isinstance(below, dict) else {}
            node = node[step]
        if not (value == {} and isinstance(node.get(path[-1]), dict)):
            node[path[-1]] = value
    built: dict[str, Any] = _lists(root)
    return built


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(isinstance(step, tuple) for step in node):
        return [_lists(item) for item in node.values()]
    return {step: _lists(below) for step, below in node.items()}


def spelled(path: Path) -> str:
    """The path as the server's messages have it."""
    steps = []
    for step in path:
        if isinstance(step, tuple):
            steps.append(f"[{','.join(f'{key}={value!r}' for key, value in zip(*step, strict=True))}]")
        else:
            steps.append(f".{step}")
    return "".join(steps).replace("'", '"')
