"""Readings of data sets: small ones at once, larger ones in a process of its own, whose verdict is kept."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import structlog

from api.services.checks.kept_verdicts import FOLDER, KeptVerdicts
from common.errors import InvalidInput
from common.settings import Settings
from common.swift.inputs.asked_verdict import AskedVerdict, find_long_rows, give_verdict
from common.swift.inputs.file_check import WHOLE_MAX_BYTES
from common.swift.inputs.lengths import Limit
from common.swift.inputs.reading_process import ReadingFailed, read_apart
from common.swift.inputs.verdict import LongRows, Verdict

log = structlog.get_logger()
T = TypeVar("T")

# What takes a few milliseconds; a process takes a hundred to start.
SMALL_BYTES = 1024 * 1024
# 1 GiB from a slow disk, in an encoding or a form that takes long to read.
READ_SECONDS = 120.0
READERS = 2
TOKENS_SECONDS = 10.0

_unread: ContextVar[list[AskedVerdict] | None] = ContextVar("unread", default=None)
# Refuses whatever asks for it; nobody is told, for it is asked again when all was read.
UNREAD = "unread"


class DataUnread(Exception):
    """Data sets have to be read first, which takes longer than a request's thread is there for."""

    def __init__(self, asked: Sequence[AskedVerdict]) -> None:
        super().__init__(", ".join(one.path for one in asked))
        self.asked = asked


def unless_unread(call: Callable[[], T]) -> T:
    """What `call`, which may change something only when nothing is wrong with the data, returns; raises DataUnread
    where it asks for verdicts on large data sets that were not read yet, of all of these at once.
    """
    unread: list[AskedVerdict] = []
    token = _unread.set(unread)
    try:
        found = call()
    except InvalidInput:
        if not unread:
            raise
    else:
        if not unread:
            return found
    finally:
        _unread.reset(token)
    raise DataUnread(unread)


def worth_reading(unread: Sequence[AskedVerdict]) -> Iterator[AskedVerdict]:
    """Those that are read whole for one request, as large as they are together; and of single larger ones, which are
    sampled anyway, all. Raises OSError.
    """
    left = WHOLE_MAX_BYTES
    for asked in unread:
        size = asked.bytes()
        if size <= left:
            left -= size
            yield asked
        elif size > WHOLE_MAX_BYTES:
            yield asked


def verdict_on(settings: Settings, asked: AskedVerdict) -> Verdict | None:
    """The verdict on a data set, None when there is none; one by samples where a large one was not read in time.

    Where somebody waits for all to be read, one that was not is refused. Raises InputRefused for the job's own media
    folder.
    """
    verdict = _verdict_on(settings, replace(asked, limit=None))
    if verdict is None or verdict.fault or asked.limit is None:
        return verdict
    return replace(verdict, long=_long_rows(asked, asked.limit))


def _long_rows(asked: AskedVerdict, limit: Limit) -> LongRows | None:
    """By a sample of a few hundred rows; a large tokenizer is loaded by a process of its own."""
    try:
        if Path(limit.tokenizer).stat().st_size <= SMALL_BYTES:
            return find_long_rows(asked)
        sampled = read_apart(replace(asked, whole_max_bytes=0), TOKENS_SECONDS)
    except (OSError, ReadingFailed) as error:
        log.warning("lengths_unread", path=asked.path, error=str(error))
        return None
    return sampled.long if sampled else None


def _verdict_on(settings: Settings, asked: AskedVerdict) -> Verdict | None:
    try:
        if asked.bytes() <= SMALL_BYTES:
            return give_verdict(asked)
        kept = kept_verdicts(settings).find(asked)
    except OSError:
        return give_verdict(asked)  # which says what is wrong
    if kept is not None:
        return kept
    unread = _unread.get()
    if unread is not None:
        unread.append(asked)
        return Verdict(asked.path, fault=UNREAD)
    return give_verdict(replace(asked, whole_max_bytes=0))


def kept_verdicts(settings: Settings) -> KeptVerdicts:
    """Those of this machine."""
    return KeptVerdicts(settings.data_dir / FOLDER)


class Readings:
    """The readings that this process has going on: few at a time, each data set once."""

    def __init__(self, settings: Settings) -> None:
        self._kept = kept_verdicts(settings)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reading")
        self._lock = threading.Lock()
        self._going_on: dict[str, Future[None]] = {}

    def read(self, asked: AskedVerdict, mark: str, ring: Callable[[], None]) -> None:
        """Have it read; `ring` when its verdict is kept under that mark, or there will be none."""
        with self._lock:
            future = self._going_on.get(mark)
            if future is None:
                future = self._going_on[mark] = self._threads.submit(self._read, asked, mark)
        future.add_done_callback(lambda _future: ring())

    def _read(self, asked: AskedVerdict, mark: str) -> None:
        try:
            verdict = read_apart(asked, READ_SECONDS)
        except ReadingFailed as error:
            log.warning("data_unread", path=asked.path, error=str(error))
        else:
            if verdict is not None:
                self._kept.keep(mark, verdict)
        finally:
            with self._lock:
                del self._going_on[mark]
