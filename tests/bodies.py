"""Bodies of requests that the API takes; a test spells out only what matters to it."""

from typing import Any

MODEL = "Qwen/Qwen2.5-7B-Instruct"


def training(**changes: Any) -> dict[str, Any]:
    """A text model's, of names on the hub: nothing of it has to be on a disk."""
    values = {"task_type": "llm", "model_path": MODEL, "data_path": "AI-ModelScope/alpaca#100"}
    return {**values, "output_dir": "output/one", **changes}


def deployment(**changes: Any) -> dict[str, Any]:
    """One of a model on the hub, by the name of `bot`."""
    return {"model_path": MODEL, "name": "bot", **changes}


def quantizing(**changes: Any) -> dict[str, Any]:
    """An export's; without a body it would merge."""
    return {"format": "quantized", "quant_method": "bnb", **changes}
