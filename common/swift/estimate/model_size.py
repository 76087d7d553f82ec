"""How large a model is, from the names and sizes of its files and its config.json; no weights are read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.plain_files import read_plain

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2, "float8_e4m3fn": 1}
CONFIG_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ModelSize:
    """The shape of the language part, and the weights of the whole model."""

    parameters: int
    hidden: int
    layers: int
    intermediate: int
    vocabulary: int


def model_size(folder: Path) -> ModelSize | None:
    """The model's size; None when its folder cannot be seen or does not tell."""
    try:
        path = folder / "config.json"
        if path.stat().st_size > CONFIG_MAX_BYTES:
            return None
        config = json.loads(read_plain(path))
        text = _text_part(config)
        shape = {name: int(text[name]) for name in ("hidden_size", "num_hidden_layers", "vocab_size")}
        intermediate = int(text.get("intermediate_size") or 4 * shape["hidden_size"])
        parameters = sum(file.stat().st_size for file in folder.glob("*.safetensors")) // _width(config, text)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if parameters <= 0 or min(shape.values()) <= 0 or intermediate <= 0:
        return None
    return ModelSize(parameters, shape["hidden_size"], shape["num_hidden_layers"], intermediate, shape["vocab_size"])


def _text_part(config: Any) -> dict[str, Any]:
    part = config.get("text_config")
    return {**config, **part} if isinstance(part, dict) else dict(config)


def _width(config: Any, text: dict[str, Any]) -> int:
    """Bytes of one weight on disk."""
    name = config.get("dtype") or config.get("torch_dtype") or text.get("dtype") or text.get("torch_dtype")
    return BYTES.get(str(name), 2)
