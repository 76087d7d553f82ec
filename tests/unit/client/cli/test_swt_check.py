import json
from pathlib import Path
from typing import Any

import pytest

GOOD = {
    "valid": True,
    "errors": [],
    "notes": ["checked against the options of ms-swift 4.6.0"],
    "command": ["-m", "swift.cli.sft", "--model=/a b"],
    "steps": {"steps": 150, "basis": "60 records"},
    "memory": {"bytes_per_gpu": 2 * 1024**3, "basis": "weights"},
}
BAD = {
    **GOOD,
    "valid": False,
    "command": [],
    "errors": [{"field": "extra_args.lora_rnak", "message": "no such option; did you mean lora_rank?", "code": "x"}],
}


@pytest.fixture
def job(tmp_path: Path) -> str:
    path = tmp_path / "job.json"
    path.write_text('{"task_type": "llm"}')
    return str(path)


def test_a_good_job_shows_what_it_would_run_and_need(swt: Any, service: Any, job: str) -> None:
    service.on("POST", "/jobs/validate", GOOD)

    result = swt("check", job)

    assert result.exit_code == 0
    assert "command  python -m swift.cli.sft '--model=/a b'" in result.stdout
    assert "steps    150 (60 records)" in result.stdout
    assert "memory   2.0 GiB on each GPU (weights)" in result.stdout
    assert service.bodies == [{"task_type": "llm"}]


def test_a_job_that_cannot_be_submitted_says_why_and_exits_with_4(swt: Any, service: Any, job: str) -> None:
    service.on("POST", "/jobs/validate", BAD)

    result = swt("check", job)

    assert result.exit_code == 4
    assert "wrong    extra_args.lora_rnak: no such option; did you mean lora_rank?" in result.stdout
    assert "command" not in result.stdout


def test_json_is_the_services_answer(swt: Any, service: Any, job: str) -> None:
    service.on("POST", "/jobs/validate", BAD)

    result = swt("check", job, "-o", "json")

    assert (result.exit_code, json.loads(result.stdout)) == (4, BAD)
