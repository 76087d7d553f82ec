from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from api.edge.unread import ABOUT, when_read
from api.front.visit import KEY, Visit
from api.front.waiting import News
from api.services.checks import readings
from api.services.checks.readings import DataUnread, verdict_on
from api.services.refusals import refuse
from common.settings import Settings
from common.swift.inputs.asked_verdict import AskedVerdict
from common.swift.inputs.places.roots import Roots
from common.swift.inputs.sets.check import data_problems
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


def test_a_request_waits_once_for_all_of_its_large_files(
    settings: Settings, asked: AskedVerdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "WHOLE_MAX_BYTES", 25_000)  # two of them, and not three
    files = [_copied(asked, name) for name in ("1.jsonl", "2.jsonl", "3.jsonl")]
    rings: list[Callable[[], None]] = []
    rung: list[bool] = []
    app, reading = Flask("api"), SimpleNamespace(read=lambda _what, _mark, ring: rings.append(ring))
    app.extensions["swift_trainer"] = SimpleNamespace(readings=reading)

    with app.test_request_context(environ_overrides={KEY: Visit()}), pytest.raises(News) as left:
        when_read(lambda: [verdict_on(settings, one) for one in [*files, files[0]]])
    left.value.listen(lambda: rung.append(True))
    rings[0]()

    assert (len(rings), rung) == (2, [])
    rings[1]()
    assert rung == [True]


def test_a_single_file_beyond_the_limit_is_sampled_by_the_reader(
    asked: AskedVerdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "WHOLE_MAX_BYTES", 5000)

    assert list(readings.worth_reading([asked])) == [asked]


def test_data_that_are_not_read_yet_let_nothing_happen(settings: Settings, asked: AskedVerdict) -> None:
    def submit() -> None:
        refuse(data_problems(asked.spec, "data_path", asked.path, verdict_on(settings, asked)))
        pytest.fail("it would be submitted")

    with pytest.raises(DataUnread) as unread:
        readings.unless_unread(submit)

    assert unread.value.asked == [asked]


def _copied(asked: AskedVerdict, name: str) -> AskedVerdict:
    path = Path(asked.path)
    path.with_name(name).write_text(path.read_text())
    return replace(asked, path=str(path.with_name(name)))


def test_what_was_not_read_in_time_is_sampled(settings: Settings, asked: AskedVerdict) -> None:
    app, visit = Flask("api"), Visit(done=News(lambda _ring: None, 1.0, ABOUT))
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
