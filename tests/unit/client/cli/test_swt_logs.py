import json
from typing import Any

LOGS = "/jobs/training_001/logs"


def test_the_whole_kept_log_is_printed_byte_for_byte(swt: Any, service: Any, make_page: Any) -> None:
    service.on("GET", LOGS, make_page("a\rb\n"), make_page("\x1b[1mc", 4), make_page("", 10))

    result = swt("logs", "training_001")

    assert result.exit_code == 0
    assert result.stdout == "a\rb\n\x1b[1mc"


def test_a_running_jobs_log_does_not_hold_the_command_up(swt: Any, service: Any, clock: Any, make_page: Any) -> None:
    service.on("GET", LOGS, make_page(""))

    assert swt("logs", "training_001").exit_code == 0
    assert clock.naps == []


def test_only_the_newest_lines_are_printed(swt: Any, service: Any, make_page: Any) -> None:
    service.on("GET", LOGS, make_page("1\n2\n3"), make_page("\n4\r5\n", 5, end=True))

    assert swt("logs", "training_001", "-n", "2").stdout_bytes == b"3\n4\r5\n"


def test_following_goes_on_to_the_end(swt: Any, service: Any, clock: Any, make_page: Any) -> None:
    service.on("GET", LOGS, make_page("1\n2\n"), make_page("", 4), make_page("", 4), make_page("3\n", 4, end=True))

    result = swt("logs", "training_001", "-f", "-n", "1")

    assert result.exit_code == 0
    assert result.stdout == "2\n3\n"
    assert clock.naps == [1.0]


def test_a_gap_and_a_further_attempt_are_told_on_stderr(swt: Any, service: Any, make_page: Any) -> None:
    service.on(
        "GET",
        LOGS,
        make_page("ab"),
        make_page("yz", 2, truncated_from=2, truncated_to=90, next_offset=92),
        make_page("", 92),
        make_page("", 92, attempt=2),
        make_page("again", 0, attempt=2, end=True),
    )

    result = swt("logs", "training_001", "-f")

    assert result.stdout == "abyzagain"
    assert "88 bytes are not kept" in result.stderr
    assert "attempt 2 starts here" in result.stderr


def test_json_is_the_services_list_of_lines(swt: Any, service: Any) -> None:
    answer = {"job_id": "training_001", "logs": ["a", "b"], "total": 2}
    service.on("GET", LOGS, answer)

    assert json.loads(swt("logs", "training_001", "-n", "5", "-o", "json").stdout) == answer
    assert service.requests[0].url.params["limit"] == "5"


def test_following_as_json_is_wrong_usage(swt: Any) -> None:
    assert swt("logs", "training_001", "-f", "-o", "json").exit_code == 2


def test_ctrl_c_says_that_the_job_goes_on(swt: Any, service: Any, make_page: Any) -> None:
    service.on("GET", LOGS, make_page("a"), KeyboardInterrupt())

    result = swt("logs", "training_001", "-f")

    assert (result.exit_code, result.stdout) == (130, "a")
    assert "training_001 goes on" in result.stderr


def test_a_terminal_that_knows_no_chinese_gets_question_marks(swt: Any, service: Any, make_page: Any) -> None:
    service.on("GET", LOGS, make_page("训练 ok\n", end=True))

    result = swt("logs", "training_001", charset="latin-1")

    assert result.exit_code == 0
    assert result.stdout_bytes == b"?? ok\n"
