"""Does a value fit an option? What ms-swift's argparse would refuse some seconds after the GPU was taken."""

import math
from collections.abc import Callable
from typing import Any

from common.swift.options.catalog import Option, OptionType
from common.swift.options.problem import OptionCode
from common.swift.options.safety import Refusal, elements
from common.swift.options.suggest import did_you_mean
from common.truncated import truncated

# As transformers' string_to_bool reads them.
BOOLEANS = frozenset({"true", "false", "yes", "no", "t", "f", "y", "n", "1", "0"})
# Objects whose names and values mean something else than most.
EXAMPLES = {"mrl_dims": '{"64": 1, "32": 1}'}
SHOWN_CHOICES = 40
SHOWN_CHARACTERS = 80


def misfit(option: Option, value: Any) -> Refusal | None:
    """Why the value cannot be one of this option's; nothing when it fits."""
    if isinstance(value, list | tuple) and not option.many:
        return OptionCode.WRONG_TYPE, "takes one value, not a list"
    return next((why for element in elements(value) if (why := _element_misfit(option, element))), None)


def object_wanted(name: str) -> str:
    """What to tell of what is no object."""
    example = EXAMPLES.get(name)
    return f"takes a JSON object, such as {example}" if example else 'takes a JSON object, such as {"name": 1}'


def wrong_choice(choices: tuple[str, ...], value: str) -> str:
    """What to tell of a word that is none of these."""
    near = did_you_mean(value, choices)
    if len(choices) > SHOWN_CHOICES:
        return f"{_shown(value)} is none of the {len(choices)} values that this ms-swift knows{near}"
    return f"{_shown(value)} is not one of {', '.join(choices)}{near}"


def _element_misfit(option: Option, value: Any) -> Refusal | None:
    fits, wanted = EXPECTED[option.type]
    if not fits(value):
        return OptionCode.WRONG_TYPE, f"takes {wanted}, not {_shown(value)}"
    if option.choices and str(value) not in option.choices:
        return OptionCode.WRONG_CHOICE, wrong_choice(option.choices, str(value))
    return None


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def _is_whole(value: Any) -> bool:
    # "1e3" and 1000.0 are no int to Python, nor to argparse.
    return not isinstance(value, bool | float) and _converts(int, value)


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and _converts(float, value)


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool) or str(value).lower() in BOOLEANS


def _is_json(value: Any) -> bool:
    return isinstance(value, dict | str)


def _converts(kind: Callable[[Any], float], value: Any) -> bool:
    if not isinstance(value, str | int | float):
        return False
    try:
        return math.isfinite(kind(value))
    except (ValueError, OverflowError):
        return False


def _shown(value: Any) -> str:
    return truncated("null" if value is None else repr(value), SHOWN_CHARACTERS)


EXPECTED: dict[OptionType, tuple[Callable[[Any], bool], str]] = {
    OptionType.STR: (_is_text, "text"),
    OptionType.INT: (_is_whole, "a whole number"),
    OptionType.FLOAT: (_is_number, "a number"),
    OptionType.BOOL: (_is_switch, "true or false"),
    OptionType.JSON: (_is_json, "a JSON object"),
    OptionType.PATH: (_is_text, "text"),
    OptionType.NONE: (lambda _: False, "no value on ms-swift's command line"),
}
