from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.swift.options import METHODS, OptionCode, check_options, nearest_catalog
from common.swift.options.refused import MANAGED, REFUSED, UNSAFE

CATALOG = nearest_catalog("4.6.0")
PARAMS = {"batch_size": 1, "gradient_accumulation_steps": 4}


def _problems(extra_args: dict[str, Any], method: str = "sft") -> list[tuple[str, OptionCode, str]]:
    found = check_options(method, PARAMS, extra_args, CATALOG)
    return [(problem.field, problem.code, problem.message) for problem in found]


@pytest.mark.parametrize(
    "extra",
    [
        {"lora_dropout": 0.1, "weight_decay": 0.1, "packing": True, "packing_length": "512"},
        {"max_grad_norm": 1, "seed": "7", "gradient_checkpointing": "false", "bf16": True},
        {"target_modules": ["q_proj", "v_proj"]},
        {"target_modules": "all-linear"},
        {"columns": {"a": "query"}, "lr_scheduler_kwargs": '{"min_lr": 1e-6}'},
        {"quant_bits": 4, "quant_method": "bnb"},
        {"model_type": "qwen2", "template": "qwen", "lr_scheduler_type": "cosine"},
        {"adalora_deltaT": 2, "system": "/no_think"},
    ],
)
def test_options_that_ms_swift_reads_are_accepted(extra: dict[str, Any]) -> None:
    assert _problems(extra) == []


