"""The service's own logs: one JSON object a line, whoever wrote it, and no secret in it."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from common.logging import setup_logging
from common.settings import Settings

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Logging belongs to the whole process: what a test sets up ends with it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def lines(make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Sets logging up as JSON for a process named `api`; gives what was written since."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    setup_logging(make_settings(LOG_FORMAT="json", LOG_LEVEL="INFO"), "api")
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_its_event_level_time_and_process(lines: Lines) -> None:
    structlog.get_logger().info("job_assigned", job_id="one", gpu_ids=["GPU-0"])

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "job_assigned",
        "level": "info",
        "process": "api",
        "job_id": "one",
        "gpu_ids": ["GPU-0"],
    }


def test_what_is_bound_is_on_every_line_and_gone_afterwards(lines: Lines) -> None:
    log = structlog.get_logger()

    with structlog.contextvars.bound_contextvars(request_id="r-1", job_id="one", attempt=2):
        log.info("inside")
        logging.getLogger("celery.worker").warning("inside, by somebody else")
    log.info("outside")

    own, foreign, outside = lines()
    for line in (own, foreign):
        assert (line["request_id"], line["job_id"], line["attempt"]) == ("r-1", "one", 2)
    assert {"request_id", "job_id", "attempt"} & set(outside) == set()


def test_records_of_the_standard_library_look_the_same(lines: Lines) -> None:
    logging.getLogger("gunicorn.error").warning("worker %s is late", 7, extra={"pid": 4711})

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "worker 7 is late", "level": "warning", "process": "api", "pid": 4711}


def test_an_exception_is_one_line(lines: Lines) -> None:
    try:
        int("three\nlines\nhere")
    except ValueError:
        structlog.get_logger().exception("tick_failed")
        logging.getLogger("kombu").exception("broken")

    own, foreign = lines()
    for line in (own, foreign):
        assert line["level"] == "error"
        assert line["exception"].endswith("with base 10: 'three\\nlines\\nhere'")
        assert "\n" in line["exception"]


def test_text_that_would_break_a_line_stays_in_it(lines: Lines) -> None:
    structlog.get_logger().info("odd", text='\n"}\x00\x1b[31m', job=object, raw=b"\xff")

    (line,) = lines()
    assert line["text"] == '\n"}\x00\x1b[31m'


def test_below_the_level_nothing_is_written(lines: Lines) -> None:
    structlog.get_logger().debug("quiet")
    logging.getLogger("anything").debug("quiet too")
    logging.getLogger("celery.app.trace").info("Task succeeded")

    assert lines() == []


@pytest.mark.parametrize(("form", "is_json"), [("json", True), ("auto", True), ("console", False)])
def test_the_form_is_json_unless_a_person_reads(
    make_settings: Callable[..., Settings], capsys: pytest.CaptureFixture[str], form: str, is_json: bool
) -> None:
    setup_logging(make_settings(LOG_FORMAT=form), "worker")

    structlog.get_logger().info("ready")

    assert capsys.readouterr().err.startswith("{") is is_json


def test_a_traceback_in_a_terminal_shows_no_values(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    setup_logging(make_settings(LOG_FORMAT="console", LOG_LEVEL="INFO"), "api")

    def fail(api_key: str) -> None:
        raise RuntimeError("it broke")

    try:
        fail("".join(["hush", "-", "hush"]))
    except RuntimeError:
        structlog.get_logger().exception("follower_crashed")

    written = stream.getvalue()
    assert "RuntimeError: it broke" in written
    assert "Traceback (most recent call last)" in written
    assert "hush-hush" not in written
