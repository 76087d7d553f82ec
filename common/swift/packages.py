"""Packages that ms-swift imports only when an option asks for them: which ones a job needs, and what a node lacks.

By the names that pip knows them under. A node tells which it has (common.nodes.Node.packages).
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, TypeAlias

from common.deployments import Serving, Target
from common.job_specs import JobSpec
from common.swift.quantizers import QUANTIZER_PACKAGES
from common.trainings import Training

# Any one of them will do; the first is the one to install.
Alternatives: TypeAlias = tuple[str, ...]


class Need(NamedTuple):
    """What a field of a job needs on the node that runs it."""

    field: str
    what: str
    packages: Alternatives


# Always there beside ms-swift: a node that tells none of them has not told anything.
ALWAYS_THERE = ("torch", "transformers", "peft", "trl")
# By the value of attn_impl. transformers may fetch the kernel by itself, where it has the package for that.
ATTENTION: Mapping[str, Alternatives] = {
    "flash_attn": ("flash-attn", "kernels"),
    "flash_attention_2": ("flash-attn", "kernels"),
    "flash_attention_3": ("flash-attn-3", "kernels"),
    "flash_attention_4": ("flash-attn-4",),
}
TRACKERS: Mapping[str, str] = {
    "wandb": "wandb", "swanlab": "swanlab", "mlflow": "mlflow", "tensorboard": "tensorboard", "trackio": "trackio",
    "comet_ml": "comet-ml", "clearml": "clearml", "neptune": "neptune", "codecarbon": "codecarbon",
    "dvclive": "dvclive", "dagshub": "dagshub", "flyte": "flytekit", "azure_ml": "azureml-core",
}  # fmt: skip
QUANTISED: Mapping[str, str] = {
    "bnb": "bitsandbytes", "hqq": "hqq", "eetq": "eetq", "quanto": "optimum-quanto",
}  # fmt: skip
# By a part of the optimiser's name.
OPTIMISERS: Mapping[str, str] = {
    "galore": "galore-torch", "apollo": "apollo-torch", "grokadamw": "grokadamw", "schedule_free": "schedulefree",
    "stable_adamw": "torch-optimi", "adamw_torch_4bit": "torchao", "adamw_torch_8bit": "torchao", "lomo": "lomo-optim",
    "bnb": "bitsandbytes", "paged": "bitsandbytes", "8bit": "bitsandbytes", "ademamix": "bitsandbytes",
    "lion": "bitsandbytes", "anyprecision": "torchdistx",
}  # fmt: skip
SWITCHES: Mapping[str, str] = {
    "use_liger_kernel": "liger-kernel", "use_vllm": "vllm", "eval_use_evalscope": "evalscope",
    "use_flash_ckpt": "dlrover", "predict_with_generate": "jieba", "galore_quantization": "q-galore-torch",
}  # fmt: skip
# What ms-swift measures vectors by that were not learned by infonce (arguments/sft_args.py), once it evaluates.
PAIRED = "paired"
VALUES: Mapping[tuple[str, str], str] = {
    ("tuner_backend", "unsloth"): "unsloth",
    ("eval_metric", "nlg"): "jieba",
    ("eval_metric", PAIRED): "scikit-learn",
}
# By the name of a reward, and of what goes on with a wrong answer.
REWARDS: Mapping[str, str] = {"accuracy": "math-verify", "cosine": "math-verify"}
TURNS: Mapping[str, str] = {"math_tip_trick": "math-verify", "thinking_tips_scheduler": "math-verify"}
# By the train_type of a job's parameters.
TUNERS: Mapping[str, str] = {"reft": "pyreft"}
ENGINES: Mapping[str, str] = {"vllm": "vllm", "sglang": "sglang", "lmdeploy": "lmdeploy"}
# Of models that read pictures or video, told for people to see.
OF_MODELS = ("qwen-vl-utils", "decord", "torchvision", "av")

OPTIONAL_PACKAGES = tuple(
    sorted(
        {
            "deepspeed", "msgspec", "unsloth", "kernels", "jieba", "scikit-learn", *OF_MODELS, *QUANTIZER_PACKAGES,
            *TRACKERS.values(), *QUANTISED.values(), *OPTIMISERS.values(), *SWITCHES.values(), *ENGINES.values(),
            *REWARDS.values(), *TURNS.values(), *TUNERS.values(), *VALUES.values(),
            *(name for names in ATTENTION.values() for name in names),
        }
    )
)  # fmt: skip
ASKED_PACKAGES = (*ALWAYS_THERE, *OPTIONAL_PACKAGES)


def needs_of(spec: JobSpec) -> list[Need]:
    """What the job needs beside ms-swift itself; an export by hand goes where its model is, and is judged there."""
    match spec.work:
        case Training():
            return list(_of_training(spec.work, spec.extra_args))
        case Serving() if spec.work.target is Target.LOCAL:
            return list(_of_server(spec.work, spec.extra_args))
    return []


def lacking(needs: list[Need], packages: Mapping[str, str]) -> list[Need]:
    """Those that a node with these packages cannot do; none where it is not known which it has."""
    if not packages:
        return []
    return [need for need in needs if not any(name in packages for name in need.packages)]


def _of_training(training: Training, extra: Mapping[str, Any]) -> Iterator[Need]:
    if training.method in {"grpo", "gkd"}:
        yield Need("method", f"method {training.method}", ("msgspec",))
    tuner = str(training.params.get("train_type", ""))
    if tuner in TUNERS:
        yield Need("params.train_type", f"train_type {tuner}", (TUNERS[tuner],))
    if not extra:  # the planner asks for every job that waits
        return
    yield from (_extra(name, name, "deepspeed") for name in ("deepspeed", "teacher_deepspeed") if extra.get(name))
    yield from _of_names(extra)
    for name, package in SWITCHES.items():
        if _is_on(extra.get(name)):
            yield _extra(name, name, package)
    told = {**extra, "eval_metric": extra.get("eval_metric") or _own_metric(extra)}
    for (name, value), package in VALUES.items():
        if told.get(name) == value:
            yield _extra(name, f"{name} {value}", package)
    optimiser = str(extra.get("optim", ""))
    package = next((package for part, package in OPTIMISERS.items() if part in optimiser), "")
    if package:
        yield _extra("optim", f"optim {optimiser}", package)
    yield from _of_model(extra)


def _of_names(extra: Mapping[str, Any]) -> Iterator[Need]:
    """What is brought in by its name: who is reported to, what rewards, what goes on with an answer."""
    for tracker in TRACKERS.keys() & _texts(extra.get("report_to")):
        yield _extra("report_to", f"report_to {tracker}", TRACKERS[tracker])
    for reward in REWARDS.keys() & _texts(extra.get("reward_funcs")):
        yield _extra("reward_funcs", f"reward_funcs {reward}", REWARDS[reward])
    if (turns := str(extra.get("multi_turn_scheduler", ""))) in TURNS:
        yield _extra("multi_turn_scheduler", f"multi_turn_scheduler {turns}", TURNS[turns])


def _own_metric(extra: Mapping[str, Any]) -> str:
    """What ms-swift evaluates vectors by where nobody said it; empty where it evaluates nothing, or by itself."""
    evaluates = extra.get("val_dataset") or _number(extra.get("split_dataset_ratio")) > 0
    is_paired = extra.get("task_type") == "embedding" and extra.get("loss_type") != "infonce"
    return PAIRED if evaluates and is_paired else ""


def _number(value: Any) -> float:
    """0 for what is none, which is refused elsewhere."""
    with suppress(TypeError, ValueError):
        return float(value)
    return 0.0


def _of_server(serving: Serving, extra: Mapping[str, Any]) -> Iterator[Need]:
    engine = str(serving.infer_backend)
    if engine in ENGINES:
        yield Need("infer_backend", f"infer_backend {engine}", (ENGINES[engine],))
    yield from _of_model(extra)


def _of_model(extra: Mapping[str, Any]) -> Iterator[Need]:
    """How a model is loaded, to be trained or to be served."""
    attention, quantised = str(extra.get("attn_impl", "")), str(extra.get("quant_method", ""))
    if attention in ATTENTION:
        yield Need("extra_args.attn_impl", f"attn_impl {attention}", ATTENTION[attention])
    if quantised in QUANTISED:
        yield _extra("quant_method", f"quant_method {quantised}", QUANTISED[quantised])


def _extra(name: str, what: str, package: str) -> Need:
    return Need(f"extra_args.{name}", what, (package,))


def _texts(value: Any) -> set[str]:
    return {str(item) for item in (value if isinstance(value, list | tuple) else [value])}


def _is_on(value: Any) -> bool:
    return value is True or str(value).lower() in {"true", "yes", "1", "t", "y"}