def test_an_unknown_option_is_named_with_the_nearest_one() -> None:
    assert _problems({"lora_rnak": 8}) == [
        ("extra_args.lora_rnak", OptionCode.UNKNOWN, "no such option in ms-swift 4.6.0; did you mean lora_rank?")
    ]
    assert _problems({"zzzzzzzz": 8}) == [
        ("extra_args.zzzzzzzz", OptionCode.UNKNOWN, "no such option in ms-swift 4.6.0")
    ]


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"seed": 1.5}, "takes a whole number, not 1.5"),
        ({"seed": "1e3"}, "takes a whole number, not '1e3'"),
        ({"seed": True}, "takes a whole number, not True"),
        ({"weight_decay": "much"}, "takes a number, not 'much'"),
        ({"weight_decay": float("nan")}, "takes a number, not nan"),
        ({"packing": "maybe"}, "takes true or false, not 'maybe'"),
        ({"seed": None}, "takes a whole number, not null"),
        ({"seed": [1, 2]}, "takes one value, not a list"),
        ({"loss_scale": {"a": 1}}, "takes text, not {'a': 1}"),
        ({"mrl_dims": [64, 32]}, 'takes a JSON object, such as {"64": 1, "32": 1}'),
        ({"liger_kernel_config": {"rope": True}}, "takes no value on ms-swift's command line, not {'rope': True}"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_with_the_right_one(extra: dict[str, Any], message: str) -> None:
    assert _problems(extra) == [(f"extra_args.{next(iter(extra))}", OptionCode.WRONG_TYPE, message)]


def test_a_wrong_choice_lists_the_allowed_ones() -> None:
    assert _problems({"truncation_strategy": "rigth"}) == [
        (
            "extra_args.truncation_strategy",
            OptionCode.WRONG_CHOICE,
            "'rigth' is not one of delete, left, right, split; did you mean right?",
        )
    ]
    [(_, code, message)] = _problems({"model_type": "qwen_2"})
    assert code is OptionCode.WRONG_CHOICE
    assert message.endswith("; did you mean qwen2?")


@pytest.mark.parametrize("name", sorted(MANAGED))
def test_an_option_that_the_service_sets_names_the_field_that_does(name: str) -> None:
    assert _problems({name: "x"}) == [(f"extra_args.{name}", OptionCode.MANAGED, MANAGED[name])]


@pytest.mark.parametrize("name", sorted(UNSAFE))
def test_an_unsafe_option_is_refused_with_the_reason(name: str) -> None:
    assert _problems({name: "x"}) == [(f"extra_args.{name}", OptionCode.UNSAFE, UNSAFE[name])]


@pytest.mark.parametrize(
    "name",
    [
        "--seed", "-x", "seed=1", "--external_plugins=x.py", "external-plugins", "seed\n--load_args", "Seed", "a b", "",
        "no_packing", "no_add_version", "external_plu", "custom_reg", "lora_ran", "\ud800", "x" * 5000,
    ],
)  # fmt: skip
def test_every_other_way_to_write_an_option_is_refused(name: str) -> None:
    [(field, code, message)] = _problems({name: 1})

    assert field.startswith("extra_args.")
    assert code in {OptionCode.MALFORMED, OptionCode.MANAGED, OptionCode.UNSAFE, OptionCode.UNKNOWN}
    assert message


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_no_beginning_of_a_refused_option_is_accepted(name: str) -> None:
    sft = CATALOG.commands["sft"]
    for length in range(1, len(name)):
        assert name[:length] in sft or _problems({name[:length]: "x"})


@pytest.mark.parametrize("value", ["kernels-community/flash-attn", "org/impl:fn", "a b"])
def test_an_attention_that_is_fetched_from_a_hub_is_refused(value: str) -> None:
    [(_, code, message)] = _problems({"attn_impl": value})

    assert (code, "not fetched from a hub" in message) == (OptionCode.UNSAFE, True)
    assert _problems({"attn_impl": "flash_attention_2"}) == []


def test_a_parameter_of_this_api_is_told_from_an_option() -> None:
    [(_, _, message)] = _problems({"num_epochs": 3})
    assert message == "not ms-swift's name but a parameter of this API: num_epochs goes into the parameters"

    [problem] = check_options("sft", {"weight_decay": 1}, {}, CATALOG)
    assert (problem.field, problem.message) == (
        "params.weight_decay",
        "not a parameter of this API but an ms-swift option: put it into extra_args",
    )


@pytest.mark.parametrize(
    ("name", "value", "parameter"),
    [
        ("learning_rate", 5, "learning_rate"),
        ("learning_rate", 1e-4, "learning_rate"),
        ("num_train_epochs", 2, "num_epochs"),
        ("per_device_train_batch_size", 8, "batch_size"),
        ("lora_rank", 8, "lora_rank"),
        ("vit_lr", 1e-5, "vit_lr"),
        ("torch_dtype", "float16", "torch_dtype"),
    ],
)
def test_an_option_that_a_parameter_sets_is_refused_with_the_parameter(name: str, value: Any, parameter: str) -> None:
    assert _problems({name: value}) == [
        (f"extra_args.{name}", OptionCode.MANAGED, f"set `{parameter}` in the parameters")
    ]


def test_a_type_of_weights_said_twice_and_a_batch_of_the_evaluation_alone_are_accepted() -> None:
    params = PARAMS | {"torch_dtype": "bfloat16"}

    assert check_options("sft", params, {"torch_dtype": "bfloat16", "per_device_eval_batch_size": 4}, CATALOG) == []


def test_an_option_of_another_method_says_whose_it_is() -> None:
    [(_, code, message)] = _problems({"num_generations": 4})

    assert code is OptionCode.OTHER_METHOD
    assert message == "no option of sft; it belongs to dpo, kto, orpo, simpo, cpo, rm, grpo, gkd"
    assert _problems({"num_generations": 4, "reward_funcs": ["accuracy"]}, "grpo") == []


def test_grpo_needs_something_that_rewards() -> None:
    [(field, code, message)] = _problems({}, "grpo")

    assert (field, code) == ("extra_args.reward_funcs", OptionCode.MISSING)
    assert "accuracy" in message
    assert [code for _, code, _ in _problems({"reward_funcs": ["acuracy"]}, "grpo")] == [OptionCode.WRONG_CHOICE]


def test_kto_needs_more_than_one_record_a_step() -> None:
    one = {"batch_size": 1, "gradient_accumulation_steps": 1}

    assert [problem.field for problem in check_options("kto", one, {}, CATALOG)] == ["params.batch_size"]
    assert check_options("kto", one, {}, CATALOG, gpus=2) == []
    assert check_options("kto", one | {"batch_size": 2}, {}, CATALOG) == []


def test_an_unknown_method_is_answered_with_the_known_ones() -> None:
    [problem] = check_options("ppo", {}, {}, CATALOG)

    assert (problem.field, problem.code) == ("method", OptionCode.UNKNOWN)
    assert all(method in problem.message for method in METHODS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.sampled_from(METHODS),
    st.dictionaries(st.text(max_size=20) | st.sampled_from(sorted(CATALOG.commands["rlhf"])), JSON, max_size=4),
)
def test_whatever_is_sent_the_answer_is_a_list_of_problems(method: str, extra: dict[str, Any]) -> None:
    for problem in check_options(method, PARAMS, extra, CATALOG):
        assert problem.field
        assert problem.message


@pytest.mark.parametrize(
    "name", ["swanlab_webhook_url", "no_swanlab_webhook_url", "lark_webhook", "webhook_of_tomorrow"]
)
def test_the_address_of_a_webhook_is_a_secret(name: str) -> None:
    [(_, code, why)] = _problems({name: "https://hook.example.org/CANARY"})

    assert (code, why.partition(";")[0]) == (OptionCode.UNSAFE, "a secret would end up in logs and args.json")
