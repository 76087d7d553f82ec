"""Makes model and adapter folders for tests: real file heads, no weights behind them."""

import json
from pathlib import Path

Shapes = dict[str, tuple[int, ...]]

# The least that `tokenizers` takes.
TOKENIZER = '{"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}'
LAYER = "model.layers.0.self_attn.q_proj"


def write_safetensors(path: Path, shapes: Shapes, dtype: str = "BF16") -> None:
    """A file that tells these tensors at its start."""
    entries = {name: {"dtype": dtype, "shape": shape, "data_offsets": [0, 0]} for name, shape in shapes.items()}
    head = json.dumps({"__metadata__": {"format": "pt"}} | entries).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head)


def make_model(folder: Path, shapes: Shapes | None = None, dtype: str = "BF16") -> Path:
    """A whole model, one layer of 64 by 64 unless others are given."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "qwen2"}')
    (folder / "tokenizer.json").write_text(TOKENIZER)
    write_safetensors(folder / "model.safetensors", shapes or {f"{LAYER}.weight": (64, 64)}, dtype)
    return folder


def make_adapter(folder: Path, shapes: Shapes | None = None, base: str = "", rank: int = 8) -> Path:
    """A LoRA adapter of that layer unless others are given."""
    folder.mkdir(parents=True)
    config = {"peft_type": "LORA", "r": rank} | ({"base_model_name_or_path": base} if base else {})
    (folder / "adapter_config.json").write_text(json.dumps(config))
    lora = {
        f"base_model.model.{LAYER}.lora_A.weight": (rank, 64),
        f"base_model.model.{LAYER}.lora_B.weight": (64, rank),
    }
    write_safetensors(folder / "adapter_model.safetensors", lora if shapes is None else shapes)
    return folder
