"""What a way of training needs, that is known before the model is: of tuners, of optimisers, of callbacks."""

from collections.abc import Iterator

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.conflict import conflict

LLAMA = "llama"
# Of a layer that all-linear takes, by the names that most models give it.
LINEAR_END = "_proj"
# What ms-swift's GaLore knows to do with less memory (optimizers/galore/utils.py).
GALORE_OPTIMISERS = frozenset({"adafactor", "adamw_hf", "adamw_torch", "adamw_torch_fused"})


def of_model_type(asked: Asked) -> Iterator[FieldProblem]:
    kind = asked.text("model_type")
    if asked.text("tuner_type") == "longlora" and kind and LLAMA not in kind:
        yield conflict(asked, "tuner_type", f"longlora is for llama models, and this is {kind}: take lora")


def of_lisa(asked: Asked) -> Iterator[FieldProblem]:
    if asked.is_full:
        return
    name = "lisa_activated_layers"
    if asked.number(name) > 0:
        yield conflict(asked, name, "LISA trains whole layers: take train_type full, or leave this out")
    elif "lisa" in asked.values("callbacks"):
        yield conflict(asked, "callbacks", "LISA trains whole layers: take train_type full, or leave lisa out")


def of_optimisers(asked: Asked) -> Iterator[FieldProblem]:
    wanted, optimiser = asked.text("optimizer"), asked.text("optim")
    if wanted == "muon":
        why = "muon does not work in this ms-swift, which would run code from a repository: take muonclip"
        yield conflict(asked, "optimizer", why)
    if wanted == "galore" and not asked.is_on("use_galore"):
        yield conflict(asked, "optimizer", "galore has settings of its own: send use_galore true in place of this")
    if wanted == "multimodal" and "vit_lr" not in asked.params:
        yield conflict(
            asked, "optimizer", "a text model has no vision parts to train at rates of their own: leave it out"
        )
    if asked.is_on("use_galore") and optimiser and not _suits_galore(optimiser):
        why = f"use_galore works with adamw_torch, adamw_8bit or adafactor, not with {optimiser}"
        yield conflict(asked, "optim", why)


def of_callbacks(asked: Asked) -> Iterator[FieldProblem]:
    callbacks, tuner = asked.values("callbacks"), asked.text("tuner_type")
    if "adalora" in callbacks and tuner != "adalora":
        yield conflict(asked, "callbacks", "adalora is for train_type adalora, which has it by itself: leave it out")
    if "activation_cpu_offload" in callbacks and not asked.has("fsdp"):
        yield conflict(asked, "callbacks", "activation_cpu_offload works with fsdp alone: leave it out")


def of_blocks(asked: Asked) -> Iterator[FieldProblem]:
    """BOFT cuts a layer into blocks: by their size or by their number, and in pairs where it has several factors."""
    if asked.text("tuner_type") != "boft":
        return
    size, number = asked.whole("boft_block_size"), asked.whole("boft_block_num")
    if size and number:
        sent = "boft_block_size" if asked.has("boft_block_size") else "boft_block_num"
        other = "set boft_block_num to 0" if sent == "boft_block_size" else "set boft_block_size to 0"
        yield conflict(asked, sent, f"blocks have a size or a number, not both: {other}, or leave this out")
    elif not size and not number:
        yield conflict(asked, "boft_block_size", "say how large the blocks are, such as 4, or boft_block_num, how many")
    elif asked.whole("boft_n_butterfly_factor") > 1 and (size or number) % 2:
        name = "boft_block_size" if size else "boft_block_num"
        yield conflict(asked, name, "with boft_n_butterfly_factor above 1 it has to be even")


def of_parameters(asked: Asked) -> Iterator[FieldProblem]:
    """PEFT wraps a parameter of its own, or the layer that has it."""
    names = asked.values("target_parameters")
    if not names or asked.text("tuner_type") not in {"lora", "longlora"}:
        return
    modules = set(asked.values("target_modules"))
    twice = next((name for name in names if _is_of_module(name, modules)), "")
    if twice:
        why = f"{twice[:80]} is of a layer of target_modules: name those of others, as of experts"
        yield conflict(asked, "target_parameters", why)
    elif asked.number("lora_dropout"):
        yield conflict(asked, "lora_dropout", "target_parameters are trained without: set lora_dropout to 0")
    elif asked.is_on("use_dora"):
        yield conflict(asked, "use_dora", "target_parameters are trained without: leave one of both out")


def _is_of_module(name: str, modules: set[str]) -> bool:
    module, _, last = name.rpartition(".")
    if last not in {"weight", "bias"}:
        return False
    is_linear = "all-linear" in modules and module.endswith(LINEAR_END)
    return is_linear or any(module == one or module.endswith(f".{one}") for one in modules)


def _suits_galore(optimiser: str) -> bool:
    return optimiser in GALORE_OPTIMISERS or ("adamw" in optimiser and "8bit" in optimiser)
