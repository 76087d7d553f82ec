import json
from typing import Any

import pytest

API = "/api/v1"
RECORD = {
    "id": "k-1", "name": "ci", "scope": "write", "status": "active", "expires_at": None, "last_used_at": None,
    "created_at": "2026-01-02T03:04:05.000Z",
}  # fmt: skip
MADE = {"key": "st_secret", "record": RECORD}


def test_create_prints_the_key_alone_on_stdout(swt: Any, service: Any) -> None:
    service.on("POST", "/keys", (201, MADE), under=API)

    result = swt("keys", "create", "--name", "ci", "--scope", "write")

    assert (result.exit_code, result.stdout) == (0, "st_secret\n")
    assert result.stderr == "key ci (write); keep it, it is not shown again:\n"
    assert service.bodies == [{"name": "ci", "scope": "write", "expires_in": None}]


@pytest.mark.parametrize(("said", "seconds"), [("90d", 7_776_000), ("1.5h", 5400), ("90", 90), ("0.2s", 1)])
def test_create_sends_how_long_it_works_and_tells_until_when(swt: Any, service: Any, said: str, seconds: int) -> None:
    until = {**MADE, "record": {**RECORD, "expires_at": "2026-04-02T03:04:05.000Z"}}
    service.on("POST", "/keys", (201, until), under=API)

    result = swt("keys", "create", "--name", "ci", "--scope", "write", "--expires", said)

    assert service.bodies[0]["expires_in"] == seconds
    assert result.stderr.startswith("key ci (write) until 2026-04-02T03:04:05.000Z; keep it")


def test_create_as_json_is_the_whole_answer(swt: Any, service: Any) -> None:
    service.on("POST", "/keys", (201, MADE), under=API)

    result = swt("keys", "create", "--name", "ci", "--scope", "read", "-o", "json")

    assert (json.loads(result.stdout), result.stderr) == (MADE, "")


def test_ls_shows_a_row_for_each(swt: Any, service: Any) -> None:
    revoked = {**RECORD, "id": "k-2", "status": "revoked", "last_used_at": "2026-01-03T00:00:00.000Z"}
    service.on("GET", "/keys", {"keys": [revoked, RECORD]}, under=API)

    lines = [line.split() for line in swt("keys", "ls").stdout.splitlines()]

    assert lines == [
        ["NAME", "SCOPE", "STATUS", "EXPIRES", "LAST", "USED", "CREATED", "ID"],
        ["ci", "write", "revoked", "-", "2026-01-03T00:00:00.000Z", "2026-01-02T03:04:05.000Z", "k-2"],
        ["ci", "write", "active", "-", "-", "2026-01-02T03:04:05.000Z", "k-1"],
    ]
    assert json.loads(swt("keys", "ls", "-o", "json").stdout) == [revoked, RECORD]


def test_revoke_ends_each_and_says_so(swt: Any, service: Any) -> None:
    service.on("DELETE", "/keys/ci", (204, None), under=API)
    service.on("DELETE", "/keys/k-2", (204, None), under=API)

    result = swt("keys", "revoke", "ci", "k-2")

    assert (result.exit_code, result.stdout) == (0, "ci revoked\nk-2 revoked\n")


def test_revoke_ends_at_the_first_that_is_refused(swt: Any, service: Any) -> None:
    service.on("DELETE", "/keys/a", (404, {"detail": "there is no key 'a'", "code": "key_not_found"}), under=API)

    result = swt("keys", "revoke", "a", "b")

    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.splitlines() == ["swt: there is no key 'a'", "  (404 key_not_found)"]
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "--name", "ci"), ("create", "--scope", "read"), ("create", "--name", "ci", "--scope", "root"),
        ("create", "--name", "ci", "--scope", "read", "--expires", "soon"), ("revoke",), ("revoke", ".."),
        ("ls", "-o", "xml"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_without_asking(swt: Any, service: Any, arguments: tuple[str, ...]) -> None:
    result = swt("keys", *arguments)

    assert (result.exit_code, result.stdout, service.requests) == (2, "", [])
    assert "Usage: " in result.stderr


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        ((401, {"detail": "no key"}), 4, "set SWIFT_TRAINER_API_KEY"),
        ((403, {"detail": "needs scope admin"}), 4, "swt: needs scope admin"),
        ((409, {"detail": "the name is taken"}), 4, "swt: the name is taken"),
        ((503, {"detail": "Redis is away"}), 5, "swt: Redis is away"),
    ],
)
def test_a_failure_has_its_exit_code_and_nothing_on_stdout(
    swt: Any, service: Any, answer: Any, code: int, told: str
) -> None:
    service.on("POST", "/keys", answer, under=API)

    result = swt("keys", "create", "--name", "ci", "--scope", "read")

    assert (result.exit_code, result.stdout) == (code, "")
    assert told in result.stderr


def test_what_others_named_cannot_steer_a_terminal(swt: Any, service: Any) -> None:
    service.on("POST", "/keys", (201, {**MADE, "record": {**RECORD, "name": "\x1b[2Jci"}}), under=API)

    assert "\x1b" not in swt("keys", "create", "--name", "ci", "--scope", "read").stderr
