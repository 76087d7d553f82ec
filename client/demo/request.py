"""The job that the demonstration posts, and the same as a curl command."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# A tiny model learns by heart only when it is trained hard: 600 steps, about 20 seconds on one CPU.
PARAMS = {
    "num_epochs": 40,
    "batch_size": 4,
    "gradient_accumulation_steps": 1,
    "learning_rate": 1e-2,
    "logging_steps": 5,
    "save_steps": 300,
    "max_length": 256,
    "dataloader_num_workers": 0,
    "dataset_num_proc": 1,
    "torch_dtype": "float32",
    "train_type": "lora",
}
# A folder's name tells ms-swift nothing about the model in it.
EXTRA_ARGS = {"model_type": "qwen2", "template": "qwen2_5"}


def job_body(model: Path, dataset: Path, outputs: Path) -> dict[str, Any]:
    """A LoRA training whose id is new each time; the service takes it from the output folder."""
    name = f"demo-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    return {
        "task_type": "llm",
        "model_path": str(model),
        "data_path": str(dataset),
        "output_dir": str(outputs / name),
        "llm_params": PARAMS,
        "extra_args": EXTRA_ARGS,
    }


def as_curl(url: str, key_file: Path, body: dict[str, Any]) -> str:
    """The request for a shell. The key stays in its file."""
    return (
        f"curl -X POST {url} \\\n"
        f'  -H "Authorization: Bearer $(cat {key_file})" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{json.dumps(body, indent=2)}'"
    )
