"""Every sentence says the same in both languages, and every key that the API uses is there."""

import re
from pathlib import Path
from string import Formatter

import pytest

from api import catalogue
from api.catalogue import MESSAGES, PROBLEMS_ZH, Sentence
from api.messages import problem_text, text
from api.validation_zh import translate
from common import errors

API = Path(catalogue.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def names(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field}


@pytest.mark.parametrize(("key", "sentence"), MESSAGES.items())
def test_a_translation_uses_no_value_that_the_english_lacks(key: str, sentence: Sentence) -> None:
    assert names(sentence.zh) <= names(sentence.en), key
    assert CHINESE.search(sentence.zh)
    assert not CHINESE.search(sentence.en)


def test_every_key_that_is_used_is_in_the_catalogue_and_none_is_left_over() -> None:
    sources = "".join(path.read_text() for path in API.rglob("*.py") if path.name != "catalogue.py")

    used = set(re.findall(r'\btext\(\s*"(\w+)"', sources)) | set(re.findall(r'else "(job_\w+)"\)', sources))

    assert used <= set(MESSAGES), used - set(MESSAGES)
    by_type = {"llm_training", "mllm_training"}
    assert set(MESSAGES) - used == by_type


def test_outside_of_a_request_english_is_spoken() -> None:
    assert text("job_cancelled") == "job was cancelled"
    assert problem_text("job_not_found", "there is no job 'a'", job_id="a") == "there is no job 'a'"


def test_a_problem_that_lacks_a_value_keeps_its_english_message() -> None:
    from flask import Flask

    with Flask("test").test_request_context(headers={"Accept-Language": "zh"}):
        assert problem_text("job_not_found", "there is no job") == "there is no job"
        assert problem_text("job_not_found", "", job_id="a") == "任务 'a' 不存在"
        assert problem_text("unheard_of", "as it is") == "as it is"


def test_codes_of_translated_problems_exist() -> None:
    codes = {error.code for error in errors.ServiceError.__subclasses__()}
    http = {"no_such_path", "method_not_allowed", "malformed_request", "body_too_large", "unsupported_media_type"}

    assert set(PROBLEMS_ZH) - codes - http == {"too_many_requests", "internal_error"}


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Missing data for required field.", "缺少必填字段。"),
        ("Must be one of: llm, mllm.", "必须是以下之一：llm, mllm。"),
        ("Must be greater than or equal to 0 and less than or equal to 10.", "必须在 0 到 10 之间。"),
        ("Must be greater than 0 and less than or equal to 1.5.", "必须大于 0 且小于等于 1.5。"),
        ("Must be greater than or equal to 0 and less than 1.", "必须大于等于 0 且小于 1。"),
        ("Shorter than minimum length 1.", "长度不能小于 1。"),
        ("Something of our own.", "Something of our own."),
    ],
)
def test_validation_messages_are_translated_where_they_are_known(english: str, chinese: str) -> None:
    assert translate(english) == chinese
