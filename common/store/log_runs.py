"""Reading an attempt's log piece by piece: only the bytes from an offset on travel, not the whole log."""

from dataclasses import dataclass

from common.store import keys
from common.store.connection import RedisClient, translated_errors

_NEWEST_CHUNKS = 16  # a reader that keeps up needs no more of them


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
        pipe.hmget(keys.job_log(job_id, attempt), "end", "head_bytes", "tail_start")
        pipe.getrange(keys.job_log_head(job_id, attempt), offset, -1)
        pipe.lrange(keys.job_log_tail(job_id, attempt), 0 if chunks is None else -chunks, -1)
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


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
