import json
from typing import Any

import httpx2
import pytest

from swift_trainer.cli.progress import is_news

JOB = "/jobs/training_001"


@pytest.mark.parametrize(("status", "code"), [("completed", 0), ("failed", 1), ("cancelled", 3)])
def test_the_exit_code_is_the_jobs_result(swt: Any, service: Any, make_job: Any, status: str, code: int) -> None:
    service.on("GET", JOB, make_job(), make_job(status=status))

    assert swt("wait", "training_001").exit_code == code
    assert swt("wait", "training_001", "-q").exit_code == code


def test_a_failure_is_told_with_its_reason_and_where_to_look(swt: Any, service: Any, make_job: Any) -> None:
    service.on("GET", JOB, make_job(status="failed", reason="exit_nonzero", error_message="swift ended with 1"))

    result = swt("wait", "training_001")

    assert result.stdout == "training_001 failed (exit_nonzero): swift ended with 1\n"
    assert "swt logs training_001" in result.stderr


def test_a_completed_job_tells_where_its_result_is(swt: Any, service: Any, make_job: Any) -> None:
    service.on("GET", JOB, make_job(status="completed", export_path="/out/merged"))

    assert swt("wait", "training_001").stdout == "training_001 completed: /out/merged\n"


def test_a_completed_job_tells_what_it_took_in_place_of_its_last_checkpoint(
    swt: Any, service: Any, make_job: Any
) -> None:
    message = "trained 120 steps; took checkpoint-40, the best by loss (5.12); the last, checkpoint-120, has 5.25"
    service.on("GET", JOB, make_job(status="completed", export_path="/out/merged", message=message))

    assert swt("wait", "training_001").stdout == (
        "training_001 completed: /out/merged "
        "(took checkpoint-40, the best by loss (5.12); the last, checkpoint-120, has 5.25)\n"
    )


def test_quiet_prints_nothing(swt: Any, service: Any, make_job: Any) -> None:
    service.on("GET", JOB, make_job(), make_job(status="completed"))

    assert swt("wait", "training_001", "-q").output == ""


def test_json_is_the_final_job_alone_on_stdout(swt: Any, service: Any, make_job: Any) -> None:
    service.on("GET", JOB, make_job(), make_job(status="completed"))

    assert json.loads(swt("wait", "training_001", "-o", "json").stdout) == make_job(status="completed")


def test_a_timeout_is_124_and_says_that_the_job_goes_on(swt: Any, service: Any, clock: Any, make_job: Any) -> None:
    service.on("GET", JOB, make_job())

    result = swt("wait", "training_001", "--timeout", "2m")

    assert result.exit_code == 124
    assert sum(clock.naps) == 120
    assert "it goes on" in result.stderr
    assert "swt stop training_001" in result.stderr
    assert result.stdout == ""


def test_ctrl_c_is_130_and_says_how_to_stop_the_job(swt: Any, service: Any, make_job: Any) -> None:
    service.on("GET", JOB, make_job(), KeyboardInterrupt())

    result = swt("wait", "training_001")

    assert result.exit_code == 130
    assert "training_001 goes on" in result.stderr
    assert "swt stop training_001" in result.stderr


def test_a_restart_of_the_service_does_not_end_the_waiting(swt: Any, service: Any, make_job: Any) -> None:
    service.on("GET", JOB, make_job(), *[httpx2.ConnectError("refused")] * 12, make_job(status="completed"))

    assert swt("wait", "training_001").exit_code == 0


def test_progress_into_a_pipe_is_sparse(swt: Any, service: Any, make_job: Any) -> None:
    detail = {"max_steps": 100, "loss": 6.2134, "remaining_seconds": 80}
    running = [make_job(progress=float(n), progress_detail={**detail, "step": n}) for n in range(26)]
    service.on("GET", JOB, make_job(status="queued", queue_position=1), *running, make_job(status="completed"))

    lines = swt("wait", "training_001").stderr.splitlines()

    assert lines == [
        "training_001: queued, position 1",
        "training_001: running, step 0/100, loss 6.213, 1m 20s left",
        "training_001: running, step 10/100, loss 6.213, 1m 20s left",
        "training_001: running, step 20/100, loss 6.213, 1m 20s left",
        "training_001: completed",
    ]


def test_after_a_quiet_minute_a_change_is_news_and_no_change_is_not(make_job: Any) -> None:
    told = make_job(progress=1.0, progress_detail={"step": 1, "max_steps": 100})
    moved = make_job(progress=2.0, progress_detail={"step": 2, "max_steps": 100})

    assert not is_news(told, moved, 59)
    assert is_news(told, moved, 60)
    assert not is_news(told, told, 600)


def test_a_further_attempt_is_news(make_job: Any) -> None:
    assert is_news(make_job(attempt=1), make_job(attempt=2), 0)
