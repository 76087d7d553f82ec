"""Modules that a job names and the model has not are told."""

from typing import Any

import pytest

from common.swift.inputs.models.named_modules import unknown_modules

WEIGHTS = [
    "model.embed_tokens.weight",
    *(f"model.layers.{number}.self_attn.{name}_proj.weight" for number in range(2) for name in "qv"),
    "model.layers.0.mlp.up_proj.weight",
    "model.norm.weight",
]
HAS = "embed_tokens, q_proj, v_proj, up_proj, norm"


def told(*, is_full: bool = False, **extra: Any) -> list[str]:
    return list(unknown_modules(extra, WEIGHTS, is_full=is_full))


def test_a_module_that_is_not_there_is_told_with_those_that_are() -> None:
    assert told(modules_to_save=["not_there"]) == [
        f"extra_args.modules_to_save: no module of the model is called not_there; it has {HAS}"
    ]
    assert told(target_modules=["q_proj", "q_prj"]) == [
        f"extra_args.target_modules: no module of the model is called q_prj; it has {HAS}; did you mean q_proj?"
    ]


def test_a_beginning_that_no_weight_has_is_told() -> None:
    assert told(is_full=True, freeze_parameters=["visual"], trainable_parameters=["model.layers.1"]) == [
        "extra_args.freeze_parameters: no module of the model begins with visual; it has model"
    ]


@pytest.mark.parametrize(
    "extra",
    [
        {"target_modules": ["all-linear"]},
        {"target_modules": ["q_proj", "self_attn.v_proj", "layers.0.mlp.up_proj"]},
        {"target_modules": "q_proj"},
        {"modules_to_save": ["lm_head", "embed_tokens", "score", "norm", "mlp"]},
        {"modules_to_save": ["all-embedding", "all-norm"]},
        {"freeze_parameters": ["nothing"]},  # passed over, which is told elsewhere
    ],
)
def test_what_is_there_is_not(extra: dict[str, Any]) -> None:
    assert told(**extra) == []


def test_a_model_whose_weights_nobody_knows_is_not_judged() -> None:
    assert list(unknown_modules({"modules_to_save": ["x"]}, [], is_full=False)) == []
