"""What the end of a server means for its deployment."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from common.reasons import Reason
from common.swift.programs.serve_launcher import PORT_TAKEN
from workers.lives.server.verdict import ServerEnd, ServerStop, ServerVerdict, judge_server
from workers.runner_control import ExitRecord

THEN = datetime(2026, 1, 2, tzinfo=UTC)


def judge(tmp_path: Path, log: str = "", *, code: int = 0, reason: str = "", **seen: Any) -> ServerVerdict:
    path = tmp_path / "output.log"
    path.write_text(log)
    outcome = "stopped" if reason else "exited"
    record = ExitRecord(outcome, THEN, THEN, reason=reason, exit_code=code, tree_empty=True)
    return judge_server(ServerEnd(record, port=30000, **seen), path)


@pytest.mark.parametrize(("ever_ready", "code", "worth"), [(False, 1, False), (True, 1, True), (False, -9, True)])
def test_a_server_that_ended_is_started_again_if_one_ever_answered_or_somebody_killed_it(
    tmp_path: Path, ever_ready: bool, code: int, worth: bool
) -> None:
    assert judge(tmp_path, code=code, ever_ready=ever_ready).worth_a_restart is worth


def test_an_error_is_quoted_from_the_log(tmp_path: Path) -> None:
    verdict = judge(tmp_path, "loading\nValueError: no such template\nbye\n", code=1)

    assert (verdict.reason, verdict.message) == (
        Reason.EXIT_NONZERO,
        "ms-swift ended with exit code 1: ValueError: no such template",
    )


def test_out_of_memory_is_told_apart(tmp_path: Path) -> None:
    assert judge(tmp_path, "torch.OutOfMemoryError: CUDA out of memory.\n", code=1).reason is Reason.OUT_OF_MEMORY


@pytest.mark.parametrize("engine", ["vllm", "sglang", "lmdeploy"])
def test_an_engine_that_is_missing_comes_with_advice(tmp_path: Path, engine: str) -> None:
    verdict = judge(tmp_path, f"ModuleNotFoundError: No module named '{engine}'\n", code=1)

    assert verdict.message.endswith(f"; install {engine} beside ms-swift on the node, or choose another infer_backend")


def test_a_server_that_was_too_late_tells_the_limit_what_was_seen_and_the_last_line(tmp_path: Path) -> None:
    seen = {"why": "nobody listens on port 30000 yet", "ready_timeout_seconds": 1800.0}

    verdict = judge(tmp_path, "loading 3 of 40\n", reason=ServerStop.NOT_READY, code=-15, **seen)

    assert verdict == ServerVerdict(
        Reason.NOT_READY,
        "its server did not answer within 1800 s of its start: nobody listens on port 30000 yet; the last line of its "
        "log: loading 3 of 40",
        worth_a_restart=False,
    )
    assert judge(tmp_path, reason=ServerStop.NOT_READY, ever_ready=True, **seen).worth_a_restart is True


def test_a_server_that_hangs_is_started_again(tmp_path: Path) -> None:
    verdict = judge(tmp_path, reason=ServerStop.UNHEALTHY, code=-9, why="no answer to /health within 5 s")

    assert verdict == ServerVerdict(
        Reason.UNHEALTHY, "its server stopped answering: no answer to /health within 5 s", worth_a_restart=True
    )


def test_another_model_is_no_reason_for_a_restart(tmp_path: Path) -> None:
    verdict = judge(tmp_path, reason=ServerStop.WRONG_MODEL, why="it does not serve a, but b", ever_ready=True)

    assert (verdict.reason, verdict.worth_a_restart) == (Reason.WRONG_MODEL, False)


@pytest.mark.parametrize("end", [{"code": PORT_TAKEN}, {"reason": ServerStop.PORT_STOLEN, "code": -15}])
def test_a_port_that_is_gone_means_another_lease_unless_the_user_chose_it(tmp_path: Path, end: dict[str, Any]) -> None:
    stolen, taken = judge(tmp_path, **end), judge(tmp_path, asked_for_port=True, **end)

    assert (stolen.reason, stolen.message) == (Reason.PORT_STOLEN, "another process listens on port 30000")
    assert (taken.reason, taken.worth_a_restart) == (Reason.PORT_TAKEN, False)
    assert taken.message == (
        "it could not have port 30000, which was asked for: another process listens on port 30000; ask for another "
        "one, or for none"
    )
