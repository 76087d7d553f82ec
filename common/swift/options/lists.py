"""Options that take several values, sent as one text: `q_proj,v_proj`, or the list as JSON. ms-swift would take the
text for one value, and fail over it when the model is there.
"""

import ast
import json
import re
from collections.abc import Mapping
from typing import Any

from common.swift.options.catalog import Option, OptionType
from common.swift.options.problem import OptionCode
from common.swift.options.refused import PATHS
from common.swift.options.safety import Refusal
from common.swift.options.values import SHOWN_CHARACTERS, misfit, object_wanted
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
    if isinstance(value, list | tuple) and option.type is OptionType.JSON:
        return OptionCode.WRONG_TYPE, object_wanted(name)
    return _has_no_element(name, option, value) or misfit(option, value) or _is_one_or_several(name, option, value)


def _has_no_element(name: str, option: Option, value: Any) -> Refusal | None:
    """What would not be passed, or as a text that nobody meant."""
    if not _takes_plain_elements(name, option) or not isinstance(value, str) or value.strip(" ,;[]"):
        return None
    return OptionCode.WRONG_TYPE, "takes a list, and this has no element: leave the option out"


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
    inner = _written_list(text)
    if inner is not None:
        return inner
    return [part for part in map(_bare, SEPARATORS.split(_inside(text))) if part] or [text]


def _inside(text: str) -> str:
    """Without the brackets of a list whose elements have no quotation marks."""
    stripped = text.strip()
    return stripped[1:-1] if stripped.startswith("[") and stripped.endswith("]") else stripped


def _bare(part: str) -> str:
    return part[1:-1] if len(part) > 1 and part[0] == part[-1] and part[0] in "\"'" else part


def _written_list(text: str) -> list[Any] | None:
    """A list as JSON or Python writes it."""
    if not text.strip().startswith("["):
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, list) and found and all(isinstance(item, str | int | float) for item in found):
            return found
    return None


def _is_one_or_several(name: str, option: Option, value: Any) -> Refusal | None:
    if not option.many or name not in OF_ANY_TEXT or not isinstance(value, str):
        return None
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if "," not in value or not parts:
        return None
    several, one = (truncated(json.dumps(found, ensure_ascii=False), SHOWN_CHARACTERS) for found in (parts, [value]))
    return OptionCode.WRONG_TYPE, f"takes a list, and this may be one value or several: write {several} or {one}"
