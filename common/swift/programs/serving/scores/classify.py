"""Classification: which class a text belongs to, or which number; in the shape that vLLM has for it."""

import math
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import missing, wrong_type, wrong_value
from ..fields import kind_of
from ..labels import fields_of

INPUTS_MAX = 1024
HONOURED = frozenset({"drop_params", "input", "model"})


@dataclass(frozen=True, slots=True)
class Classified:
    """What a model says of one text: the number of its class, the numbers of its classes where several may be, or a
    number by itself (regression, rewards), and the log probability of each class.
    """

    said: int | float | list[int] | list[float]
    logprobs: Mapping[int, float]


def read_classify(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts. Raises ApiError."""
    fields_of(body, HONOURED)
    value = body.get("input")
    if value is None:
        raise missing("input")
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list):
        raise wrong_type("input", "a string or an array of strings", kind_of(value))
    if not 1 <= len(texts) <= INPUTS_MAX:
        raise wrong_value("input", f"{len(texts)} of them; from one to {INPUTS_MAX} may come at once.")
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise wrong_type(f"input[{place}]", "a string", kind_of(text))
        if not text:
            raise wrong_value(f"input[{place}]", "an empty string has nothing to judge.")
    return tuple(texts)


def tell_classes(found: Sequence[Classified], prompt_tokens: int, model: str) -> dict[str, Any]:
    """One entry for each text: `label` is the number of its class (a list where several may be), `score` the number
    of a model that gives one; `probs` has a probability for each class.
    """
    usage = {"prompt_tokens": prompt_tokens, "total_tokens": prompt_tokens, "completion_tokens": 0}
    data = [_entry(index, each) for index, each in enumerate(found)]
    head = {"id": f"classify-{uuid.uuid4().hex}", "object": "list", "created": int(time.time()), "model": model}
    return head | {"data": data, "usage": usage}


def _entry(index: int, found: Classified) -> dict[str, Any]:
    if not found.logprobs:
        return {"index": index, "label": None, "score": found.said, "probs": [], "num_classes": 0}
    probs = [math.exp(found.logprobs[number]) for number in sorted(found.logprobs)]
    return {"index": index, "label": found.said, "score": None, "probs": probs, "num_classes": len(probs)}
