import json
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("verb", "path"),
    [("pause", "/queue/processor/stop"), ("resume", "/queue/processor/start"), ("process", "/queue/process")],
)
def test_a_verb_steers_the_queue_and_says_what_came_of_it(swt: Any, service: Any, verb: str, path: str) -> None:
    service.on("POST", path, {"message": "it was done"})

    assert swt("queue", verb).stdout == "it was done\n"
    assert json.loads(swt("queue", verb, "-o", "json").stdout) == {"message": "it was done"}


def test_status_says_who_paused_it(swt: Any, service: Any) -> None:
    paused = {"running": False, "paused_at": "2026-01-02T03:04:05.000Z", "by": "ci"}
    service.on("GET", "/queue/processor/status", paused, {"running": True})

    assert swt("queue", "status").stdout == "placing is paused since 2026-01-02T03:04:05.000Z, by ci\n"
    assert swt("queue", "status").stdout == "jobs are placed\n"


def test_priority_is_changed_in_place(swt: Any, service: Any, make_job: Any) -> None:
    service.on("PATCH", "/jobs/training_001", make_job(status="queued", priority=9))

    result = swt("priority", "training_001", "9")

    assert result.stdout.splitlines()[1].split() == ["training_001", "queued", "9"]
    assert service.bodies == [{"priority": 9}]


@pytest.mark.parametrize(
    "arguments", [("training_001", "11"), ("training_001", "high"), ("..", "1"), ("training_001",)]
)
def test_a_wrong_priority_is_never_sent(swt: Any, service: Any, arguments: tuple[str, ...]) -> None:
    assert swt("priority", *arguments).exit_code == 2
    assert service.requests == []


def test_a_job_that_runs_keeps_its_priority_and_the_exit_code_tells(swt: Any, service: Any) -> None:
    service.on("PATCH", "/jobs/a", (409, {"detail": "it is running", "code": "state_conflict"}))

    result = swt("priority", "a", "3")

    assert result.exit_code == 4
    assert "it is running" in result.stderr
