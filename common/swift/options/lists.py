"""Options that take several values, sent as one text: `q_proj,v_proj`, or the list as JSON. ms-swift would take the
text for one value, and fail over it when the model is there.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from common.swift.options.catalog import Option
from common.swift.options.problem import OptionCode
from common.swift.options.refused import PATHS
from common.swift.options.safety import Refusal
from common.swift.options.values import SHOWN_CHARACTERS, misfit
from common.truncated import truncated

# Names, words and numbers have neither commas nor spaces; of these options an element may well have some.
OF_ANY_TEXT = frozenset({"model_author", "model_name", "new_special_tokens", "stop_words"})
SEPARATORS = re.compile(r"[,;\s]+")


def read_lists(extra_args: Mapping[str, Any], options: Mapping[str, Option]) -> tuple[dict[str, Any], list[str]]:
    """The options with each such text as the list that it stands for, and a sentence for each that was read so."""
    read, notes = dict(extra_args), []
    for name, value in extra_args.items():
        found = _elements(value) if name in options and _takes_plain_elements(name, options[name]) else None
        if found is not None:
            read[name] = found
            notes.append(f"extra_args.{name} was read as the list {json.dumps(found, ensure_ascii=False)}")
    return read, notes


def option_misfit(name: str, option: Option, value: Any) -> Refusal | None:
    """Why the value cannot be one of this option's, or may be one value or several: only who wrote it knows."""
    return misfit(option, value) or _is_one_or_several(name, option, value)


def _takes_plain_elements(name: str, option: Option) -> bool:
    return option.many and name not in PATHS | OF_ANY_TEXT


def _elements(value: Any) -> list[Any] | None:
    """None when there is nothing to take apart."""
    texts = value if isinstance(value, list) else [value]
    parts = [part for text in texts for part in _parts(text)]
    return parts if parts != texts else None


def _parts(text: Any) -> list[Any]:
    if not isinstance(text, str):
        return [text]
    inner = _json_list(text)
    if inner is not None:
        return inner
    return [part for part in SEPARATORS.split(text) if part] or [text]


def _json_list(text: str) -> list[Any] | None:
    if not text.strip().startswith("["):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    is_plain = isinstance(found, list) and all(isinstance(item, str | int | float) for item in found)
    return found if is_plain else None


def _is_one_or_several(name: str, option: Option, value: Any) -> Refusal | None:
    if not option.many or name not in OF_ANY_TEXT or not isinstance(value, str):
        return None
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if "," not in value or not parts:
        return None
    several, one = (truncated(json.dumps(found, ensure_ascii=False), SHOWN_CHARACTERS) for found in (parts, [value]))
    return OptionCode.WRONG_TYPE, f"takes a list, and this may be one value or several: write {several} or {one}"
