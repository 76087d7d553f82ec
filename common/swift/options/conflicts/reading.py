"""How records are read: streamed, tokenised as they are needed, packed, cut."""

from collections.abc import Iterator
from math import isclose

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.conflict import conflict

FLASH = ("flash_attn", "flash_attention_2", "flash_attention_3", "flash_attention_4")
PACKED_METHODS = frozenset({"sft", "pt", "grpo", "dpo", "kto", "gkd"})
# As far as numpy lets them.
SHARES_DIFFER = 1e-8
CACHED = ("cached_dataset", "cached_val_dataset")


def of_streaming(asked: Asked) -> Iterator[FieldProblem]:
    if not asked.is_on("streaming"):
        return
    if asked.number("max_steps") <= 0:
        yield conflict(asked, "max_steps", "nobody knows how long a stream is: say how many steps to train")
    if asked.is_on("lazy_tokenize"):
        yield conflict(asked, "lazy_tokenize", "a stream is tokenised as it comes: leave this out, or streaming")
    if asked.method == "kto":
        yield conflict(asked, "streaming", "kto weighs all answers before it starts: leave streaming out")
    for name in CACHED:
        if asked.has(name):
            yield conflict(asked, name, "what is cached cannot be streamed: leave this out, or streaming")


def of_tokenising(asked: Asked) -> Iterator[FieldProblem]:
    if asked.is_on("lazy_tokenize") and asked.is_on("packing"):
        yield conflict(asked, "lazy_tokenize", "packing needs all lengths beforehand: leave this out, or packing")
    if asked.is_on("lazy_tokenize") and asked.is_on("group_by_length"):
        yield conflict(asked, "lazy_tokenize", "group_by_length needs all lengths beforehand: leave one of both out")
    if asked.is_on("group_by_length") and asked.text("train_dataloader_shuffle").lower() in {"false", "no", "0"}:
        yield conflict(asked, "train_dataloader_shuffle", "group_by_length shuffles: leave this out, or that")
    if asked.text("truncation_strategy") == "split":
        yield from _splitting(asked)
    if asked.method == "grpo" and asked.text("truncation_strategy") in {"right", "split"}:
        yield conflict(asked, "truncation_strategy", "grpo takes left or delete")
    if asked.method == "grpo" and any(asked.has(name) for name in CACHED):
        yield conflict(asked, next(name for name in CACHED if asked.has(name)), "grpo takes no cached data set")


def of_joining(asked: Asked) -> Iterator[FieldProblem]:
    """ms-swift would find it when all of them are loaded."""
    shares = asked.values("interleave_prob")
    if not shares:
        return
    if len(shares) != asked.data_sets:
        why = f"it is a share for each data set, and data_path has {asked.data_sets}: give as many, or leave it out"
        yield conflict(asked, "interleave_prob", why)
    elif not isclose(sum(map(float, shares)), 1.0, abs_tol=SHARES_DIFFER):
        yield conflict(asked, "interleave_prob", "shares of all data sets, which have to make 1 together")


def of_packing(asked: Asked) -> Iterator[FieldProblem]:
    for name in ("packing", "padding_free"):
        if not asked.is_on(name):
            continue
        if asked.method not in PACKED_METHODS:
            yield conflict(asked, name, f"{asked.method} does not do it; leave it out")
        elif asked.text("attn_impl") not in FLASH:
            why = f"{name} needs flash attention: add attn_impl flash_attn, or leave {name} out"
            yield conflict(asked, name, why)
            return  # told once for both


def _splitting(asked: Asked) -> Iterator[FieldProblem]:
    if asked.method != "pt" or asked.is_on("use_chat_template"):
        why = "only method pt splits what is too long; take delete, left or right"
        yield conflict(asked, "truncation_strategy", why)
    elif asked.is_on("lazy_tokenize"):
        yield conflict(asked, "lazy_tokenize", "what is too long is split beforehand: leave this out")
