"""Which ms-swift options a user may not send for an export, beside those that are unsafe for all."""

from common.swift.options.refused import PASSED_OVER

_FORMAT = "set `format`"
_PUSH = "set `push_to_hub`"
_SOURCE = "the job that is exported decides"
_DATA = "set `data_path`"
_NOT_SUPPORTED = "this service makes no such export"

EXPORT_MANAGED = {
    "model": _SOURCE,
    "adapters": _SOURCE,
    "model_revision": _SOURCE,
    "tuner_type": _SOURCE,
    "merge_lora": _FORMAT,
    "quant_method": "set `quant_method` beside `extra_args`",
    "quant_bits": "set `quant_bits` beside `extra_args`",
    "output_dir": "each export has a folder of its own",
    "exist_ok": "nothing is ever written over",
    "dataset": _DATA,
    "val_dataset": _DATA,
    "cached_dataset": _DATA,
    "cached_val_dataset": _DATA,
    "push_to_hub": _PUSH,
    "hub_model_id": _PUSH,
    "hub_private_repo": _PUSH,
    "commit_message": _PUSH,
    "use_hf": _PUSH,
    "ddp_backend": "the node decides",
    "ignore_args_error": PASSED_OVER,
    "to_cached_dataset": _NOT_SUPPORTED,
    "to_ollama": _NOT_SUPPORTED,
    "to_mcore": _NOT_SUPPORTED,
    "to_hf": _NOT_SUPPORTED,
    "to_peft_format": _NOT_SUPPORTED,
    "mcore_model": _NOT_SUPPORTED,
    "mcore_adapter": _NOT_SUPPORTED,
}
