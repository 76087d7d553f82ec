from typing import Any

import httpx2
import pytest

from swift_trainer.cli.exits import Exit


def test_wrong_fields_are_named(swt: Any, service: Any) -> None:
    problem = {
        "status": 422,
        "detail": "2 fields are wrong",
        "code": "invalid_input",
        "request_id": "r-7",
        "errors": [
            {"field": "data_path", "message": "must not be empty"},
            {"field": "llm_params.lora_rank", "message": "must be at least 1"},
        ],
    }
    service.on("POST", "/jobs", (422, problem))

    result = swt("submit", "--type", "llm", "--model", "/m")

    assert result.exit_code == 4
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "swt: 2 fields are wrong",
        "  data_path: must not be empty",
        "  llm_params.lora_rank: must be at least 1",
        "  (422 invalid_input, request r-7)",
    ]


@pytest.mark.parametrize(
    ("said", "headline"),
    [
        ({"port": "must be at most 65535"}, "swt: 1 field is wrong"),
        ({"port": "must be at most 65535", "name": "is too long"}, "swt: 2 fields are wrong"),
    ],
)
def test_wrong_fields_are_said_once(swt: Any, service: Any, said: dict[str, str], headline: str) -> None:
    errors = [{"field": field, "message": message} for field, message in said.items()]
    detail = "; ".join(f"{field}: {message}" for field, message in said.items())
    service.on_deploy("POST", "/jobs", (422, {"detail": detail, "code": "invalid_input", "errors": errors}))

    result = swt("deploy", "/models/a")

    assert result.stderr.splitlines() == [
        headline,
        *(f"  {field}: {message}" for field, message in said.items()),
        "  (422 invalid_input)",
    ]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((400, {}), 4),
        ((401, {}), 4),
        ((404, {}), 4),
        ((409, {}), 4),
        ((301, None, {"Location": "https://b/"}), 5),
        ((500, b"<html>"), 5),
        ((503, {}), 5),
        (b"not json", 5),
        (httpx2.ConnectError("refused"), 5),
        (httpx2.ReadTimeout("late"), 5),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_failure_has_its_exit_code_and_no_traceback(swt: Any, service: Any, answer: Any, code: int) -> None:
    service.on("GET", "/jobs/a", answer)

    result = swt("show", "a")

    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.startswith("swt: ")
    assert "Traceback" not in result.stderr


def test_a_missing_key_says_where_it_goes(swt: Any, service: Any) -> None:
    service.on("GET", "/jobs/a", (401, {"detail": "an API key is needed", "code": "unauthenticated"}))

    assert "SWIFT_TRAINER_API_KEY" in swt("show", "a").stderr


def test_an_address_that_is_none_is_wrong_usage(swt: Any) -> None:
    result = swt("--url", "localhost", "ls")

    assert result.exit_code == 2
    assert "'localhost' is not an address like http://127.0.0.1:8000" in result.stderr


def test_the_key_is_sent_and_never_printed(swt: Any, service: Any) -> None:
    service.on("GET", "/jobs/a", (401, {"detail": "wrong key"}))

    result = swt("--api-key", "sekret", "show", "a")

    assert service.requests[0].headers["Authorization"] == "Bearer sekret"
    assert "sekret" not in result.output


def test_a_message_cannot_send_commands_to_the_terminal(swt: Any, service: Any) -> None:
    service.on("GET", "/jobs/a", (404, {"detail": "\x1b[2Jgone"}))

    assert "\x1b" not in swt("show", "a").stderr


def test_a_defect_of_ours_is_not_hidden(swt: Any, service: Any) -> None:
    service.on("GET", "/jobs/a", RuntimeError("a defect"))

    assert isinstance(swt("show", "a").exception, RuntimeError)


def test_exit_codes_are_constant() -> None:
    assert {code.name: code.value for code in Exit} == {
        "OK": 0,
        "JOB_FAILED": 1,
        "USAGE": 2,
        "JOB_CANCELLED": 3,
        "REFUSED": 4,
        "UNREACHABLE": 5,
        "TIMED_OUT": 124,
        "INTERRUPTED": 130,
    }
