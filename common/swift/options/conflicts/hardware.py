"""The numbers that a GPU computes with, and how several GPUs share a model."""

from collections.abc import Iterator

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.conflict import conflict

# What ms-swift turns on by itself for weights of this type (arguments/base_args/model_args.py).
MIXED = {"bfloat16": "bf16", "float16": "fp16", "float32": "fp16"}
OTHER = {"bf16": "fp16", "fp16": "bf16"}
WEIGHTS = {"bf16": "bfloat16", "fp16": "float16"}
SEQUENCE_PARALLEL_METHODS = frozenset({"sft", "pt", "grpo", "dpo"})


def of_precision(asked: Asked) -> Iterator[FieldProblem]:
    if asked.is_on("fp16") and asked.is_on("bf16"):
        yield conflict(asked, "fp16", "a training computes in one of both: leave fp16 or bf16 out")
    else:
        yield from _against_weights(asked)
    if asked.is_on("fp16_full_eval") and asked.is_on("bf16_full_eval"):
        yield conflict(asked, "fp16_full_eval", "an evaluation computes in one of both: leave one out")


def of_several_processes(asked: Asked) -> Iterator[FieldProblem]:
    if asked.has("deepspeed") and asked.has("fsdp"):
        yield conflict(asked, "fsdp", "deepspeed shares the model out already: leave one of both out")
    if asked.text("deepspeed").startswith("zero3") and asked.has("device_map"):
        yield conflict(asked, "device_map", "deepspeed decides where the weights are: leave this out")
    yield from _autotp(asked)
    if asked.has("fsdp"):
        yield from _fsdp(asked)
    parts = asked.whole("sequence_parallel_size")
    if parts <= 1:
        return
    if asked.method not in SEQUENCE_PARALLEL_METHODS:
        yield conflict(asked, "sequence_parallel_size", f"{asked.method} does not do it; leave it out")
    elif asked.gpus % parts:
        why = (
            f"the job has {asked.gpus} GPUs, and each record is on {parts} of them; ask for {parts} GPUs or a multiple"
        )
        yield conflict(asked, "sequence_parallel_size", why)


def _against_weights(asked: Asked) -> Iterator[FieldProblem]:
    turned_on = MIXED.get(asked.text("torch_dtype"), "")
    if not turned_on or asked.has(turned_on) or not asked.is_on(OTHER[turned_on]):
        return
    wanted = OTHER[turned_on]
    why = (
        f"with torch_dtype {asked.text('torch_dtype')} ms-swift computes in {turned_on}: "
        f"set torch_dtype to {WEIGHTS[wanted]} in place of this, or add {turned_on} false"
    )
    yield conflict(asked, wanted, why)


def _autotp(asked: Asked) -> Iterator[FieldProblem]:
    if not asked.has("deepspeed") or not asked.has("deepspeed_autotp_size"):
        return
    if asked.text("deepspeed").startswith("zero3") or not asked.is_full:
        why = "it takes train_type full and deepspeed zero0, zero1 or zero2; leave it out otherwise"
        yield conflict(asked, "deepspeed_autotp_size", why)


def _fsdp(asked: Asked) -> Iterator[FieldProblem]:
    if asked.gpus < 2:
        yield conflict(asked, "fsdp", "one GPU has nobody to share the model with: ask for 2 GPUs, or leave it out")
    if asked.is_on("save_only_model"):
        yield conflict(asked, "save_only_model", "fsdp saves whole checkpoints only: set it to false")
