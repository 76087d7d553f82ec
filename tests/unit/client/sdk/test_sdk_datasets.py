import hashlib
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from swift_trainer.sdk import ApiError, Conflict, ConnectionFailed, Invalid
from swift_trainer.sdk import datasets as module

API = "/api/v1"
CONTENT = b"0123456789"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
READY = {"id": "ds-1", "name": "train.jsonl", "status": "ready", "data_path": "dataset:train.jsonl"}
BEGUN = {**READY, "status": "uploading", "size": 10}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of 10 bytes, that go in parts of four."""
    monkeypatch.setattr(module, "PART_BYTES", 4)
    path = tmp_path / "train.jsonl"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def begins(service: Any) -> Any:
    """A service that has nothing yet, takes the announcement, and says that the upload is at these places."""

    def at(*offsets: int) -> None:
        service.on("GET", "/datasets", {"datasets": [], "total": 0}, under=API)
        service.on("POST", "/datasets", (201, BEGUN), under=API)
        service.on("GET", "/datasets/ds-1", *({**BEGUN, "upload_offset": offset} for offset in offsets), under=API)

    return at


def announced(service: Any) -> dict[str, Any]:
    [request] = [request for request in service.requests if request.method == "POST"]
    return dict(json.loads(request.content))


def parts(service: Any) -> list[tuple[str, str, bytes]]:
    """(offset, complete, content) of each part that was sent."""
    return [
        (request.headers["Upload-Offset"], request.headers["Upload-Complete"], request.content)
        for request in service.requests
        if request.method == "PATCH"
    ]


def test_a_file_is_announced_and_sent_in_parts(client: Any, service: Any, file: Path, begins: Any) -> None:
    begins(0)
    service.on("PATCH", "/datasets/ds-1/content", BEGUN, BEGUN, READY, under=API)
    told: list[tuple[int, int]] = []

    done = client.datasets.push(file, progress=lambda sent, size: told.append((sent, size)))

    assert done == READY
    assert announced(service) == {"name": "train.jsonl", "size": 10, "sha256": SHA256, "format": "jsonl"}
    assert parts(service) == [("0", "?0", b"0123"), ("4", "?0", b"4567"), ("8", "?1", b"89")]
    assert told == [(0, 10), (4, 10), (8, 10), (10, 10)]


def test_content_that_the_service_has_is_not_sent(client: Any, service: Any, file: Path) -> None:
    service.on("GET", "/datasets", {"datasets": [], "total": 0}, under=API)
    service.on("POST", "/datasets", (201, READY), under=API)

    assert client.datasets.push(file) == READY
    assert parts(service) == []


def test_an_upload_of_this_name_and_size_goes_on_where_it_stopped(client: Any, service: Any, file: Path) -> None:
    others = [
        {**BEGUN, "id": "ds-7", "size": 11},
        {**BEGUN, "id": "ds-8", "name": "b"},
        {**READY, "id": "ds-9", "size": 10},
    ]
    service.on("GET", "/datasets", {"datasets": [*others, BEGUN], "total": 4}, under=API)
    service.on("GET", "/datasets/ds-1", {**BEGUN, "upload_offset": 8}, under=API)
    service.on("PATCH", "/datasets/ds-1/content", READY, under=API)

    assert client.datasets.push(file) == READY
    assert parts(service) == [("8", "?1", b"89")]


def test_another_name_and_a_file_without_suffix_are_announced_so(
    client: Any, service: Any, tmp_path: Path, begins: Any
) -> None:
    begins(0)
    service.on("PATCH", "/datasets/ds-1/content", READY, under=API)
    (tmp_path / "empty").touch()

    client.datasets.push(tmp_path / "empty", "mine")

    sha256 = hashlib.sha256().hexdigest()
    assert announced(service) == {"name": "mine", "size": None, "sha256": sha256, "format": None}
    assert parts(service) == [("0", "?1", b"")]


@pytest.mark.parametrize(
    "broken", [httpx2.ReadError("cut"), (503, {}), (409, {"code": "upload_conflict"}), (400, {}), (429, {})]
)
def test_a_part_that_breaks_is_asked_about_and_sent_from_where_the_service_is(
    client: Any, service: Any, file: Path, begins: Any, broken: Any
) -> None:
    begins(0, 2)
    service.on("PATCH", "/datasets/ds-1/content", broken, BEGUN, READY, under=API)

    assert client.datasets.push(file) == READY
    assert parts(service) == [("0", "?0", b"0123"), ("2", "?0", b"2345"), ("6", "?1", b"6789")]


def test_the_pause_is_as_long_as_the_service_asks(
    client: Any, service: Any, clock: Any, file: Path, begins: Any
) -> None:
    begins(0, 8)
    service.on("PATCH", "/datasets/ds-1/content", (503, {}, {"Retry-After": "7"}), READY, under=API)

    client.datasets.push(file)

    assert clock.naps == [7.0]


def test_a_part_that_never_arrives_is_given_up_and_what_is_there_stays(
    client: Any, service: Any, clock: Any, file: Path, begins: Any
) -> None:
    begins(0)
    service.on("PATCH", "/datasets/ds-1/content", httpx2.ReadError("cut"), under=API)

    with pytest.raises(ConnectionFailed):
        client.datasets.push(file)

    assert len(parts(service)) == 6
    assert clock.naps == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert "DELETE" not in {request.method for request in service.requests}


def test_an_upload_that_gets_on_between_failures_is_not_given_up(
    client: Any, service: Any, file: Path, begins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TRIES", 2)
    begins(0, 0, 4, 8)
    cut = httpx2.ReadError("cut")
    service.on("PATCH", "/datasets/ds-1/content", cut, BEGUN, cut, BEGUN, cut, READY, under=API)

    assert client.datasets.push(file) == READY


@pytest.mark.parametrize("status", [401, 403, 404, 413, 422, 507])
def test_what_no_repetition_mends_is_raised_at_once(
    client: Any, service: Any, file: Path, begins: Any, status: int
) -> None:
    begins(0)
    service.on("PATCH", "/datasets/ds-1/content", (status, {"detail": "no", "code": "x"}), under=API)

    with pytest.raises(ApiError, match="no") as refused:
        client.datasets.push(file)

    assert (refused.value.status, len(parts(service))) == (status, 1)


def test_an_announcement_that_is_refused_names_the_field(client: Any, service: Any, file: Path) -> None:
    errors = [{"field": "name", "message": "too long", "code": "invalid"}]
    service.on("GET", "/datasets", {"datasets": [], "total": 0}, under=API)
    service.on("POST", "/datasets", (422, {"detail": "wrong", "errors": errors}), under=API)

    with pytest.raises(Invalid) as refused:
        client.datasets.push(file)

    assert refused.value.errors == tuple(errors)


def test_a_page_in_front_of_the_service_is_told_as_such(client: Any, service: Any, file: Path, begins: Any) -> None:
    begins(0)
    service.on("PATCH", "/datasets/ds-1/content", b"<html>", under=API)

    with pytest.raises(ApiError, match="not JSON"):
        client.datasets.push(file)


def test_list_asks_for_further_pages(client: Any, service: Any) -> None:
    first, last = [{"id": f"ds-{number}"} for number in range(100)], [{"id": "ds-100"}]
    service.on("GET", "/datasets", {"datasets": first, "total": 101}, {"datasets": last, "total": 101}, under=API)

    assert list(client.datasets.list()) == first + last
    assert [str(request.url.params) for request in service.requests] == ["page=1&size=100", "page=2&size=100"]


def test_get_and_delete_name_a_data_set_by_id_or_name(client: Any, service: Any) -> None:
    service.on("GET", "/datasets/a%2Fb", READY, under=API)
    service.on("DELETE", "/datasets/train.jsonl", (204, None), (409, {"detail": "one uses it"}), under=API)

    assert client.datasets.get("a/b") == READY
    assert client.datasets.delete("train.jsonl") is None
    with pytest.raises(Conflict, match="one uses it"):
        client.datasets.delete("train.jsonl")


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_of_dots_reaches_nothing(client: Any, service: Any, name: str) -> None:
    with pytest.raises(ValueError, match="is not a data set"):
        client.datasets.delete(name)

    assert service.requests == []
