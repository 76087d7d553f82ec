"""Every sentence says the same in both languages, and every key that the API uses is there."""

import re
from pathlib import Path
from string import Formatter

import pytest
from flask import Flask

from api.edge.problems import _CODES
from api.language import catalogue
from api.language.catalogue import HTTP_PROBLEMS, HTTP_PROBLEMS_ZH, MESSAGES, Sentence
from api.language.messages import http_problem_text, teller, text, told

API = Path(catalogue.__file__).parents[1]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def names(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field}


@pytest.mark.parametrize(("key", "sentence"), [*MESSAGES.items(), *HTTP_PROBLEMS.items()])
def test_a_translation_uses_no_value_that_the_english_lacks(key: str, sentence: Sentence) -> None:
    assert names(sentence.zh) <= names(sentence.en), key
    assert CHINESE.search(sentence.zh)
    assert not CHINESE.search(sentence.en)


def test_every_key_that_is_used_is_in_the_catalogue_and_none_is_left_over() -> None:
    sources = "".join(path.read_text() for path in API.rglob("*.py") if path.name != "catalogue.py")

    used = set(re.findall(r'\btext\(\s*"(\w+)"', sources))
    quoted = set(re.findall(r'"(\w+)"', sources))

    assert used <= set(MESSAGES), used - set(MESSAGES)
    by_type = {"llm_training", "mllm_training"}
    assert set(MESSAGES) - quoted == by_type


def test_outside_of_a_request_english_is_spoken() -> None:
    assert text("job_cancelled") == "job was cancelled"
    assert told("there is no job 'a'") == "there is no job 'a'"


def test_what_others_say_is_told_in_the_readers_language() -> None:
    with Flask("test").test_request_context(headers={"Accept-Language": "zh"}):
        tell = teller()
        assert told("there is no job 'a'") == "任务 'a' 不存在"
        assert told("nobody here has said this") == "nobody here has said this"

    assert tell("there is no job 'a'") == "任务 'a' 不存在", "a stream goes on when its request's context is gone"


def test_an_http_error_says_more_than_its_code_where_more_is_known() -> None:
    with Flask("test").test_request_context(headers={"Accept-Language": "zh"}):
        assert http_problem_text("malformed_request", "the body is not UTF-8: byte 3 is wrong") == (
            "请求体不是 UTF-8：第 3 字节有误"
        )
        assert http_problem_text("malformed_request", "Bad hair") == "请求格式错误：Bad hair"
        assert http_problem_text("im_a_teapot", "Short and stout") == "请求无法完成：Short and stout"


def test_codes_of_translated_http_problems_exist() -> None:
    assert {*HTTP_PROBLEMS, *HTTP_PROBLEMS_ZH} <= set(_CODES.values())
