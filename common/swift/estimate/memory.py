"""How much memory a training needs on each GPU, roughly: to tell one GPU from four, not to fill it to the brim."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.swift.data.shapes import PAIR_METHODS
from common.swift.estimate.model_size import BYTES, ModelSize

GIB = 1024**3
# CUDA's context and the allocator's reserve.
OVERHEAD_BYTES = GIB
# Adapters are trained in float32 whatever the model is in: weight, gradient, two moments of Adam.
ADAPTER_BYTES = 16
LORA = frozenset({"lora", "longlora", "adalora"})
# DPO, KTO and GRPO compare with the model as it was; with an adapter that is the model with the adapter off.
WITH_REFERENCE = frozenset({"dpo", "kto", "grpo"})
QUANTISED_BYTES = {"4": 0.6, "8": 1.1}


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """Bytes on each GPU, None when unknown; `basis` is what it rests on, part by part."""

    bytes_per_gpu: int | None
    basis: str


def estimate_memory(
    method: str, params: Mapping[str, Any], extra_args: Mapping[str, Any], gpus: int, size: ModelSize | None
) -> MemoryEstimate:
    """Weights, gradients and optimizer state, activations of the longest batch with gradient checkpointing."""
    if size is None:
        return MemoryEstimate(None, "unknown: the model's files cannot be seen here")
    if extra_args.get("use_vllm") or extra_args.get("teacher_model"):
        return MemoryEstimate(None, "unknown: a second model or vLLM shares the GPU")
    width = BYTES.get(str(params.get("torch_dtype", "bfloat16")), 2)
    weights, state = _weights_and_state(method, params, extra_args, size, width)
    shards = _shards(extra_args, gpus)
    activations = _activations(method, params, size, width)
    total = weights / shards[0] + state / shards[1] + activations + OVERHEAD_BYTES
    basis = (
        f"{size.parameters:,} parameters: weights {size_in_words(weights / shards[0])}, gradients and optimizer state "
        f"{size_in_words(state / shards[1])}, activations of the longest batch {size_in_words(activations)}, CUDA "
        f"{size_in_words(OVERHEAD_BYTES)}; a rough sum, not measured"
    )
    return MemoryEstimate(round(total), basis)


def _weights_and_state(
    method: str, params: Mapping[str, Any], extra_args: Mapping[str, Any], size: ModelSize, width: int
) -> tuple[float, float]:
    tuner = str(params.get("train_type", "lora"))
    each = QUANTISED_BYTES.get(str(extra_args.get("quant_bits")), float(width))
    if tuner == "full":
        copies = 2 if method in WITH_REFERENCE else 1
        # Gradient and both moments are kept in the type of the weights.
        return size.parameters * width * copies, size.parameters * width * 3
    rank = int(params.get("lora_rank", 8)) if tuner in LORA else 16
    # Attention's four and the feed-forward's three matrices, each with a strip on either side.
    strips = 8 * size.hidden + 3 * (size.hidden + size.intermediate)
    return size.parameters * each, size.layers * rank * strips * ADAPTER_BYTES


def _activations(method: str, params: Mapping[str, Any], size: ModelSize, width: int) -> float:
    records = int(params.get("batch_size", 1)) * (2 if method in PAIR_METHODS else 1)
    tokens = records * int(params.get("max_length", 2048))
    kept = tokens * size.hidden * size.layers * width
    one_layer = tokens * (16 * size.hidden + 4 * size.intermediate) * width
    # The scores of all words, once in float32 and once for their gradient.
    scores = tokens * size.vocabulary * (4 + width)
    return kept + one_layer + scores


def _shards(extra_args: Mapping[str, Any], gpus: int) -> tuple[int, int]:
    """Over how many GPUs weights, and gradients with optimizer state, are spread."""
    preset = str(extra_args.get("deepspeed") or extra_args.get("fsdp") or "")
    if preset.startswith(("zero3", "fsdp2")):
        return gpus, gpus
    return (1, gpus) if preset.startswith(("zero1", "zero2")) else (1, 1)


def size_in_words(value: float) -> str:
    """Bytes in GiB, or in MiB where they are few."""
    return f"{value / GIB:.1f} GiB" if value >= GIB / 10 else f"{value / 1024**2:.0f} MiB"
