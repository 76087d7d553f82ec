"""The demonstration's job: the body that is posted to /training/jobs."""

from typing import Any

from client.demo.make_dataset import ANSWER, QUESTION

__all__ = ["ANSWER", "QUESTION", "TRAINING", "job_body"]

# Found by trying: about 150 steps, after which the answer is learned by heart. bfloat16 would do on a GPU; float32
# makes a laptop's CPU and a GPU train the same.
TRAINING: dict[str, Any] = {
    "task_type": "llm",
    "llm_params": {
        "num_epochs": 10,
        "batch_size": 4,
        "gradient_accumulation_steps": 1,
        "learning_rate": 1e-2,
        "lora_rank": 16,
        "lora_alpha": 32,
        "max_length": 256,
        "logging_steps": 2,
        "save_steps": 50,
        "save_only_model": False,
        "dataloader_num_workers": 0,
        "dataset_num_proc": 1,
        "torch_dtype": "float32",
    },
    # ms-swift cannot tell them from a folder whose name is no known model's.
    "extra_args": {"model_type": "qwen2", "template": "qwen"},
}


def job_body(model_path: str, data_path: str, output_dir: str) -> dict[str, Any]:
    """The JSON body to post."""
    return TRAINING | {"model_path": model_path, "data_path": data_path, "output_dir": output_dir}
