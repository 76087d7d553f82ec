"""What a node keeps of downloaded data sets: whole or not at all, from where it was cut off, and not without end."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from common.datasets import PinnedDataset
from common.settings import Settings
from workers.node import datasets
from workers.node.datasets import DatasetCache, DatasetMissing, DownloadFailed

pytestmark = pytest.mark.integration

CONTENT = b'{"text": "a"}\n' * 400_000
DATASET = PinnedDataset("a.jsonl", f"{hashlib.sha256(CONTENT).hexdigest()}.jsonl")


@dataclass(slots=True)
class Source:
    """An API that serves `content`, breaks the first `cuts` answers off in the middle, and notes each Range."""

    url: str = ""
    content: bytes = CONTENT
    status: int = 0
    cuts: int = 0
    ranges: list[str] = field(default_factory=list)


@pytest.fixture
def source() -> Iterator[Source]:
    found = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range", "")
            found.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
            self.send_response(found.status or (206 if start else 200))
            self.send_header("Content-Length", str(len(found.content) - start))
            self.end_headers()
            if found.status:
                return
            end = len(found.content) if not found.cuts else start + (len(found.content) - start) // 2
            found.cuts = max(0, found.cuts - 1)
            self.wfile.write(found.content[start:end])

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def make_cache(
    make_settings: Callable[..., Settings], source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., DatasetCache]:
    monkeypatch.setattr(datasets, "_RETRY_SECONDS", 0.01)
    return lambda **changes: DatasetCache(make_settings(**{"API_URL": source.url, **changes}), tmp_path / "kept")


def go_on() -> None:
    """Nothing ends the download."""


def test_a_download_that_breaks_goes_on_where_it_was_cut_off(
    make_cache: Callable[..., DatasetCache], source: Source
) -> None:
    source.cuts = 2

    path = make_cache().fetch(DATASET, go_on)

    assert path.read_bytes() == CONTENT
    starts = [int(asked.removeprefix("bytes=").rstrip("-") or 0) for asked in source.ranges]
    assert starts == sorted(starts)
    assert len(starts) == 3
    assert starts[1] > 0
    assert make_cache().fetch(DATASET, go_on) == path
    assert len(source.ranges) == 3


def test_other_bytes_than_the_named_ones_are_never_used(
    make_cache: Callable[..., DatasetCache], source: Source
) -> None:
    source.content = CONTENT[:-2] + b"!\n"
    cache = make_cache()

    with pytest.raises(DownloadFailed, match="damaged"):
        cache.fetch(DATASET, go_on)

    assert cache.find(DATASET) is None
    source.content = CONTENT
    assert cache.fetch(DATASET, go_on).read_bytes() == CONTENT


@pytest.mark.parametrize(("status", "error"), [(404, DatasetMissing), (401, DownloadFailed), (503, DownloadFailed)])
def test_a_refusal_is_final_only_when_the_data_set_is_gone(
    make_cache: Callable[..., DatasetCache], source: Source, status: int, error: type[Exception]
) -> None:
    source.status = status

    with pytest.raises(error):
        make_cache().fetch(DATASET, go_on)

    assert (len(source.ranges) == 1) == (status == 404)


def test_a_node_without_the_apis_address_says_what_to_set(make_cache: Callable[..., DatasetCache]) -> None:
    with pytest.raises(DatasetMissing, match="API_URL"):
        make_cache(API_URL="").fetch(DATASET, go_on)


def test_whoever_ends_it_ends_it_at_once_and_the_next_one_goes_on(
    make_cache: Callable[..., DatasetCache], source: Source
) -> None:
    class Ended(Exception):
        pass

    def end() -> None:
        raise Ended

    cache = make_cache()
    with pytest.raises(Ended):
        cache.fetch(DATASET, end)

    assert cache.find(DATASET) is None
    assert cache.fetch(DATASET, go_on).read_bytes() == CONTENT


def test_what_was_not_used_for_long_makes_room(make_cache: Callable[..., DatasetCache], tmp_path: Path) -> None:
    cache = make_cache(DATASET_CACHE_BYTES=len(CONTENT) + 10)
    old, fresh = tmp_path / "kept" / "old.jsonl", tmp_path / "kept" / "fresh.jsonl"
    old.parent.mkdir()
    for path in (old, fresh):
        path.write_bytes(b"x" * 20)
    long_ago = time.time() - 7200
    os.utime(old, (long_ago, long_ago))

    cache.fetch(DATASET, go_on)

    assert (old.exists(), fresh.exists()) == (False, True)
