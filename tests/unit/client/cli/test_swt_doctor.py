"""`swt doctor`."""

import json
from typing import Any

API = "/api/v1"
SILENT = {"severity": "problem", "code": "node_silent", "message": "Node gpu-1 has been silent for 90 s.", "about": {}}
RECOVERED = {"severity": "note", "code": "job_recovered", "message": "…", "about": {"job_id": "one"}}


def test_findings_are_rows_and_trouble_is_an_exit_code(swt: Any, service: Any) -> None:
    service.on("GET", "/doctor", {"healthy": False, "findings": [SILENT, RECOVERED]}, under=API)

    result = swt("doctor")

    heading, first, _ = result.stdout.splitlines()
    assert heading.split() == ["SEVERITY", "CODE", "MESSAGE"]
    assert " ".join(first.split()) == "problem node_silent Node gpu-1 has been silent for 90 s."
    assert result.exit_code == 1


def test_notes_are_no_trouble(swt: Any, service: Any) -> None:
    service.on("GET", "/doctor", {"healthy": True, "findings": [RECOVERED]}, under=API)

    assert swt("doctor").exit_code == 0


def test_without_findings_all_is_well(swt: Any, service: Any) -> None:
    service.on("GET", "/doctor", {"healthy": True, "findings": []}, under=API)

    assert swt("doctor").stdout == "all is well\n"


def test_as_json_the_answer_is_whole(swt: Any, service: Any) -> None:
    answer = {"healthy": False, "findings": [SILENT]}
    service.on("GET", "/doctor", answer, under=API)

    assert json.loads(swt("doctor", "-o", "json").stdout) == answer
