"""Known inputs (data locality): which models and data were used on this node; its heartbeat carries their marks, and
jobs with the same come here.
"""

import json
import threading
from pathlib import Path

from common.job_specs import JobSpec
from common.swift.inputs.marks import input_marks

MARKS_MAX = 64
_FILE = "known-inputs.json"


class KnownInputs:
    """Bounded, the newest last; kept on the node's disk."""

    def __init__(self, node_dir: Path) -> None:
        self._path = node_dir / _FILE
        self._guard = threading.Lock()
        self._marks: tuple[str, ...] | None = None

    def marks(self) -> tuple[str, ...]:
        with self._guard:
            if self._marks is None:
                self._marks = _read(self._path)
            return self._marks

    def note(self, spec: JobSpec) -> None:
        """What a job of this spec uses has been found here."""
        used = input_marks(spec)
        known = self.marks()
        if known[-len(used) :] == used:
            return
        with self._guard:
            self._marks = (*(mark for mark in known if mark not in used), *used)[-MARKS_MAX:]
            _write(self._path, self._marks)


def _read(path: Path) -> tuple[str, ...]:
    try:
        return tuple(str(mark) for mark in json.loads(path.read_text(encoding="utf-8")))[-MARKS_MAX:]
    except (OSError, ValueError, TypeError):
        return ()


def _write(path: Path, marks: tuple[str, ...]) -> None:
    fresh = path.with_suffix(".tmp")
    try:
        fresh.write_text(json.dumps(marks), encoding="utf-8")
        fresh.replace(path)
    except OSError:  # it costs a preference
        return
