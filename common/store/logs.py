"""Reading an attempt's log and metrics: the first bytes and the newest ones, with the gap between them named.

Piece by piece, only the bytes from an offset on travel, not the whole log.
"""

import json
from dataclasses import dataclass
from typing import Any

from common.store import keys
from common.store.connection import RedisClient, translated_errors
from common.store.scripts import Scripts


@dataclass(frozen=True, slots=True)
class LogRun:
    """Bytes without a gap from `start` on. `skipped_from` to `start` are only on the node. `end` is of the log."""

    data: bytes
    start: int
    end: int
    skipped_from: int | None = None

    @property
    def stop(self) -> int:
        return self.start + len(self.data)


@dataclass(frozen=True, slots=True)
class LogPart:
    """Log bytes from `offset`; bytes `gap_from` to `gap_to` are no longer in Redis (the node has the full file)."""

    text: str
    offset: int
    next_offset: int
    gap_from: int | None = None
    gap_to: int | None = None


@dataclass(frozen=True, slots=True)
class MetricPart:
    """Metric records from index `start` on, of `total` that there ever were; `first` is the oldest one kept."""

    records: list[dict[str, Any]]
    start: int
    first: int
    total: int


@dataclass(frozen=True, slots=True)
class LogStore:
    """Logs and metrics of attempts, as their followers shipped them."""

    client: RedisClient

    def read(self, job_id: str, attempt: int, offset: int = 0) -> LogPart:
        """All that is kept from `offset` on."""
        with translated_errors(), self.client.pipeline() as pipe:
            pipe.hmget(keys.of(job_id).log(attempt), "end", "tail_start")
            pipe.get(keys.of(job_id).log_head(attempt))
            pipe.lrange(keys.of(job_id).log_tail(attempt), 0, -1)
            (end, tail_start), head, tail = pipe.execute()
        return _cut(_bytes(head or ""), _bytes("".join(tail)), int(tail_start or 0), int(end or 0), offset)

    def metrics(self, job_id: str, limit: int) -> list[dict[str, Any]]:
        """The newest metric records, oldest first."""
        with translated_errors():
            return [json.loads(line) for line in self.client.lrange(keys.of(job_id).metrics, -limit, -1)]

    def run(self, job_id: str, attempt: int, offset: int) -> LogRun:
        """The bytes from `offset` on, up to a gap or the end."""
        return read_run(self.client, job_id, attempt, offset)

    def metrics_from(self, job_id: str, index: int, limit: int) -> MetricPart:
        """`limit` records from `index` on, or from the oldest one kept. An index names the same record for ever."""
        names = [keys.of(job_id).record, keys.of(job_id).metrics]
        start, first, total, lines = Scripts(self.client).repeatable("page_metrics", names, [index, limit])
        return MetricPart([json.loads(line) for line in lines], int(start), int(first), int(total))


def _cut(head: bytes, tail: bytes, tail_start: int, end: int, offset: int) -> LogPart:
    offset = min(max(0, offset), end)
    if not tail:
        tail_start = end  # what is neither head nor tail was dropped
    gap = tail_start > len(head) and offset < tail_start
    text = head[offset:] + tail[max(0, offset - tail_start) :]
    if not gap:
        return LogPart(_text(text), offset, end)
    gap_from = max(offset, len(head))
    missing = f"{tail_start - gap_from} bytes are only in the log file on the node, unless they were cut there"
    notice = f"\n[... {missing} ...]\n".encode()
    return LogPart(_text(head[offset:] + notice + tail), offset, end, gap_from, tail_start)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


_NEWEST_CHUNKS = 16  # a reader that keeps up needs no more of them


@dataclass(frozen=True, slots=True)
class _Kept:
    """What Redis holds: `tail` are the newest chunks, perhaps not all of them."""

    end: int
    head_bytes: int
    tail_start: int
    head_part: bytes
    tail: bytes


def read_run(client: RedisClient, job_id: str, attempt: int, offset: int) -> LogRun:
    """The first run of bytes at `offset` or, when those are not kept, behind it; empty at the end of the log."""
    kept = _fetch(client, job_id, attempt, offset, _NEWEST_CHUNKS)
    if kept.end - len(kept.tail) > max(offset, kept.tail_start):
        kept = _fetch(client, job_id, attempt, offset, None)
    return _run(kept, offset)


def _fetch(client: RedisClient, job_id: str, attempt: int, offset: int, chunks: int | None) -> _Kept:
    with translated_errors(), client.pipeline() as pipe:
        pipe.hmget(keys.of(job_id).log(attempt), "end", "head_bytes", "tail_start")
        pipe.getrange(keys.of(job_id).log_head(attempt), offset, -1)
        pipe.lrange(keys.of(job_id).log_tail(attempt), 0 if chunks is None else -chunks, -1)
        (end, head_bytes, tail_start), head_part, tail = pipe.execute()
    end, head_bytes = int(end or 0), int(head_bytes or 0)
    start = int(tail_start or 0) if tail else end
    return _Kept(end, head_bytes, start, _bytes(head_part), b"".join(map(_bytes, tail)))


def _run(kept: _Kept, offset: int) -> LogRun:
    offset = min(offset, kept.end)
    if offset < kept.head_bytes:
        joined = kept.tail if kept.tail_start == kept.head_bytes else b""
        return LogRun(kept.head_part + joined, offset, kept.end)
    if offset < kept.tail_start:
        return LogRun(kept.tail, kept.tail_start, kept.end, skipped_from=offset)
    return LogRun(kept.tail[offset - (kept.end - len(kept.tail)) :] if kept.tail else b"", offset, kept.end)
