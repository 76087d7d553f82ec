"""Refused options (a deny list): which of ms-swift's a user may not send, with the reason: what this service sets
itself, what runs code, and what reads or writes files of the user's choice.
"""

PASSED_OVER = "a wrong option would be passed over"

# Set by this service; sent twice they would contradict the job's record.
MANAGED = {
    "model": "set `model_path`",
    "dataset": "set `data_path`",
    "output_dir": "set `output_dir` of the job",
    "logging_dir": "logs go below `output_dir`",
    "tuner_type": "set `train_type` in the parameters",
    "train_type": "set `train_type` in the parameters",
    "rlhf_type": "set `method`",
    "add_version": "each attempt has its own folder",
    "resume_from_checkpoint": "attempts resume by themselves",
    "use_cpu": "the node decides",
    "ddp_backend": "the node decides",
    "local_rank": "the node decides",
    "ignore_args_error": PASSED_OVER,
}

# Runs code, or reads files that run code or set the environment (ms-swift's arguments/base_args/base_args.py).
RUNS_CODE = {
    "external_plugins": "it runs code",
    "custom_register_path": "it runs code",
    "local_repo_path": "it runs code",
    "model_kwargs": "it sets the environment",
    "vllm_engine_kwargs": "it can name code to load",
    "load_args": "it loads options from a file",
    "load_data_args": "it loads options from a file",
    "use_ray": "it starts processes outside the job",
    "device_groups": "it starts processes outside the job",
    "ray_exp_name": "it starts processes outside the job",
}

_OTHER_FILES = "it names files that are not checked"
READS_FILES = {
    "custom_dataset_info": "it reads a file",
    "generation_config": "it reads a file",
    "accelerator_config": "it reads a file",
    "fsdp_config": "it reads a file",
    "load_dataset_config": "it reads a file",
    "vllm_speculative_config": _OTHER_FILES,
    "eval_dataset_args": _OTHER_FILES,
    "extra_eval_args": _OTHER_FILES,
}

# ms-swift prints its options and writes them to args.json.
SECRET = "a secret would end up in logs and args.json; set it in the node's environment"  # noqa: S105 - a sentence
LEAKS = {
    "hub_token": SECRET,
    "swanlab_token": SECRET,
    "swanlab_secret": SECRET,
    "swanlab_webhook_url": SECRET,  # whoever knows it may post there
    "push_to_hub": "it uploads the model with the node's credentials",
}

# Of another release of ms-swift, too: the address of a webhook is its password.
LEAKING_NAME = "webhook"

UNSAFE = RUNS_CODE | READS_FILES | LEAKS
REFUSED = MANAGED | UNSAFE

# Name a file of settings or one of ms-swift's own presets; only the presets are accepted.
_ZERO = ("zero0", "zero1", "zero2", "zero3", "zero2_offload", "zero3_offload")
PRESETS = {"deepspeed": _ZERO, "teacher_deepspeed": _ZERO, "fsdp": ("fsdp2",)}

# Name models and data sets: local ones are resolved below the node's allowed roots before they are passed.
PATHS = frozenset(
    {
        "adapters", "cached_dataset", "cached_val_dataset", "chord_sft_dataset", "eval_dataset", "ref_adapters",
        "ref_model", "reward_adapters", "reward_model", "teacher_adapters", "teacher_model", "val_dataset",
    }
)  # fmt: skip

# Of those, what takes data sets in each form that `data_path` does, uploaded ones included.
DATASETS = frozenset({"chord_sft_dataset", "val_dataset"})

# Why the others of PATHS take no uploaded data set, which is one file; the rest name models.
NO_UPLOADS = {
    "cached_dataset": "a folder that ms-swift made is needed here",
    "cached_val_dataset": "a folder that ms-swift made is needed here",
    "eval_dataset": "the name of a benchmark is needed here",
}

# Sentences and patterns; a leading slash is nothing special in them ("/no_think" is a system prompt).
FREE_TEXT = frozenset(
    {
        "freeze_parameters_regex", "response_prefix", "stop_words", "structured_outputs_regex", "system",
        "target_regex", "trainable_parameters_regex",
    }
)  # fmt: skip

# An owner's name and a slash in these make transformers fetch compiled code from a hub.
IMPLEMENTATIONS = frozenset({"attn_impl", "experts_impl"})
