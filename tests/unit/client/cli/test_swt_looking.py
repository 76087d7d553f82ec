import json
from typing import Any

import pytest


@pytest.fixture
def two_jobs(service: Any, make_job: Any) -> list[dict[str, Any]]:
    jobs = [
        make_job("a", progress=38.46, progress_detail={"step": 5, "max_steps": 13, "loss": 6.2134}, node="n1"),
        make_job("b", "queued", queue_position=1, message="waits for 2 GPUs"),
    ]
    service.on("GET", "/jobs", {"jobs": jobs, "total": 2, "page": 1, "size": 50})
    return jobs


def test_ls_prints_columns_into_a_pipe(swt: Any, two_jobs: Any) -> None:
    result = swt("ls")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "JOB  STATUS   PRIORITY  PROGRESS  LOSS    NODE  CREATED  NOTE",
        "a    running  0         38%       6.2134  n1    -        -",
        "b    queued   0         0%        -       -     -        position 1, waits: waits for 2 GPUs",
    ]


def test_ls_as_json_is_what_the_service_said(swt: Any, two_jobs: Any) -> None:
    assert json.loads(swt("ls", "-o", "json").stdout) == two_jobs


def test_ls_passes_status_and_limit_on(swt: Any, service: Any, two_jobs: Any) -> None:
    swt("ls", "--status", "queued", "--limit", "2")

    assert dict(service.requests[0].url.params) == {"page": "1", "size": "2", "status": "queued"}


def test_ls_refuses_a_state_that_does_not_exist(swt: Any) -> None:
    assert swt("ls", "--status", "stuck").exit_code == 2


def test_ls_of_nothing_is_an_empty_list(swt: Any, service: Any) -> None:
    service.on("GET", "/jobs", {"jobs": [], "total": 0})

    assert json.loads(swt("ls", "-o", "json").stdout) == []


def test_a_name_cannot_send_commands_to_the_terminal(swt: Any, service: Any, make_job: Any) -> None:
    service.on("GET", "/jobs", {"jobs": [make_job(node="\x1b]0;gotcha\x07")], "total": 1})

    assert "\x1b" not in swt("ls").stdout


def test_show_prints_filled_fields_once(swt: Any, service: Any, make_job: Any) -> None:
    job = make_job(train_params={"num_epochs": 3}, num_epochs=3, reason="", export_completed=False)
    service.on("GET", "/jobs/training_001", job)

    lines = dict(line.split(None, 1) for line in swt("show", "training_001").stdout.splitlines())

    assert lines["status"] == "running"
    assert lines["train_params"] == '{"num_epochs": 3}'
    assert lines["export_completed"] == "no"
    assert not lines.keys() & {"num_epochs", "reason", "id"}


def test_show_as_json_is_what_the_service_said(swt: Any, service: Any, make_job: Any) -> None:
    service.on("GET", "/jobs/training_001", make_job(num_epochs=3))

    assert json.loads(swt("show", "training_001", "-o", "json").stdout) == make_job(num_epochs=3)


def test_events_are_listed(swt: Any, service: Any) -> None:
    events = [{"type": "submit", "message": "accepted", "timestamp": "2025-06-01T12:00:00Z"}]
    service.on("GET", "/jobs/a/events", {"job_id": "a", "events": events, "total": 1})

    assert swt("events", "a").stdout.splitlines()[1] == "2025-06-01T12:00:00Z  submit  accepted"
    assert json.loads(swt("events", "a", "-o", "json").stdout) == events


def test_queue_says_why_each_waits(swt: Any, service: Any) -> None:
    items = [{"job_id": "b", "queue_position": 1, "priority": 5, "reason": "gpus_busy", "created_at": "t"}]
    service.on("GET", "/queue", {"total_queued": 1, "queue_items": items})

    assert swt("queue").stdout.splitlines()[1] == "1         b    5         t        -       gpus_busy"
    assert json.loads(swt("queue", "-o", "json").stdout) == items


def test_gpus_shows_units_and_missing_numbers(swt: Any, service: Any) -> None:
    found = [
        {
            "id": 0, "node": "n1", "name": "H200", "memory_total": 143771, "memory_used": 512, "utilization": 0,
            "temperature": 31, "status": "leased", "job_id": "a",
        },
        {"id": 0, "node": "n2", "name": "CPU slot", "memory_total": 0, "utilization": None, "status": "free"},
    ]  # fmt: skip  # one GPU a block
    service.on("GET", "/gpus", {"gpus": found, "total": 2})

    rows = swt("gpus").stdout.splitlines()

    assert rows[1].split() == ["n1", "0", "H200", "512/143771", "MiB", "0%", "31", "°C", "leased", "a"]
    assert rows[2].split() == ["n2", "0", "CPU", "slot", "-", "-", "-", "free", "-"]
    assert json.loads(swt("gpus", "-o", "json").stdout) == found
