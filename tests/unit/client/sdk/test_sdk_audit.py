from itertools import islice
from typing import Any

import pytest

from swift_trainer.sdk import Forbidden

API = "/api/v1"


def page(first: int, last: int, cursor: str | None) -> dict[str, Any]:
    """Entries from the newest, `first`, down to `last`."""
    return {"entries": [{"id": f"{number}-0"} for number in range(first, last - 1, -1)], "next_cursor": cursor}


def queries(service: Any) -> list[str]:
    return [str(request.url.params) for request in service.requests]


def test_all_pages_are_read_by_their_cursors(client: Any, service: Any) -> None:
    service.on("GET", "/audit", page(5, 3, "3-0"), page(2, 1, None), under=API)

    assert [entry["id"] for entry in client.audit.list()] == ["5-0", "4-0", "3-0", "2-0", "1-0"]
    assert queries(service) == ["limit=1000", "limit=1000&cursor=3-0"]


def test_no_more_is_asked_for_than_is_wanted(client: Any, service: Any) -> None:
    no_more = AssertionError("a third page was asked for")
    service.on("GET", "/audit", page(1500, 501, "501-0"), page(500, 301, "301-0"), no_more, under=API)

    assert len(list(client.audit.list(1200))) == 1200
    assert queries(service) == ["limit=1000", "limit=200&cursor=501-0"]


def test_a_page_is_asked_for_when_it_is_needed(client: Any, service: Any) -> None:
    service.on("GET", "/audit", page(5, 3, "3-0"), under=API)

    assert [entry["id"] for entry in islice(client.audit.list(), 2)] == ["5-0", "4-0"]
    assert len(service.requests) == 1


def test_nothing_is_asked_for_when_nothing_is_wanted(client: Any, service: Any) -> None:
    assert list(client.audit.list(0)) == []
    assert service.requests == []


def test_a_key_that_may_not_look_is_refused(client: Any, service: Any) -> None:
    service.on("GET", "/audit", (403, {"detail": "needs scope admin"}), under=API)

    with pytest.raises(Forbidden, match="needs scope admin"):
        list(client.audit.list())
