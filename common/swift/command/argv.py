"""One ms-swift option as argv items, and the refusal of one that cannot or may not be passed."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from common.reasons import Reason

# Linux ends exec with E2BIG beyond 128 KiB for one argument.
MAX_ARGUMENT_BYTES = 100_000
NEGATIVE_NUMBER = re.compile(r"-\d+|-\d*\.\d+")


class OptionRefused(Exception):
    """An option that is not passed to ms-swift; `option` is its name as sent, `why` a sentence for the user."""

    reason = Reason.OPTION_REFUSED

    def __init__(self, option: str, why: str) -> None:
        super().__init__(f"{option}: {why}")
        self.option = option
        self.why = why


def argv_of(options: Mapping[str, Any]) -> list[str]:
    """The options in order as argv; one without a value (None, an empty list) is left to ms-swift's default."""
    return [item for name, value in options.items() if value is not None for item in _items(name, value)]


def _items(name: str, value: Any) -> list[str]:
    if not isinstance(value, list | tuple):
        return [f"--{name}={_text(name, value)}"]
    texts = [_text(name, element) for element in value]
    if len(texts) < 2:
        return [f"--{name}={text}" for text in texts]
    # argparse reads one value after "=", so several follow the name, where a leading dash would start an option.
    for text in texts:
        if text.startswith("-") and not NEGATIVE_NUMBER.fullmatch(text):
            raise OptionRefused(name, f"an element of a list may not start with a dash: {text[:40]!r}")
    return [f"--{name}", *texts]


def _text(name: str, value: Any) -> str:
    text = _scalar(name, value)
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:  # half a surrogate pair, which JSON can carry
        raise OptionRefused(name, "the value is not valid Unicode") from error
    if "\0" in text:
        raise OptionRefused(name, "the value has a NUL character")
    if size > MAX_ARGUMENT_BYTES:
        raise OptionRefused(name, f"the value is longer than {MAX_ARGUMENT_BYTES:,} bytes")
    return text


def _scalar(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        raise OptionRefused(name, "the value is not a finite number")
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    raise OptionRefused(name, f"a value of type {type(value).__name__} cannot be passed")
