"""Words and numbers that are looked up when the GPU was taken already are judged beforehand."""

from typing import Any

import pytest

from api.services.trainers import default_params
from common.job_specs import TaskType
from common.swift.options import OptionCode, check_training_options, nearest_catalog
from common.trainings import Training

CATALOG = nearest_catalog("4.6.0")


def told(extra: dict[str, Any], method: str = "sft") -> list[tuple[str, OptionCode, str]]:
    training = Training("data", "out", method, default_params(TaskType.LLM))
    extra = {"reward_funcs": ["format"], "num_generations": 4, **extra} if method == "grpo" else extra
    found = check_training_options(training, extra, CATALOG)
    return [(problem.field, problem.code, problem.message) for problem in found]


def test_a_scale_of_the_loss_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    names = "default, last_round, all, base, ignore_empty_think, ignore_think_prefix, react, hermes, qwen"

    [(field, code, why)] = told({"loss_scale": "nosuch"})
    [(_, _, near)] = told({"loss_scale": "last_round+herms"})

    assert (field, code) == ("extra_args.loss_scale", OptionCode.WRONG_CHOICE)
    assert why == f"'nosuch' is not one of {names}, agentflan, alpha_umi"
    assert near.endswith("; did you mean hermes?")


@pytest.mark.parametrize(
    "scale",
    ["default", "last_round", "all", "react", "all+base", "default+react", "hermes+ignore_empty_think",
     "last_round+hermes+ignore_empty_think"],
)  # fmt: skip
def test_scales_of_the_loss_may_be_joined(scale: str) -> None:
    assert told({"loss_scale": scale}) == []


def test_what_is_learned_stands_first() -> None:
    [(_, _, why)] = told({"loss_scale": "hermes+last_round"})

    assert why == "last_round tells what is learned, and stands first: last_round+hermes"
    assert told({"loss_scale": "last_round+hermes"}) == []


@pytest.mark.parametrize(
    ("method", "extra"),
    [
        ("dpo", {"loss_type": "sigmoidx"}),
        ("dpo", {"loss_type": ["sigmoid", "kto_pair"], "loss_weights": [1, 1]}),
        ("cpo", {"loss_type": "exo_pair"}),
        ("simpo", {"loss_type": "sipmo"}),
        ("kto", {"loss_type": "sigmoid"}),
        ("grpo", {"loss_type": "gppo"}),
        ("sft", {"loss_type": "sigmoid"}),
        ("sft", {"init_weights": "pisa"}),
        ("sft", {"init_weights": "loftq"}),
        ("sft", {"attn_impl": "flash_atn"}),
        ("sft", {"experts_impl": "grouped"}),
        ("sft", {"adapter_act": "gelo"}),
        ("sft", {"galore_proj_type": "standard"}),
        ("sft", {"bnb_4bit_quant_storage": "int4"}),
        ("sft", {"torch_compile_backend": "inductr"}),
        ("sft", {"torch_compile_mode": "fast"}),
        ("sft", {"lora_ga_direction": "ArB"}),
        ("sft", {"lora_ga_scale": "none"}),
        ("grpo", {"multi_turn_scheduler": "math_tips"}),
        ("grpo", {"gym_env": "chess"}),
        ("dpo", {"ref_model_type": "qwen22"}),
        ("gkd", {"teacher_model_type": "qwen22"}),
        ("grpo", {"reward_template": ["qwen22"]}),
        ("grpo", {"reward_model_plugin": ["prm"]}),
    ],
)
def test_a_word_of_a_list_is_refused_when_it_is_not_in_it(method: str, extra: dict[str, Any]) -> None:
    found = told(extra, method)

    assert [code for _, code, _ in found] == [OptionCode.WRONG_CHOICE]


@pytest.mark.parametrize(
    ("method", "extra"),
    [
        ("dpo", {"loss_type": "sigmoid"}),
        ("dpo", {"loss_type": ["sigmoid", "sft"], "loss_weights": [1, 0.5]}),
        ("kto", {"loss_type": "apo_zero_unpaired"}),
        ("grpo", {"loss_type": "dapo"}),
        ("sft", {"init_weights": True}),
        ("sft", {"init_weights": "pissa_niter_4"}),
        ("sft", {"attn_impl": "sdpa"}),
        ("sft", {"target_regex": r"model\.layers\.\d+\..*q_proj"}),
        ("sft", {"columns": '{"q": "query"}'}),
    ],
)
def test_words_that_there_are_are_taken(method: str, extra: dict[str, Any]) -> None:
    assert told(extra, method) == []


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        (
            {"target_regex": "q_proj("},
            "not a pattern that can be read: missing ), unterminated subpattern at position 6",
        ),
        ({"columns": "q:query"}, 'takes a JSON object, such as {"name": 1}'),
        ({"columns": ["q"]}, 'takes a JSON object, such as {"name": 1}'),
        ({"mrl_dims": "[64, 32]"}, 'takes a JSON object, such as {"64": 1, "32": 1}'),
        ({"mrl_dims": {"small": 1}}, 'says for each number of dimensions how much it counts: {"64": 1, "32": 1}'),
        ({"mrl_dims": {"64": "much"}}, 'says for each number of dimensions how much it counts: {"64": 1, "32": 1}'),
        ({"lr_scheduler_kwargs": "min_lr=1e-6"}, 'takes a JSON object, such as {"name": 1}'),
        ({"adam_beta2": 1.0}, "1.0 is out of its range: a number from 0 on that is below 1"),
        ({"lora_dropout": 1}, "1 is out of its range: a number from 0 on that is below 1"),
        ({"weight_decay": -0.1}, "-0.1 is out of its range: 0 or more"),
        ({"vera_rank": 0}, "0 is out of its range: 1 or more"),
    ],
)
def test_what_is_read_when_the_model_is_there_is_read_here(extra: dict[str, Any], why: str) -> None:
    assert [(code, text) for _, code, text in told(extra)] == [(OptionCode.WRONG_TYPE, why)]
