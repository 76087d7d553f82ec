"""A request's body as JSON, strictly: Python's reader takes more than JSON has, and not all of it can be answered."""

import json
import math
import re
from typing import Any, NoReturn

from .errors import not_json, wrong_value

_HALF = re.compile("[\ud800-\udfff]")
DEPTH_MAX = 200  # chat templates and copies walk what they get by recursion


def read_object(body: bytes) -> dict[str, Any]:
    """The object that the body is. Raises ApiError."""
    try:
        asked = parsed(body.decode("utf-8-sig"))
    except ValueError as problem:
        raise not_json(str(problem)) from problem
    if not isinstance(asked, dict):
        raise not_json("it has to be an object")
    if b"\\u" in body:
        _refuse_halves(asked)
    if body.count(b"[") + body.count(b"{") > DEPTH_MAX:
        _refuse_depth(asked)
    return asked


def parsed(text: str) -> Any:
    """What a JSON text says. Raises ValueError."""
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_decimal)
    except RecursionError as problem:
        raise ValueError("it is nested too deeply") from problem


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _decimal(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"{digits[:40]} is too large a number")
    return value


def is_deeper(value: Any, levels: int) -> bool:
    """Whether its objects and arrays are nested more than so many levels deep."""
    level = [value]
    for _ in range(levels + 1):
        level = [each for each in level if isinstance(each, dict | list)]
        if not level:
            return False
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]
    return True


def _refuse_depth(body: dict[str, Any]) -> None:
    for key, value in body.items():
        if is_deeper(value, DEPTH_MAX):
            raise wrong_value(key, f"it is nested more than {DEPTH_MAX} levels deep. Make it flatter.")


def _refuse_halves(body: dict[str, Any]) -> None:
    """Half of a surrogate pair may be written (\\ud800), but it is no character: no tokenizer takes it."""
    left: list[tuple[str, Any]] = [("", body)]
    while left:
        where, value = left.pop()
        if isinstance(value, str) and _HALF.search(value):
            raise wrong_value(where, "it has half of a surrogate pair, which is no character.")
        if isinstance(value, list):
            left += [(f"{where}[{place}]", each) for place, each in enumerate(value)]
        elif isinstance(value, dict):
            left += [(where, key) for key in value]
            left += [(f"{where}.{key}" if where else key, each) for key, each in value.items()]
