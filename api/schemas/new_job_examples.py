"""Bodies of POST /training/jobs to start from, as the manual shows them."""

from typing import Any

from common.job_specs import TaskType

NEW_JOB_EXAMPLES: dict[str, dict[str, Any]] = {
    "smallest": {
        "summary": "The three fields that every job needs",
        "value": {
            "data_path": "AI-ModelScope/coco#20000",
            "model_path": "Qwen/Qwen2.5-VL-7B-Instruct",
            "output_dir": "output/training_001",
        },
    },
    "llm": {
        "summary": "A language model (LLM)",
        "value": {
            "task_type": "llm",
            "data_path": "AI-ModelScope/alpaca-gpt4-data-en#20000",
            "model_path": "Qwen/Qwen2.5-7B-Instruct",
            "output_dir": "output/llm_fine_tuned",
            "priority": 5,
            "llm_params": {
                "num_epochs": 3,
                "batch_size": 4,
                "learning_rate": 5e-5,
                "lora_rank": 64,
                "lora_alpha": 128,
                "max_length": 2048,
                "warmup_ratio": 0.1,
            },
        },
    },
    "mllm": {
        "summary": "A multimodal model (MLLM)",
        "value": {
            "task_type": "mllm",
            "data_path": "AI-ModelScope/coco#20000",
            "model_path": "Qwen/Qwen2-VL-7B-Instruct",
            "output_dir": "output/mllm_fine_tuned",
            "priority": 7,
            "mllm_params": {
                "num_epochs": 2,
                "batch_size": 2,
                "learning_rate": 1e-5,
                "vit_lr": 1e-6,
                "aligner_lr": 1e-5,
                "lora_rank": 32,
                "lora_alpha": 64,
                "max_length": 4096,
            },
        },
    },
    "large": {
        "summary": "Four GPUs of one node, each with 70 GiB or more",
        "value": {
            "task_type": "llm",
            "data_path": "AI-ModelScope/alpaca-gpt4-data-en#20000",
            "model_path": "Qwen/Qwen2.5-72B-Instruct",
            "output_dir": "output/llm_large",
            "gpus": 4,
            "nodes": 1,
            "gpu_memory": "70GB",
            "llm_params": {"lora_rank": 16, "lora_alpha": 32},
        },
    },
}

_OTHER_PARAMS = {"llm_params": {"lora_rank": 64}, "mllm_params": {"vit_lr": 1e-6}}
NEW_JOB_V2_EXAMPLES: dict[str, dict[str, Any]] = {
    kind: {**NEW_JOB_EXAMPLES[kind], "value": {**_OTHER_PARAMS, **NEW_JOB_EXAMPLES[kind]["value"]}}
    for kind in ("llm", "mllm")
}


def typed_example(task_type: TaskType) -> dict[str, Any]:
    """The example of that type as the endpoint takes it whose path names the type."""
    value = dict(NEW_JOB_EXAMPLES[task_type]["value"])
    del value["task_type"]
    value["params"] = value.pop(f"{task_type}_params")
    return value
