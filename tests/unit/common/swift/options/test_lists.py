"""A list that came as one text is read as a list, and told; where an element may have commas, who wrote it is asked."""

from typing import Any

import pytest

from common.swift.options import OptionCode, check_options, nearest_catalog
from common.swift.options.lists import OF_ANY_TEXT, read_lists
from common.swift.options.refused import PATHS, REFUSED

CATALOG = nearest_catalog("4.6.0")
SFT, RLHF = CATALOG.commands["sft"], CATALOG.commands["rlhf"]
SEVERAL = sorted(name for name, option in RLHF.items() if option.many and name not in REFUSED)


@pytest.mark.parametrize(
    "text",
    ["q_proj,v_proj", "q_proj, v_proj", " q_proj ,v_proj,", "q_proj v_proj", '["q_proj", "v_proj"]', ["q_proj,v_proj"]],
)
def test_names_in_one_text_are_a_list(text: Any) -> None:
    read, notes = read_lists({"target_modules": text}, SFT)

    assert read == {"target_modules": ["q_proj", "v_proj"]}
    assert notes == ['extra_args.target_modules was read as the list ["q_proj", "v_proj"]']


@pytest.mark.parametrize(
    "extra",
    [
        {"target_modules": "all-linear"},
        {"target_modules": ["q_proj", "v_proj"]},
        {"reward_weights": [1, 0.5]},
        {"system": "one, two"},
        {"stop_words": ["a,b"]},
        {"val_dataset": "a,b.jsonl"},
        {"not_an_option": "a,b"},
    ],
)
def test_what_is_right_already_stays(extra: dict[str, Any]) -> None:
    assert read_lists(extra, RLHF) == (extra, [])


def test_numbers_in_one_text_are_a_list() -> None:
    read, _ = read_lists({"reward_weights": "1,0.5", "vllm_server_port": "8001 8002"}, RLHF)

    assert read == {"reward_weights": ["1", "0.5"], "vllm_server_port": ["8001", "8002"]}
    assert check_options("grpo", {}, {"reward_funcs": ["format"], **read}, CATALOG) == []


@pytest.mark.parametrize("name", SEVERAL)
def test_of_every_option_of_several_values_a_text_with_a_comma_is_read_or_refused_or_is_a_path(name: str) -> None:
    read, notes = read_lists({name: "a,b"}, RLHF)
    problems = check_options("grpo", {}, {"reward_funcs": ["format"], **read}, CATALOG)

    if name in PATHS:
        assert (read, notes) == ({name: "a,b"}, [])
    elif name in OF_ANY_TEXT:
        assert [problem.code for problem in problems] == [OptionCode.WRONG_TYPE]
    else:
        assert read == {name: ["a", "b"]}


def test_a_text_that_may_be_one_value_or_several_is_refused_with_both_ways_to_write_it() -> None:
    [problem] = check_options("sft", {}, {"stop_words": "end, stop"}, CATALOG)

    assert problem.message == (
        'takes a list, and this may be one value or several: write ["end", "stop"] or ["end, stop"]'
    )
    assert check_options("sft", {}, {"stop_words": ","}, CATALOG) == []


@pytest.mark.parametrize(
    "text",
    [
        "q_proj,v_proj",
        "['q_proj', 'v_proj']",
        "[q_proj, v_proj]",
        '"q_proj","v_proj"',
        '["q_proj", "v_proj"]',
        " q_proj v_proj ",
    ],
)
def test_a_list_may_be_written_as_people_write_lists(text: str) -> None:
    read, _ = read_lists({"target_modules": text}, RLHF)

    assert read == {"target_modules": ["q_proj", "v_proj"]}


@pytest.mark.parametrize("text", ["", ",", "[]", " "])
def test_a_list_without_an_element_is_refused(text: str) -> None:
    read, _ = read_lists({"target_modules": text}, RLHF)
    [problem] = check_options("sft", {}, read, CATALOG)

    assert (problem.field, problem.message) == (
        "extra_args.target_modules",
        "takes a list, and this has no element: leave the option out",
    )
