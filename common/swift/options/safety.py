"""The safety of options: is this option one that a user may send? Knows names and texts only, so it holds for every
ms-swift release.
"""

import re
from collections.abc import Mapping
from typing import Any

from common.swift.options.problem import OptionCode
from common.swift.options.refused import (
    FREE_TEXT,
    IMPLEMENTATIONS,
    LEAKING_NAME,
    MANAGED,
    PATHS,
    PRESETS,
    SECRET,
    UNSAFE,
)

OPTION_NAME = re.compile(r"[a-z][a-zA-Z0-9_]*")
PLAIN_WORD = re.compile(r"\w+", re.ASCII)

# ms-swift opens values of several options when a file of that name exists (json_parse_to_dict, `--system x.txt`).
LOOKS_LIKE_A_PATH = re.compile(r"[/~]|\.{1,2}/|file:", re.IGNORECASE)
LOOKS_LIKE_A_FILE = re.compile(r"\S+\.(json|jsonl|txt|ya?ml|py|so)\s*", re.IGNORECASE)
# Whatever stands before it, of however many lines: for `system` and new tokens that is all that ms-swift looks at.
OPENED_BY_ITS_END = ".txt"

Refusal = tuple[OptionCode, str]


def name_refusal(name: str, managed: Mapping[str, str] = MANAGED) -> Refusal | None:
    """Why a name is malformed, refused, or one that argparse would complete to a refused one.

    `managed` are the options that this service sets itself: a training's, unless others are given.
    """
    if not OPTION_NAME.fullmatch(name):
        return OptionCode.MALFORMED, _malformed(name)
    refused = {**managed, **UNSAFE, **({name: SECRET} if LEAKING_NAME in name else {})}
    if name in refused:
        return _code(name, managed), refused[name]
    if name in PATHS or name in PRESETS:
        return None
    positive = name.removeprefix("no_")
    if positive in refused:
        return _code(positive, managed), refused[positive]
    for known in sorted([*refused, *PATHS, *PRESETS]):
        if known.startswith(name) or f"no_{known}".startswith(name):
            return OptionCode.MALFORMED, f"an abbreviation of `{known}`; write option names in full"
    return None


def value_refusal(name: str, value: Any) -> Refusal | None:
    """Why a value would open a file or load code; the models and data sets of PATHS are resolved elsewhere."""
    if name in PRESETS and value not in PRESETS[name]:
        return OptionCode.UNSAFE, f"only {', '.join(PRESETS[name])} are accepted"
    if name in PATHS:
        return None
    return next((why for element in elements(value) if (why := _element_refusal(name, element))), None)


def elements(value: Any) -> list[Any]:
    """The values of an option that may have several."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _malformed(name: str) -> str:
    bare = re.split(r"[=\s]", name.lstrip("-"))[0].replace("-", "_")
    hint = f", such as {bare}" if OPTION_NAME.fullmatch(bare) and len(bare) < 64 else ""
    return f"not an option name; use letters, digits and underscores, without dashes{hint}"


def _code(name: str, managed: Mapping[str, str]) -> OptionCode:
    return OptionCode.MANAGED if name in managed and name not in UNSAFE else OptionCode.UNSAFE


def _element_refusal(name: str, value: Any) -> Refusal | None:
    if not isinstance(value, str):
        return None
    if name in IMPLEMENTATIONS and not PLAIN_WORD.fullmatch(value):
        return OptionCode.UNSAFE, "only the name of an implementation is accepted; code is not fetched from a hub"
    if LOOKS_LIKE_A_FILE.fullmatch(value) or (name not in FREE_TEXT and LOOKS_LIKE_A_PATH.match(value)):
        why = "the value names a file; files are only read through `model_path` and `data_path`"
        return OptionCode.UNSAFE, why
    if value.endswith(OPENED_BY_ITS_END):
        return OptionCode.UNSAFE, f"ms-swift takes a text that ends in {OPENED_BY_ITS_END} for a file; end it otherwise"
    return None
