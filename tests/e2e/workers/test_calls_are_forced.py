"""Forced calls of functions: what the grammars let through is what ms-swift's agent templates read, and write."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from common.swift.programs.serving.engines.guided.call_formats import FORMATS
from tests.e2e.workers.conftest import DEMO, REPOSITORY, Bench

pytestmark = pytest.mark.e2e

SCRIPT = Path(__file__).with_name("force_calls.py")
SEED = "11"
# ms-swift writes earlier calls of these otherwise than it reads them (Python's dictionaries, another form).
WRITTEN_OTHERWISE = (
    *("chatglm4", "glm4", "hunyuan_hermes", "minicpm5", "qwen_en", "qwen_en_parallel", "qwen_zh", "qwen_zh_parallel"),
    *("react_en", "react_grpo", "react_zh", "toolbench"),
)
TEMPLATES = (
    *("deepseek_v3_1", "deepseek_v4", "deepseek_v41", "glm4_5", "glm4_7", "glm5_1", "hermes", "kimi_k25", "ling3"),
    *("llama3", "llama4", "mistral", "qwen3_5", "qwen3_coder", "seed_oss", "spark2_5", "xing4_0", "youtu"),
)
# These begin a call with words that any answer may have: only what is forced is held to.
LIKE_TEXT = ("llama3", "llama4")
# Their readers would make something else of some calls: see the decision on guided decoding.
NOT_FORCED = ("gemma4", "hy_v3", "hy_v3_preview", "kimi_k3", "minimax_m2", "minimax_m3")


@pytest.fixture(scope="module")
def told(bench: Bench) -> dict[str, Any]:
    environment = bench.environments(1)[0] | {"PYTHONPATH": f"{REPOSITORY}:{DEMO}"}
    done = subprocess.run(
        [bench.python, str(SCRIPT), SEED],
        env=environment,
        cwd=bench.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answers: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answers


def test_every_format_is_tried(told: dict[str, Any]) -> None:
    assert set(told["templates"]) == {*TEMPLATES, *WRITTEN_OTHERWISE}
    assert len(FORMATS) == len(told["templates"])
    assert set(told["not_forced"]) == set(NOT_FORCED)


def test_a_string_has_no_mark_that_its_reader_would_stop_at(told: dict[str, Any]) -> None:
    assert told["kept_out"] == [True] * 4


@pytest.mark.parametrize("name", sorted([*TEMPLATES, *WRITTEN_OTHERWISE]))
def test_what_is_forced_is_read_back(name: str, told: dict[str, Any]) -> None:
    schemas = {each["name"]: each["parameters"] for each in told["functions"]}
    texts = [text for text in told["templates"][name]["texts"] if text["done"]]

    assert len(texts) >= 6
    for text in texts:
        assert text["error"] is None
        assert text["calls"], text["text"]
        assert len(text["calls"]) == text["written"], text["text"]
        assert text["several"] or len(text["calls"]) == 1
        for function, arguments in text["calls"]:
            problems = list(Draft202012Validator(schemas[function]).iter_errors(json.loads(arguments)))
            assert not problems, (text["text"], arguments)


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_ms_swift_writes_is_let_through_and_read_back(name: str, told: dict[str, Any]) -> None:
    for taken in told["templates"][name]["takes"]:
        assert taken["refused_at"] == ""
        calls = [{"name": function, "arguments": json.loads(arguments)} for function, arguments in taken["calls"]]
        assert calls == told["written"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_call_that_need_not_come_is_held_to_its_schema_once_it_begins(name: str, told: dict[str, Any]) -> None:
    for refused in told["templates"][name]["free"]:
        if name in LIKE_TEXT:
            assert refused is None
            continue
        assert (refused["words"], refused["calls"]) == ("", "")
        assert refused["wrong"].startswith("9")
        assert refused["unknown"].startswith(("unheard_of", "u"))


def test_a_call_comes_behind_the_thought_of_a_model_that_thinks(told: dict[str, Any]) -> None:
    thought = told["thought"]

    assert thought["text"].partition("</think>")[2].lstrip("\n").startswith("<tool_call>")
    assert [name for name, _ in thought["calls"]] == ["stop-it"]


def test_a_schema_that_cannot_be_held_to_is_refused_by_its_place_and_reason(told: dict[str, Any]) -> None:
    for refusal in told["refused"]:
        assert refusal["told"] in refusal["message"]
    assert {refusal["param"] for refusal in told["refused"]} == {
        "response_format.json_schema.schema",
        "tools.get_weather.parameters",
    }


def test_a_schema_may_be_as_deep_as_its_reader_goes(told: dict[str, Any]) -> None:
    held, refused = told["deep"]

    assert held == "not refused"
    assert "nested more than 126 levels deep" in refused


def test_json_is_what_the_schema_says(told: dict[str, Any]) -> None:
    assert len(told["objects"]) >= 4
    for text in told["objects"]:
        assert isinstance(json.loads(text), dict)
    for text in told["described"]:
        Draft202012Validator(told["schema"]).validate(json.loads(text))
        assert " " * 17 not in text
