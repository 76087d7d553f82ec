"""What was sent and does not count: options that something else would have to turn on. ms-swift passes them over and
says nothing; whoever sent them is told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from common.swift.options.asked import NOTHING, Asked

FOR_LORA = ("lora_rank", "lora_alpha")
# Without a task, ms-swift takes a number of labels for seq_cls.
TASKS_WITH_LABELS = frozenset({"", "seq_cls", "reranker"})
LORA_TUNERS = ("lora", "longlora", "adalora")


@dataclass(frozen=True, slots=True)
class Group:
    """Options by the beginnings of their names, and what they count with."""

    beginnings: tuple[str, ...]
    counts: Callable[[Asked], bool]
    with_what: str
    apart_from: frozenset[str] = frozenset()

    @property
    def is_of_adapters(self) -> bool:
        """Whether an adapter that is gone on with has brought it along."""
        return "lora_" in self.beginnings or "target_modules" in self.beginnings


def _trains(*tuners: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.text("tuner_type") in tuners


def _uses(*methods: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.method in methods


def _is_on(name: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.is_on(name)


def _says(name: str, *values: str) -> Callable[[Asked], bool]:
    return lambda asked: bool(set(values) & set(asked.values(name)))


GROUPS = (
    Group(("lora_", "use_rslora", "use_dora", "lorap_"), _trains(*LORA_TUNERS), "train_type=lora"),
    Group(
        ("target_modules", "target_regex", "target_parameters", "modules_to_save"),
        lambda asked: not asked.is_full,
        "train_type=lora",
    ),
    Group(
        ("freeze_parameters", "trainable_parameters"), lambda asked: asked.is_full, "train_type=full"
    ),
    Group(("adalora_",), _trains("adalora"), "train_type=adalora"),
    Group(("vera_",), _trains("vera"), "train_type=vera"),
    Group(("boft_",), _trains("boft"), "train_type=boft"),
    Group(("fourier_",), _trains("fourierft"), "train_type=fourierft"),
    Group(("reft_",), _trains("reft"), "train_type=reft"),
    Group(("llamapro_",), _trains("llamapro"), "train_type=llamapro"),
    Group(("adapter_",), _trains("adapter"), "train_type=adapter"),
    Group(("bnb_4bit_",), _says("quant_method", "bnb"), "quant_method=bnb"),
    Group(("hqq_",), _says("quant_method", "hqq"), "quant_method=hqq"),
    Group(("galore_",), _is_on("use_galore"), "use_galore=true"),
    Group(("packing_",), _is_on("packing"), "packing=true"),
    Group(("shuffle_buffer_size",), _is_on("streaming"), "streaming=true"),
    Group(("swanlab_",), _says("report_to", "swanlab", "all"), "report_to=swanlab"),
    Group(("vllm_",), _is_on("use_vllm"), "use_vllm=true", frozenset({"vllm_mode"})),
    Group(("num_generations", "reward_", "epsilon"), _uses("grpo"), "method=grpo"),
    Group(("steps_per_generation", "generation_batch_size", "max_completion_length"), _uses("grpo", "gkd"),
          "method=grpo|gkd"),
    Group(("desirable_weight", "undesirable_weight"), _uses("kto"), "method=kto"),
    Group(("loss_type",), lambda asked: asked.method not in {"orpo", "rm", "gkd"}, "method=dpo|kto|cpo|simpo|grpo|sft"),
    Group(("simpo_gamma",), _uses("simpo"), "method=simpo"),
    Group(("cpo_alpha",), _uses("cpo", "simpo"), "method=cpo|simpo"),
    Group(("gkd_", "lmbda", "sft_alpha"), _uses("gkd"), "method=gkd"),
    Group(("teacher_",), _uses("grpo", "gkd"), "method=grpo|gkd"),
    Group(("eval_strategy", "early_stop_interval", "metric_for_best_model", "greater_is_better"),
          lambda asked: asked.has_validation_data or asked.has("eval_dataset"),
          "val_dataset|split_dataset_ratio"),
    Group(("num_labels",), lambda asked: asked.method != "rm" and asked.text("task_type") in TASKS_WITH_LABELS,
          "task_type=seq_cls|reranker"),
    Group(("zero_hpz_partition_size", "deepspeed_autotp_size"), lambda asked: asked.has("deepspeed"), "deepspeed"),
)  # fmt: skip


def uncounted(asked: Asked) -> list[str]:
    """A sentence for each of what was sent and does not count."""
    return [*_parameters(asked), *_options(asked)]


def _parameters(asked: Asked) -> Iterator[str]:
    yield from _of_lora(asked)
    if "eval_steps" in asked.sent and not (asked.has_validation_data or asked.has("eval_dataset")):
        yield "eval_steps does not count: nothing is evaluated without val_dataset or split_dataset_ratio"
    if asked.has("split_dataset_ratio") and (asked.has("val_dataset") or asked.is_on("streaming")):
        yield "extra_args.split_dataset_ratio does not count: nothing is split off beside val_dataset, or of a stream"
    if "num_epochs" in asked.sent and asked.number("max_steps") > 0:
        yield f"num_epochs does not count: max_steps ends the training after {asked.whole('max_steps')} steps"


def _of_lora(asked: Asked) -> Iterator[str]:
    for name in FOR_LORA:
        if name not in asked.sent:
            continue
        if asked.text("tuner_type") not in LORA_TUNERS:
            yield f"{name} does not count: train_type {asked.text('tuner_type')} makes no LoRA adapter"
        elif asked.has("adapters"):
            yield f"{name} does not count: the adapter that it goes on with has its own"


def _options(asked: Asked) -> Iterator[str]:
    for name, value in asked.extra.items():
        group = _group_of(name) if value not in NOTHING else None
        if group and not group.counts(asked):
            yield f"extra_args.{name} does not count: it takes {group.with_what}"
        elif group and group.is_of_adapters and asked.has("adapters"):
            yield f"extra_args.{name} does not count: the adapter that it goes on with has its own"


def _group_of(name: str) -> Group | None:
    for group in GROUPS:
        if name.startswith(group.beginnings) and name not in group.apart_from:
            return group
    return None
