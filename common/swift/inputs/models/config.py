"""Values in a model's config.json that no release of `transformers` can load, as far as the file itself shows them."""

import re
from collections.abc import Mapping
from typing import Any

# Of PyTorch; ms-swift asks it for the name.
DTYPE = re.compile(r"(torch\.)?(b?float16|float32|float64|float[468]_\w+|half|float|double|u?int\d+|complex\d+)")
# As ms-swift reads them, in this order.
DTYPES = ("torch_dtype", "dtype")
LAYERS = ("layer_types", "mlp_layer_types")
INNER = "text_config"


def config_problem(config: Mapping[str, Any]) -> str:
    """A sentence's second half on what cannot be; empty when nothing was found.

    A model that brings code of its own makes of its config what it likes.
    """
    if "auto_map" in config:
        return ""
    inner = config.get(INNER)
    return _fault(config) or (_fault(inner) if isinstance(inner, Mapping) else "")


def _fault(config: Mapping[str, Any]) -> str:
    for name in DTYPES:
        value = config.get(name)
        if isinstance(value, str) and not DTYPE.fullmatch(value):
            return f"says {name} {value}, which PyTorch does not have; correct it, or copy it again"
    layers = config.get("num_hidden_layers")
    for name in LAYERS:
        types = config.get(name)
        if isinstance(layers, int) and isinstance(types, list) and len(types) != layers:
            return (
                f"says num_hidden_layers {layers}, and has {name} for {len(types)}; correct it, or copy the model again"
            )
    return ""
