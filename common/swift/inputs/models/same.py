"""Are two models, as users named them, one and the same?"""

import os

from common.swift.inputs.models.adapter import bare_name
from common.swift.inputs.places.paths import locate
from common.swift.inputs.places.roots import Roots
from common.swift.inputs.problem import InputRefused


def is_same_model(one: str, other: str, roots: Roots) -> bool:
    """Of two folders what is there counts, of two ids on a hub the id, of one of each what they are called."""
    first, second = _opened(one, roots), _opened(other, roots)
    if first == second:
        return True
    are_folders = {first.startswith("/"), second.startswith("/")}
    if are_folders == {True}:
        return os.path.realpath(first) == os.path.realpath(second)
    if are_folders == {False}:
        return _id(first) == _id(second)
    return bare_name(first) == bare_name(second)


def _opened(model: str, roots: Roots) -> str:
    """Where it is; as it was named, where it is nowhere."""
    try:
        return locate(model, roots).opened
    except InputRefused:
        return model


def _id(model: str) -> str:
    return model.rpartition("::")[2].lower()
