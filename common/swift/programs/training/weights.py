"""A model is trained as it was given: a weight that is in none of its files is random, and trained on all the same."""

import sys
from collections.abc import Collection
from importlib import import_module
from typing import Any

from . import facts
from .orders import Orders

REASON = "model_invalid"
# Who names this one wants new weights, and says how they begin.
NEW_WEIGHTS = "--init_strategy"
LANGUAGE_MODEL = "causal_lm"


def install(orders: Orders) -> None:
    """Look at what transformers missed in the files, right after it loaded a model. Raises SystemExit there."""
    if any(argument.split("=")[0] == NEW_WEIGHTS for argument in sys.argv):
        return
    models = import_module("transformers.modeling_utils").PreTrainedModel
    finish = models._finalize_model_loading

    def checked(model: Any, load_config: Any, loading_info: Any) -> Any:
        finished = finish(model, load_config, loading_info)
        # Those of a quantized model have other names in its files than in its layers.
        if not getattr(load_config.hf_quantizer, "pre_quantized", False):
            refuse_random(orders, model, finished.missing_keys)
        return finished

    models._finalize_model_loading = staticmethod(checked)


def refuse_random(orders: Orders, model: Any, missing: Collection[str]) -> None:
    """End the training where weights of `model` are in none of its files. Raises SystemExit."""
    if random := random_weights(orders, model, missing):
        facts.stop(orders, REASON, f"{len(random)}: {random[0]}")


def random_weights(orders: Orders, model: Any, missing: Collection[str]) -> list[str]:
    """The names of those that should have been there: buffers are computed, and a new task has a head of its own."""
    parameters = [name for name, _ in model.named_parameters() if name in missing]
    if not _has_new_head(orders):
        return parameters
    return [name for name in parameters if name.startswith(f"{model.base_model_prefix}.")]


def _has_new_head(orders: Orders) -> bool:
    return orders.method == "rm" or (orders.goal.get("task_type") or LANGUAGE_MODEL) != LANGUAGE_MODEL
