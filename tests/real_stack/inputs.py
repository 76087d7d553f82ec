"""Models and data sets that a stack trains on."""

import json
from pathlib import Path

from tests.model_files import TOKENIZER


def fake_inputs(folder: Path, **knobs: object) -> dict[str, str]:
    """A model and a data set that pass every check; the knobs steer the fake swift that trains on them."""
    name = f"inputs-{len(list(folder.glob('inputs-*')))}"
    model, data = folder / name / "model", folder / name / "data.jsonl"
    model.mkdir(parents=True)
    (model / "config.json").write_text('{"model_type": "qwen2"}')
    (model / "tokenizer.json").write_text(TOKENIZER)
    (model / "model.safetensors").write_bytes(b"\x08\x00\x00\x00\x00\x00\x00\x00{}      ")
    (model / "fake.json").write_text(json.dumps(knobs))
    data.write_text('{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n')
    return {"model_path": str(model), "data_path": str(data), "task_type": "llm"}
