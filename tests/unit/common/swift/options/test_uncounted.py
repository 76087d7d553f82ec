"""Whoever sends what ms-swift passes over is told."""

from typing import Any

import pytest

from api.services.trainers import default_params
from common.job_specs import TaskType
from common.swift.options import nearest_catalog
from common.swift.options.asked import asked_of
from common.swift.options.uncounted import GROUPS, uncounted
from common.trainings import Training

CATALOG = nearest_catalog("4.6.0")


def notes(params: dict[str, Any], extra: dict[str, Any], method: str = "sft") -> list[str]:
    training = Training("data", "out", method, {**default_params(TaskType.LLM), **params})
    return uncounted(asked_of(training, extra, CATALOG, 1, frozenset(params)))


@pytest.mark.parametrize(
    ("params", "extra", "told"),
    [
        ({"train_type": "full", "lora_rank": 8}, {}, "lora_rank does not count: train_type full makes no LoRA adapter"),
        (
            {"train_type": "vera", "lora_rank": 8, "lora_alpha": 8},
            {},
            [
                "lora_rank does not count: train_type vera makes no LoRA adapter",
                "lora_alpha does not count: train_type vera makes no LoRA adapter",
            ],
        ),
        (
            {"eval_steps": 10},
            {},
            "eval_steps does not count: nothing is evaluated without val_dataset or split_dataset_ratio",
        ),
        (
            {"num_epochs": 3},
            {"max_steps": 10},
            "num_epochs does not count: max_steps ends the training after 10 steps",
        ),
        ({}, {"galore_rank": 8}, "extra_args.galore_rank does not count: it takes use_galore=true"),
        (
            {"train_type": "full"},
            {"target_modules": ["q_proj"]},
            "extra_args.target_modules does not count: it takes train_type=lora",
        ),
        ({}, {"adalora_init_r": 8}, "extra_args.adalora_init_r does not count: it takes train_type=adalora"),
        (
            {},
            {"split_dataset_ratio": 0.1, "val_dataset": "v.jsonl"},
            "extra_args.split_dataset_ratio does not count: nothing is split off beside val_dataset, or of a stream",
        ),
    ],
)
def test_what_does_not_count_is_told(params: dict[str, Any], extra: dict[str, Any], told: str | list[str]) -> None:
    assert notes(params, extra) == ([told] if isinstance(told, str) else told)


def test_of_an_adapter_that_is_gone_on_with_the_rank_is_its_own() -> None:
    told = "the adapter that it goes on with has its own"

    assert notes({"lora_rank": 8}, {"adapters": "a", "lora_dropout": 0.1}) == [
        f"lora_rank does not count: {told}",
        f"extra_args.lora_dropout does not count: {told}",
    ]


@pytest.mark.parametrize(
    ("params", "extra"),
    [
        ({}, {}),
        ({"lora_rank": 8}, {"lora_dropout": 0.1, "target_modules": ["q_proj"]}),
        ({"eval_steps": 10}, {"split_dataset_ratio": 0.1, "eval_strategy": "steps"}),
        ({"train_type": "full"}, {"freeze_parameters_ratio": 0.5}),
        ({}, {"galore_rank": 8, "use_galore": True}),
        ({"train_type": "full"}, {"lora_dropout": None}),
    ],
)
def test_of_what_counts_nothing_is_told(params: dict[str, Any], extra: dict[str, Any]) -> None:
    assert notes(params, extra) == []


def test_a_default_of_this_service_is_nobodys_mistake() -> None:
    assert notes({"train_type": "full"}, {}) == []


@pytest.mark.parametrize("beginning", sorted({name for group in GROUPS for name in group.beginnings}))
def test_every_group_is_of_options_that_there_are(beginning: str) -> None:
    assert any(name.startswith(beginning) for name in CATALOG.commands["rlhf"])


@pytest.mark.parametrize(
    ("extra", "method", "counts"),
    [
        ({"task_type": "causal_lm"}, "sft", False),
        ({"task_type": "embedding"}, "sft", False),
        ({"task_type": "generative_reranker"}, "sft", False),
        ({"task_type": "seq_cls"}, "sft", True),
        ({"task_type": "reranker"}, "sft", True),
        ({}, "sft", True),  # which makes it seq_cls
        ({}, "rm", False),
    ],
)
def test_a_number_of_labels_counts_where_there_are_labels(extra: dict[str, Any], method: str, counts: bool) -> None:
    told = "extra_args.num_labels does not count: it takes task_type=seq_cls|reranker"

    assert notes({}, {**extra, "num_labels": 3}, method) == ([] if counts else [told])
