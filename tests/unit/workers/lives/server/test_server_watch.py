"""One server under watch: what is published, withdrawn, forgiven and ended, also after a change of workers."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from common.clock import now
from common.jobs import Job
from common.reasons import Reason
from common.settings import Settings
from common.states import JobState
from common.store.outcomes import Outcome
from tests.builders import make_deployment
from workers.attempts.attempt import Attempt
from workers.attempts.ends import Unwanted
from workers.attempts.folder import AttemptFolder
from workers.lives.server import watch as watching
from workers.lives.server.facts import ServerFacts, facts_of, note_facts
from workers.lives.server.probe import ProbeKind, ProbeResult
from workers.lives.server.watch import ServerWatch
from workers.node.local import Compared

READY = ProbeResult(ProbeKind.READY)
NOT_YET = ProbeResult(ProbeKind.NOT_YET, "nobody listens on port 30000 yet")
LOCKED = ProbeResult(ProbeKind.LOCKED, "/v1/models takes another key than this worker's")
SILENT = ProbeResult(ProbeKind.NO_ANSWER, "no answer to /health within 5 s")


@dataclass
class World:
    """What the watch sees and does, on a clock that tests set."""

    settings: Settings
    folder: AttemptFolder
    clock: float = 1_000_000.0
    started_at: float = 1_000_000.0
    sees: ProbeResult = NOT_YET
    outcome: Outcome = Outcome.OK
    published: list[str] = field(default_factory=list)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    compared: Compared = field(default_factory=Compared)

    def watch(self, **changes: Any) -> ServerWatch:
        """As a worker begins it that has just started the server, or adopted it."""
        job = make_deployment(state=JobState.STARTING, attempt=1, **changes)
        job = job.evolve(served=replace(job.served, port=30000))
        return ServerWatch(cast(Attempt, self._attempt(job)), Path("/phase"))

    def look(self, watch: ServerWatch, sees: ProbeResult, times: int = 1, seconds: float = 10.0) -> None:
        self.sees = sees
        for _ in range(times):
            watch.look()
            self.clock += seconds

    def _attempt(self, job: Job) -> SimpleNamespace:
        store = SimpleNamespace(deployments=SimpleNamespace(ready=self._ready))
        node = SimpleNamespace(settings=self.settings, store=store, detach=None, compared=self.compared)
        attempt = {"job": job, "number": 1, "folder": self.folder, "node": node}
        return SimpleNamespace(**attempt, note=self._note, tell=lambda write: write())

    def _ready(self, _job_id: str, _attempt: int, **said: Any) -> Outcome:
        self.published.append(said["endpoint"])
        return self.outcome

    def _note(self, kind: str, _message: str, **fields: Any) -> None:
        self.notes.append((kind, fields))


@pytest.fixture
def world(make_settings: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    quick = {"DEPLOY_PROBE_SECONDS": 5, "DEPLOY_UNHEALTHY_SECONDS": 60, "DEPLOY_READY_TIMEOUT_SECONDS": 100}
    made = World(make_settings(**quick, DEPLOY_STABLE_SECONDS=600), AttemptFolder(tmp_path))
    monkeypatch.setattr(watching, "probe_server", lambda *_, **__: made.sees)
    monkeypatch.setattr(watching.time, "monotonic", lambda: made.clock)
    monkeypatch.setattr(watching.time, "time", lambda: made.clock)
    monkeypatch.setattr(watching.ServerWatch, "_age_seconds", lambda _: made.clock - made.started_at)
    monkeypatch.setattr(watching, "request_stop", lambda _folder, why, _grace: made.stops.append(str(why)))
    return made


def test_it_is_published_once_when_it_answers(world: World) -> None:
    watch = world.watch()

    world.look(watch, NOT_YET, 3)
    assert world.published == []
    world.look(watch, READY, 3)

    assert world.published == ["http://127.0.0.1:30000/v1"]
    assert facts_of(world.folder).ever_ready


def test_it_is_published_again_when_the_store_may_have_forgotten_it(world: World) -> None:
    watch = world.watch()
    world.look(watch, READY, 3)

    world.compared.times += 1
    world.look(watch, READY, 3)

    assert len(world.published) == 2


@pytest.mark.parametrize(
    ("advertised", "endpoint"),
    [("gpu-1.example.org", "http://gpu-1.example.org:30000/v1"), ("fd00::7", "http://[fd00::7]:30000/v1")],
)
def test_it_is_published_where_others_reach_it(world: World, advertised: str, endpoint: str) -> None:
    world.settings = replace(world.settings, deploy_advertise_host=advertised)

    world.look(world.watch(), READY)

    assert world.published == [endpoint]


def test_it_is_ended_when_it_does_not_answer_in_time(world: World) -> None:
    watch = world.watch()

    world.look(watch, NOT_YET, 20)

    assert world.stops == ["not_ready"]  # once
    assert facts_of(world.folder).stopped_because == NOT_YET.message


def test_one_that_answered_long_ago_is_in_trouble_and_not_late_when_a_new_worker_finds_it_silent(world: World) -> None:
    note_facts(world.folder, ServerFacts(ready_at_s=world.clock - 5000, ever_ready=True))
    world.started_at -= 5010
    watch = world.watch()

    world.look(watch, SILENT, 3, seconds=6)
    assert (world.stops, [kind for kind, _ in world.notes]) == ([], ["unhealthy"])
    world.look(watch, READY)

    assert [kind for kind, _ in world.notes] == ["unhealthy", "healthy"]
    assert world.published == ["http://127.0.0.1:30000/v1"]


def test_three_silent_looks_withdraw_it_and_a_minute_ends_it(world: World) -> None:
    watch = world.watch()
    world.look(watch, READY)

    world.look(watch, SILENT, 2)
    assert world.notes == []
    world.look(watch, SILENT)
    (kind, fields), *_ = world.notes
    assert (kind, fields["reason"]) == ("unhealthy", Reason.UNHEALTHY)
    assert fields["message"] == (
        "its server stopped answering: no answer to /health within 5 s; it is started again if that lasts 60 s"
    )
    world.look(watch, SILENT, 5)
    assert world.stops == []
    world.look(watch, SILENT, 3)
    assert world.stops == ["unhealthy"]


def test_a_new_worker_does_not_begin_the_minute_anew(world: World) -> None:
    note_facts(world.folder, ServerFacts(ready_at_s=world.clock - 500, ever_ready=True))
    watch = world.watch(unhealthy_since=now() - timedelta(seconds=50))

    world.look(watch, SILENT)
    assert world.stops == []
    world.look(watch, SILENT)

    assert world.stops == ["unhealthy"]


def test_trouble_of_an_earlier_server_is_not_this_ones(world: World) -> None:
    note_facts(world.folder, ServerFacts(server=2, restarts=1, ever_ready=True))
    watch = world.watch(unhealthy_since=now() - timedelta(hours=1))

    world.look(watch, READY)
    world.look(watch, SILENT, 3)

    assert world.stops == []


def test_one_that_recovers_is_published_again_since_it_may_be_wanted_now(world: World) -> None:
    watch = world.watch()
    world.look(watch, READY)
    world.look(watch, SILENT, 3)

    world.look(watch, READY)

    assert len(world.published) == 2
    assert world.notes[-1] == ("healthy", {"unhealthy_since_ms": "", "reason": "", "message": ""})


def test_a_long_good_life_is_noted_once_and_only_when_there_is_something_to_forgive(world: World) -> None:
    note_facts(world.folder, ServerFacts(server=2, restarts=1, ever_ready=True))
    watch = world.watch()

    world.look(watch, READY, 59)
    assert world.notes == []
    world.look(watch, READY, 10)

    assert world.notes == [("stable", {"restarts": 0, "infra_failures": 0})]
    assert facts_of(world.folder).restarts == 0
    flawless = world.watch()
    world.look(flawless, READY, 70)
    assert len(world.notes) == 1


@pytest.mark.parametrize(
    ("kind", "why"), [(ProbeKind.WRONG_MODEL, "wrong_model"), (ProbeKind.WRONG_PORT, "port_stolen")]
)
def test_what_is_wrong_from_the_start_is_ended_and_never_published(world: World, kind: ProbeKind, why: str) -> None:
    world.look(world.watch(), ProbeResult(kind, "something else"))

    assert (world.stops, world.published) == ([why], [])


def test_one_that_takes_a_key_of_before_the_secret_was_changed_is_left_alone(world: World) -> None:
    world.look(world.watch(), READY)

    world.look(world.watch(), LOCKED, 20)

    assert (world.notes, world.stops) == ([], [])


def test_one_that_never_took_the_key_was_never_ready(world: World) -> None:
    world.look(world.watch(), LOCKED, 20)

    assert (world.published, set(world.stops)) == ([], {"not_ready"})


def test_one_that_nobody_wants_any_more_is_let_go(world: World) -> None:
    world.outcome = Outcome.STALE_ATTEMPT

    with pytest.raises(Unwanted):
        world.look(world.watch(), READY)


def test_a_wish_to_stop_is_left_to_the_phase(world: World) -> None:
    world.outcome = Outcome.CANCEL_REQUESTED

    world.look(world.watch(), READY)

    assert world.stops == []
