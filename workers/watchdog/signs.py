"""Signs of life of a training, read from what it writes: its metrics, its progress bars, its checkpoints.

That a log grows is no sign: a process that waits for another may complain for ever.
"""

import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median

from common.jobs import Progress
from workers.attempts.log_tail import Position, read_at, size_of
from workers.swift.metric_lines import Record, RecordKind, kind_of
from workers.swift.metrics import progress_after
from workers.swift.metrics_tail import FILE_NAME, read_records
from workers.watchdog.silence import Pace, Seen

# tqdm's, with the names that ms-swift gives them (trainers/patcher.py): "Train:  46%|████▌     | 46/100 [00:01<…".
BAR = re.compile(rb"(Train|Val):\s+\d{1,3}%\|[^|\r\n]*\|\s*(\d{1,12})/(\d{1,12})\s")
LOG_END_BYTES = 16 * 1024
# Of the newest steps the median is taken, so that a training whose steps grow longer is judged by what it does now.
STEPS_KEPT = 500
FILES_MAX = 5_000
READS_MAX = 64


class Signs:
    """Reads on at each look; a new one finds out all that the last one knew."""

    def __init__(self, output: Path, log_path: Path) -> None:
        self._output = output
        self._log_path = log_path
        self._metrics = Position()
        self._progress = Progress()
        self._last_logged = (0, 0)
        self._paces: deque[float] = deque(maxlen=STEPS_KEPT)
        self._pauses: deque[float] = deque(maxlen=STEPS_KEPT)
        self._evaluations = 0
        self._batch_seconds = 0.0
        self._train_bar = (0, 0)
        self._val_bar = 0

    def look(self) -> Seen:
        """What there is to see now."""
        for record in self._new_records():
            self._take(record)
        self._read_bars()
        step, max_steps = max((self._progress.step, self._progress.max_steps), self._train_bar)
        return Seen(
            step=step,
            max_steps=max_steps,
            evaluated=(self._evaluations, self._val_bar),
            saved=_newest_checkpoint(self._output),
            pace=self._pace(),
        )

    def changed_at(self) -> float:
        """When the files last changed, by their times; in their favour where that is not clear."""
        watched = [self._output / FILE_NAME, self._log_path, *_files(_newest_folder(self._output))]
        return max((_modified_at(path) for path in watched), default=0.0)

    def _new_records(self) -> Iterator[Record]:
        path = self._output / FILE_NAME
        for _ in range(READS_MAX):
            self._metrics = self._metrics.in_file_of(size_of(path) or 0)
            records, offset = read_records(path, self._metrics.offset)
            if offset == self._metrics.offset:
                return
            self._metrics = Position(self._metrics.file_at + offset, self._metrics.file_at)
            yield from records

    def _take(self, record: Record) -> None:
        kind = kind_of(record)
        self._progress = progress_after(record, self._progress)
        if kind is RecordKind.EVAL:
            self._evaluations += 1
            rate = record.get("eval_steps_per_second")
            if isinstance(rate, int | float) and rate > 0:
                self._batch_seconds = max(self._batch_seconds, 1 / rate)
        if kind is RecordKind.TRAIN:
            self._measure(self._progress.step, self._progress.elapsed_seconds or 0)

    def _measure(self, step: int, elapsed_seconds: int) -> None:
        """From one line of training to the next."""
        step_before, elapsed_before = self._last_logged
        if step_before and step > step_before:
            self._pauses.append(max(0, elapsed_seconds - elapsed_before))
            self._paces.append(self._pauses[-1] / (step - step_before))
        self._last_logged = (step, elapsed_seconds)

    def _read_bars(self) -> None:
        end = read_at(self._log_path, max(0, (size_of(self._log_path) or 0) - LOG_END_BYTES), LOG_END_BYTES)
        for name, done, total in BAR.findall(end):
            if name == b"Val":
                self._val_bar = int(done)
            else:
                self._train_bar = (int(done), int(total))

    def _pace(self) -> Pace:
        step = median(self._paces) if self._paces else 0.0
        shows_each_step = self._train_bar[0] >= self._progress.step > 0
        return Pace(
            # Times are logged in whole seconds: of shorter steps only ms-swift's own average tells something.
            step_seconds=step or self._progress.seconds_per_step or 0.0,
            evaluation_seconds=self._batch_seconds,
            pause_seconds=0.0 if shows_each_step or not self._pauses else median(self._pauses),
        )


def _newest_checkpoint(output: Path) -> tuple[str | int, ...]:
    folder = _newest_folder(output)
    if folder is None:
        return ()
    sizes = [size_of(path) or 0 for path in _files(folder)]
    return folder.name, len(sizes), sum(sizes)


def _newest_folder(output: Path) -> Path | None:
    return max(_found(output, "checkpoint-*"), key=_modified_at, default=None)


def _files(folder: Path | None) -> list[Path]:
    return [folder, *_found(folder, "**/*")] if folder else []


def _found(folder: Path, pattern: str) -> list[Path]:
    """A bounded number; what is being removed meanwhile is not found."""
    try:
        return list(islice(folder.glob(pattern), FILES_MAX))
    except OSError:
        return []


def _modified_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
