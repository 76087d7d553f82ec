"""An answer is put into its reader's language on the way out: what is marked as a sentence, and nothing else."""

import re
from pathlib import Path

import pytest
from flask import Flask, Response

import api
from api.edge.json_text import ReadableJson
from api.edge.problems import _CODES
from api.language.answers import register_language, told, told_answer, told_of_others
from api.language.chinese.others import BY_CODE
from api.live.stream import EventStream
from api.live.subscription import Subscription
from api.schemas.fields import Sentence
from api.schemas.job_feeds import LogsSchema
from api.schemas.jobs import JobSchema
from tests.builders import make_job, make_spec

CHINESE = {"Accept-Language": "zh"}
ENGLISH_ANSWER = {"message": Sentence("job was cancelled"), "jobs": [{"error": Sentence("there is no job 'a'")}]}


@pytest.fixture
def app() -> Flask:
    made = Flask("test")
    made.json = ReadableJson(made)
    register_language(made)
    return made


def test_outside_of_a_request_english_is_spoken() -> None:
    assert told("there is no job 'a'") == "there is no job 'a'"
    assert told_answer(ENGLISH_ANSWER) is ENGLISH_ANSWER


def test_an_english_answer_is_passed_on_as_it_is(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert told_answer(ENGLISH_ANSWER) is ENGLISH_ANSWER, "it costs nothing"


def test_the_sentences_of_an_answer_are_told_in_chinese(app: Flask) -> None:
    with app.test_request_context(headers=CHINESE):
        assert app.json.dumps(ENGLISH_ANSWER) == '{"message": "任务已取消", "jobs": [{"error": "任务 \'a\' 不存在"}]}'

    assert ENGLISH_ANSWER["message"] == "job was cancelled", "the answer itself is left as it is"


def test_a_sentence_without_chinese_is_told_in_english(app: Flask) -> None:
    with app.test_request_context(headers=CHINESE):
        assert told("nobody here has said this") == "nobody here has said this"
        assert app.json.dumps([Sentence("nobody here has said this")]) == '["nobody here has said this"]'


def test_what_users_wrote_is_never_translated(app: Flask) -> None:
    ours = "job was cancelled"
    spec = make_spec(metadata={"message": ours, ours: [ours]}, env={"MESSAGE": ours}, output_dir=ours)
    job = make_job(spec=spec, message=ours)

    with app.test_request_context(headers=CHINESE):
        shown = app.json.loads(app.json.dumps(JobSchema().dump(job)))
        lines = app.json.loads(app.json.dumps(LogsSchema().dump({"logs": [ours], "text": ours})))

    assert shown["message"] == "任务已取消"
    assert (shown["metadata"], shown["env"]) == ({"message": ours, ours: [ours]}, {"MESSAGE": ours})
    assert shown["output_dir"] == ours
    assert lines == {"logs": [ours], "text": ours}


@pytest.mark.parametrize(("headers", "message"), [(CHINESE, "任务已取消"), ({}, "job was cancelled")])
def test_a_stream_speaks_the_language_of_its_request_when_that_is_over(
    app: Flask, headers: dict[str, str], message: str
) -> None:
    stream = EventStream(Subscription.__new__(Subscription), heartbeat_seconds=1)

    with app.test_request_context(headers=headers):
        app.process_response(Response(stream, mimetype="text/event-stream"))

    assert stream.tell("job was cancelled") == message


def test_an_http_error_says_more_than_its_code_where_more_is_known(app: Flask) -> None:
    with app.test_request_context(headers=CHINESE):
        assert told_of_others("malformed_request", "the body is not UTF-8: byte 3 is wrong") == (
            "请求体不是 UTF-8：第 3 字节有误"
        )
        assert told_of_others("malformed_request", "Bad hair") == "请求格式错误：Bad hair"
        assert told_of_others("im_a_teapot", "Short and stout") == "请求无法完成：Short and stout"
    assert told_of_others("malformed_request", "Bad hair") == "Bad hair"


def test_codes_that_others_find_words_for_exist() -> None:
    assert set(BY_CODE) <= set(_CODES.values())


def test_one_place_reads_which_language_is_wanted() -> None:
    root = Path(api.__file__).parent

    readers = {path for path in root.rglob("*.py") if re.search("accept_?-?language", path.read_text(), re.IGNORECASE)}

    assert readers == {root / "language" / "answers.py"}
