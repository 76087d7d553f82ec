"""Which further ms-swift options a user may send: everything but what this service sets, what runs code and what
reads or writes files of the user's choice.
"""

import re
from collections.abc import Mapping
from typing import Any

from workers.swift.options import OptionRefused

OPTION_NAME = re.compile(r"[a-z][a-zA-Z0-9_]*")

# Set by this service; sent twice they would contradict the job's record.
MANAGED = {
    "model": "set `model_path`",
    "dataset": "set `data_path`",
    "output_dir": "set `output_dir`",
    "logging_dir": "logs go below `output_dir`",
    "tuner_type": "set `train_type` in the parameters",
    "train_type": "set `train_type` in the parameters",
    "rlhf_type": "set `method`",
    "add_version": "each attempt has its own folder",
    "resume_from_checkpoint": "attempts resume by themselves",
    "use_cpu": "the node decides",
    "ddp_backend": "the node decides",
    "local_rank": "the node decides",
}

# Runs code, or reads files that run code or set the environment (ms-swift's arguments/base_args/base_args.py).
RUNS_CODE = {
    "external_plugins": "it runs code",
    "custom_register_path": "it runs code",
    "local_repo_path": "it runs code",
    "model_kwargs": "it sets the environment",
    "load_args": "it loads options from a file",
    "load_data_args": "it loads options from a file",
    "use_ray": "it starts processes outside the job",
    "device_groups": "it starts processes outside the job",
    "ray_exp_name": "it starts processes outside the job",
}

READS_FILES = {
    "custom_dataset_info": "it reads a file",
    "generation_config": "it reads a file",
    "accelerator_config": "it reads a file",
    "fsdp_config": "it reads a file",
    "load_dataset_config": "it reads a file",
}

# ms-swift prints its options and writes them to args.json.
SECRETS = {
    "hub_token": "a secret would end up in logs and args.json; set it in the node's environment",
    "swanlab_token": "a secret would end up in logs and args.json; set it in the node's environment",
    "swanlab_secret": "a secret would end up in logs and args.json; set it in the node's environment",
}

REFUSED = MANAGED | RUNS_CODE | READS_FILES | SECRETS

# Name a file of settings or one of ms-swift's own presets; only the presets are accepted.
PRESETS = {
    "deepspeed": ("zero0", "zero1", "zero2", "zero3", "zero2_offload", "zero3_offload"),
    "teacher_deepspeed": ("zero0", "zero1", "zero2", "zero3", "zero2_offload", "zero3_offload"),
    "fsdp": ("fsdp2",),
}

# Name models and data sets: local ones are resolved below the node's allowed roots before they are passed.
PATHS = frozenset(
    {
        "adapters", "cached_dataset", "cached_val_dataset", "chord_sft_dataset", "eval_dataset", "ref_adapters",
        "ref_model", "reward_adapters", "reward_model", "teacher_adapters", "teacher_model", "val_dataset",
    }
)  # fmt: skip

# Sentences and patterns; a leading slash is nothing special in them ("/no_think" is a system prompt).
FREE_TEXT = frozenset(
    {"freeze_parameters_regex", "response_prefix", "stop_words", "system", "target_regex", "trainable_parameters_regex"}
)

# ms-swift opens values of several options when a file of that name exists (json_parse_to_dict, `--system x.txt`).
LOOKS_LIKE_A_PATH = re.compile(r"[/~]|\.{1,2}/|file:", re.IGNORECASE)
LOOKS_LIKE_A_FILE = re.compile(r"\S+\.(json|jsonl|txt|ya?ml|py|so)\s*", re.IGNORECASE)


def checked_extra_args(extra_args: Mapping[str, Any], resolved: Mapping[str, str]) -> dict[str, Any]:
    """The options to pass; raises OptionRefused for the first that is not accepted.

    `resolved` maps each model or data set that the options name to what ms-swift is to open; one that is not in it
    is refused.
    """
    return {name: _checked(name, value, resolved) for name, value in extra_args.items()}


def named_paths(extra_args: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(option, value) for every model or data set that the options name."""
    return [(name, str(value)) for name in extra_args if name in PATHS for value in _elements(extra_args[name])]


def _checked(name: str, value: Any, resolved: Mapping[str, str]) -> Any:
    refuse_name(name)
    if name in PRESETS and value not in PRESETS[name]:
        raise OptionRefused(name, f"only {', '.join(PRESETS[name])} are accepted")
    if name in PATHS:
        return [_resolved(name, str(element), resolved) for element in _elements(value)]
    for element in _elements(value):
        _refuse_file(name, element)
    return value


def refuse_name(name: str) -> None:
    """Raise OptionRefused for a name that is malformed, refused, or that argparse would complete to such a name."""
    if not OPTION_NAME.fullmatch(name):
        raise OptionRefused(name[:80], "not an option name; use letters, digits and underscores, without dashes")
    if name in REFUSED:
        raise OptionRefused(name, REFUSED[name])
    if name in PATHS or name in PRESETS:
        return
    if name.removeprefix("no_") in REFUSED:
        raise OptionRefused(name, REFUSED[name.removeprefix("no_")])
    for known in sorted([*REFUSED, *PATHS, *PRESETS]):
        if known.startswith(name) or f"no_{known}".startswith(name):
            raise OptionRefused(name, f"an abbreviation of `{known}`; write option names in full")


def _resolved(name: str, value: str, resolved: Mapping[str, str]) -> str:
    if value not in resolved:
        raise OptionRefused(name, f"{value[:200]!r} is not below an allowed root of this node")
    return resolved[value]


def _refuse_file(name: str, value: Any) -> None:
    if not isinstance(value, str):
        return
    if LOOKS_LIKE_A_FILE.fullmatch(value) or (name not in FREE_TEXT and LOOKS_LIKE_A_PATH.match(value)):
        raise OptionRefused(name, "the value names a file; files are only read through `model_path` and `data_path`")


def _elements(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
