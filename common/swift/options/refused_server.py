"""Refused options of a server (a deny list): which of ms-swift's a user may not send for a deployment, beside those
that are unsafe for all: what this service sets itself, and what a server has no use for.
"""

from common.swift.options.refused import PASSED_OVER

_LENGTH = "set `max_model_len`"
_NO_DATA = "a server reads no data set"
_NO_FILES = "it names a file; TLS is the gateway's or a proxy's work"

SERVER_MANAGED = {
    "model": "set `model_path`",
    "adapters": "set `adapters`",
    "infer_backend": "set `infer_backend`",
    "served_model_name": "set `name`",
    "host": "the node decides",
    "port": "set `port`",
    "api_key": "set `api_key`; here it would end up in logs",
    "max_model_len": _LENGTH,
    "vllm_max_model_len": _LENGTH,
    "sglang_context_length": _LENGTH,
    "lmdeploy_session_len": _LENGTH,
    "verbose": "prompts and answers would end up in the log",
    "result_path": "prompts and answers would end up in a file",
    "ssl_keyfile": _NO_FILES,
    "ssl_certfile": _NO_FILES,
    "ddp_backend": "the node decides",
    "ignore_args_error": PASSED_OVER,
    "merge_lora": "export the job: a server writes no model",
    "dataset": _NO_DATA,
    "val_dataset": _NO_DATA,
    "cached_dataset": _NO_DATA,
    "cached_val_dataset": _NO_DATA,
}

# Which back end an option is for; the others ignore it, silently.
ENGINE_PREFIXES = {"vllm_": "vllm", "sglang_": "sglang", "lmdeploy_": "lmdeploy"}
OF_TRANSFORMERS = frozenset({"max_batch_size", "device_map", "max_memory", "attn_impl", "experts_impl"})

# How much of a GPU the back end takes; set by this service for a share of a GPU.
MEMORY_OPTIONS = {
    "vllm": "vllm_gpu_memory_utilization",
    "sglang": "sglang_mem_fraction_static",
    "lmdeploy": "lmdeploy_cache_max_entry_count",
}

# Over how many GPUs a model is spread, and how often it is there: their product is the number of GPUs.
PARALLEL_OPTIONS = {
    "vllm": ("vllm_tensor_parallel_size", "vllm_pipeline_parallel_size", "vllm_data_parallel_size"),
    "sglang": ("sglang_tp_size", "sglang_pp_size", "sglang_dp_size"),
    "lmdeploy": ("lmdeploy_tp",),
}

# ms-swift hands adapters to these two only.
SERVE_ADAPTERS = frozenset({"transformers", "vllm"})
