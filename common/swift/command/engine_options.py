"""How much a server's engine may take: context length, GPU memory, GPUs; each back end has its own names for them."""

import math
from collections.abc import Mapping
from typing import Any

from common.deployments import InferBackend, Serving
from common.swift.options.refused_server import MEMORY_OPTIONS, PARALLEL_OPTIONS

LENGTH_OPTIONS = {
    InferBackend.TRANSFORMERS: "max_model_len",
    InferBackend.VLLM: "vllm_max_model_len",
    InferBackend.SGLANG: "sglang_context_length",
    InferBackend.LMDEPLOY: "lmdeploy_session_len",
}
# What part of its share an engine is told: sglang lays out weights and cache in advance, activations come on top;
# lmdeploy's cache is a part of what the weights left free.
TOLD = {InferBackend.VLLM: 1.0, InferBackend.SGLANG: 0.9, InferBackend.LMDEPLOY: 0.8}
# The ranks that vLLM can make room for; ms-swift asks for 16.
VLLM_LORA_RANKS = (16, 32, 64, 128, 256, 320, 512)


def engine_options(
    deploy: Serving, extra: Mapping[str, Any], gpu_count: int, fraction: float | None, lora_rank: int
) -> dict[str, Any]:
    """The options of the deployment's back end; an extra option wins where it is allowed at all.

    `fraction` is the server's part of its GPU, None for all of it.
    """
    backend = deploy.infer_backend
    return {
        LENGTH_OPTIONS[backend]: deploy.max_model_len,
        **_memory(backend, fraction),
        **_parallel(backend, extra, gpu_count),
        **_lora(backend, extra, lora_rank),
    }


def gpu_memory_fraction(wanted_mib: int, total_mib: int) -> float | None:
    """Which part of a GPU so much memory is, rounded down; None when it is not asked for or the GPU is unknown."""
    if not wanted_mib or not total_mib:
        return None
    return math.floor(min(1.0, wanted_mib / total_mib) * 10_000) / 10_000


def _memory(backend: InferBackend, fraction: float | None) -> dict[str, Any]:
    # The transformers back end has no such option: the launcher limits PyTorch.
    if fraction is None or backend not in TOLD:
        return {}
    return {MEMORY_OPTIONS[backend]: round(TOLD[backend] * fraction, 4)}


def _parallel(backend: InferBackend, extra: Mapping[str, Any], gpu_count: int) -> dict[str, Any]:
    # The transformers back end spreads a model's layers over all GPUs it sees by itself.
    names = PARALLEL_OPTIONS.get(backend, ())
    if not names or gpu_count < 2 or any(name in extra for name in names):
        return {}
    return {names[0]: gpu_count}


def _lora(backend: InferBackend, extra: Mapping[str, Any], rank: int) -> dict[str, Any]:
    name = "vllm_max_lora_rank"
    if backend is not InferBackend.VLLM or rank <= VLLM_LORA_RANKS[0] or name in extra:
        return {}
    return {name: next((known for known in VLLM_LORA_RANKS if known >= rank), rank)}
