from typing import Any

import httpx2


def _offsets(service: Any) -> list[str]:
    return [request.url.params["offset"] for request in service.requests]


def _follow(client: Any) -> list[str]:
    return [page["text"] for page in client.jobs.follow_log("training_001")]


def test_a_log_is_followed_to_its_end_by_offset(client: Any, service: Any, clock: Any, make_page: Any) -> None:
    service.on(
        "GET",
        "/jobs/training_001/logs",
        make_page("ab"),
        make_page("", 2),
        make_page("cd", 2),
        make_page("e", 4, end=True),
    )

    assert _follow(client) == ["ab", "cd", "e"]
    assert _offsets(service) == ["0", "2", "2", "4"]
    assert clock.naps == [1.0]


def test_a_further_attempt_is_read_from_its_start(client: Any, service: Any, make_page: Any) -> None:
    service.on(
        "GET",
        "/jobs/training_001/logs",
        make_page("first"),
        make_page("", 5, attempt=2),
        make_page("second", 0, attempt=2, end=True),
    )

    assert _follow(client) == ["first", "second"]
    assert _offsets(service) == ["0", "5", "0"]


def test_a_gap_is_handed_on_and_jumped(client: Any, service: Any, make_page: Any) -> None:
    gap = make_page("", 2, truncated_from=2, truncated_to=90, next_offset=90)
    service.on("GET", "/jobs/training_001/logs", make_page("ab"), gap, make_page("z", 90, end=True))

    pages = list(client.jobs.follow_log("training_001"))

    assert [page.get("truncated_to") for page in pages] == [None, 90, None]


def test_a_page_that_repeats_the_gap_does_not_make_it_spin(
    client: Any, service: Any, clock: Any, make_page: Any
) -> None:
    stale = make_page("", 90, truncated_from=2, truncated_to=90)
    service.on("GET", "/jobs/training_001/logs", make_page("a", 89), stale, stale, make_page("", 90, end=True))

    assert _follow(client) == ["a"]
    assert clock.naps == [1.0, 1.0]


def test_following_outlives_a_restart_of_the_service(client: Any, service: Any, make_page: Any) -> None:
    service.on(
        "GET",
        "/jobs/training_001/logs",
        make_page("a"),
        *[httpx2.ConnectError("refused")] * 20,
        make_page("b", 1, end=True),
    )

    assert _follow(client) == ["a", "b"]


def test_a_log_that_stands_still_is_waited_for_at_the_service(
    client: Any, service: Any, clock: Any, make_page: Any
) -> None:
    full = (200, make_page("", 1), {"Retry-After": "9"})
    service.on("GET", "/jobs/training_001/logs", make_page("a"), full, make_page("b", 1, end=True))

    assert _follow(client) == ["a", "b"]
    assert {request.url.params["wait"] for request in service.requests} == {"30s"}
    assert clock.naps == [9]
