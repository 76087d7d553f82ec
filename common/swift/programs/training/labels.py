"""Labels of a row in tokens: is there one that counts?"""

from typing import Any

IGNORED = -100  # torch's: such a token is not learnt
TASK = "causal_lm"


def is_masked(encoded: Any, template: Any) -> bool:
    """Whether a row would teach nothing: no token of an answer counts, in one of two answers that are compared as well.

    Only where tokens are what is learnt: not of classes, scores and vectors.
    """
    if getattr(template, "task_type", TASK) != TASK or getattr(template, "mode", "") not in {"train", "rlhf", "kto"}:
        return False
    parts = encoded if isinstance(encoded, list | tuple) else [encoded]
    return all(_is_masked(part) for part in parts) if parts else False


def _is_masked(encoded: dict[str, Any]) -> bool:
    labels = [value for name, value in encoded.items() if name.endswith("labels") and isinstance(value, list)]
    return any(all(label == IGNORED for label in reversed(tokens)) for tokens in labels)
