import json
from typing import Any

import pytest

API = "/api/v1"
ENTRY = {
    "id": "7-0", "at": "2026-01-02T03:04:05.000Z", "actor": "ci", "method": "POST", "path": "/api/v1/training/jobs",
    "status": 201, "target": "one", "address": "10.0.0.1", "request_id": "r-7", "key_id": "k-1", "scope": "write",
}  # fmt: skip
REFUSED = {**ENTRY, "id": "6-0", "method": "DELETE", "status": 403, "target": "", "actor": "two words"}


def test_entries_are_rows_the_newest_first(swt: Any, service: Any) -> None:
    service.on("GET", "/audit", {"entries": [ENTRY, REFUSED], "next_cursor": None}, under=API)

    heading, *rows = swt("audit").stdout.splitlines()

    assert heading.split() == ["AT", "ACTOR", "METHOD", "PATH", "STATUS", "TARGET", "FROM", "REQUEST"]
    assert [" ".join(row.split()) for row in rows] == [
        "2026-01-02T03:04:05.000Z ci POST /api/v1/training/jobs 201 one 10.0.0.1 r-7",
        "2026-01-02T03:04:05.000Z two words DELETE /api/v1/training/jobs 403 - 10.0.0.1 r-7",
    ]


def test_as_json_each_entry_is_whole(swt: Any, service: Any) -> None:
    service.on("GET", "/audit", {"entries": [ENTRY, REFUSED], "next_cursor": None}, under=API)

    assert json.loads(swt("audit", "-o", "json").stdout) == [ENTRY, REFUSED]


@pytest.mark.parametrize(("arguments", "limit"), [((), "50"), (("--limit", "2"), "2"), (("--limit", "5000"), "1000")])
def test_no_more_is_asked_for_than_is_shown(swt: Any, service: Any, arguments: tuple[str, ...], limit: str) -> None:
    service.on("GET", "/audit", {"entries": [ENTRY], "next_cursor": None}, under=API)

    assert swt("audit", *arguments).exit_code == 0
    assert [request.url.params["limit"] for request in service.requests] == [limit]


@pytest.mark.parametrize("arguments", [("--limit", "0"), ("--limit", "many"), ("-o", "xml"), ("x",)])
def test_wrong_usage_is_told_without_asking(swt: Any, service: Any, arguments: tuple[str, ...]) -> None:
    assert swt("audit", *arguments).exit_code == 2
    assert service.requests == []


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        ((403, {"detail": "needs scope admin", "code": "forbidden"}), 4, "(403 forbidden)"),
        (b"<html>", 5, "not JSON"),
    ],
)
def test_a_failure_has_its_exit_code_and_nothing_on_stdout(
    swt: Any, service: Any, answer: Any, code: int, told: str
) -> None:
    service.on("GET", "/audit", answer, under=API)

    result = swt("audit")

    assert (result.exit_code, result.stdout) == (code, "")
    assert told in result.stderr
