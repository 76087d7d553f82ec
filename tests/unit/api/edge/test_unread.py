from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask

from api.edge.unread import when_read
from api.front.visit import KEY, Visit
from api.front.waiting import News
from api.services.checks import readings
from api.services.checks.readings import DataUnread, verdict_on
from common.settings import Settings
from common.swift.inputs.asked_verdict import AskedVerdict
from common.swift.inputs.roots import Roots
from common.swift.inputs.verdict import Verdict
from tests.builders import make_spec


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def asked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AskedVerdict:
    monkeypatch.setattr(readings, "SMALL_BYTES", 100)
    path = settings.data_dir / "large.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"query": "a", "response": "b"}\n' * 300 + '{"query": "a"\n')
    return AskedVerdict(make_spec(), "data_path", str(path), Roots((settings.data_dir,)))


def test_a_request_leaves_its_thread_while_a_large_file_is_read_and_comes_again(
    settings: Settings, asked: AskedVerdict
) -> None:
    app, visit, rung = Flask("api"), Visit(), []
    reading: list[tuple[AskedVerdict, str]] = []

    def read(what: AskedVerdict, mark: str, ring: Callable[[], None]) -> None:
        reading.append((what, mark))
        readings.kept_verdicts(settings).keep(mark, Verdict(what.path, fault="read by another process"))
        ring()

    app.extensions["swift_trainer"] = SimpleNamespace(readings=SimpleNamespace(read=read))

    with app.test_request_context(environ_overrides={KEY: visit}), pytest.raises(News) as left:
        when_read(lambda: verdict_on(settings, asked))
    left.value.listen(lambda: rung.append(True))
    visit.done = left.value
    with app.test_request_context(environ_overrides={KEY: visit}):
        verdict = when_read(lambda: verdict_on(settings, asked))

    assert (reading, rung) == ([(asked, asked.mark())], [True])
    assert verdict is not None
    assert verdict.fault == "read by another process"


def test_what_was_not_read_in_time_is_sampled(settings: Settings, asked: AskedVerdict) -> None:
    app, visit = Flask("api"), Visit(done=News(lambda _ring: None, 1.0, asked.path))
    app.extensions["swift_trainer"] = SimpleNamespace(readings=SimpleNamespace())

    with app.test_request_context(environ_overrides={KEY: visit}):
        verdict = when_read(lambda: verdict_on(settings, asked))

    assert verdict is not None
    assert not verdict.whole


def test_who_cannot_wait_gets_samples(settings: Settings, asked: AskedVerdict) -> None:
    verdict = verdict_on(settings, asked)

    assert verdict is not None
    assert not verdict.whole


def test_a_file_that_changed_is_read_again(settings: Settings, asked: AskedVerdict) -> None:
    kept = readings.kept_verdicts(settings)
    kept.keep(asked.mark(), Verdict(asked.path))
    assert kept.find(asked) == Verdict(asked.path)

    with open(asked.path, "a") as file:  # noqa: PTH123 - a name, as the job has it
        file.write("\n")

    assert kept.find(asked) is None
    with pytest.raises(DataUnread):
        readings.unless_unread(lambda: verdict_on(settings, asked))
