"""The state folder of one attempt on its node: what was started, its log, its phases' runner files."""

import hashlib
import json
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.jobs import Job
from workers.runner_control import forget_environment, forget_room, is_alive, reserve, write_json

_RECORD = "attempt.json"
_ENDED = "ended"
_RESERVED = "attempt.reserved"
_RESERVED_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class AttemptFolder:
    """`<node folder>/attempts/<job id>-<start of the task id>/<attempt>/`.

    The task id keeps a job apart from a deleted one that had the same id.
    """

    path: Path

    @property
    def mark(self) -> str:
        """What the attempt's processes are found by. A job's id alone would also find another stack's of that id."""
        return self.path.parent.name

    @property
    def log_path(self) -> Path:
        return self.path / "output.log"

    @property
    def temporary_dir(self) -> Path:
        """The attempt's own TMPDIR, gone when it has ended.

        Not below `path`: ms-swift's data workers meet on unix sockets there, whose paths end at 107 bytes.
        """
        key = hashlib.sha256(str(self.path).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"swt-{key}"

    def phase_dir(self, phase: str) -> Path:
        return self.path / phase

    def facts_dir(self, phase: str) -> Path:
        """Where a phase's own processes write what they want to be known."""
        return self.phase_dir(phase) / "facts"

    def phase_dirs(self) -> list[Path]:
        """The folders of all phases that there ever were."""
        return sorted(path for path in self.path.glob("*") if path.is_dir())

    @property
    def lives(self) -> bool:
        """Whether any of its phases has a runner."""
        return any(map(is_alive, self.phase_dirs()))

    def record(self) -> dict[str, Any]:
        """What `create` and `note` wrote; empty when nothing was."""
        try:
            return dict(json.loads((self.path / _RECORD).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}

    @property
    def output(self) -> Path | None:
        """The folder that it claimed for what it writes, as its record has it."""
        claimed = self.record().get("output")
        return Path(claimed) if claimed else None

    def create(self, job: Job, attempt: int, **facts: Any) -> None:
        """Make the folder, private to this user, and its record with these facts; fine when it is there."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.record():
            self._write({"job_id": job.id, "task_id": job.task_id, "attempt": attempt, **facts})
        self.temporary_dir.mkdir(mode=0o700, exist_ok=True)
        self.log_path.touch()

    def note(self, **facts: Any) -> None:
        """Add facts to the record, atomically."""
        self._write({**self.record(), **facts})

    def mark_ended(self) -> None:
        """The attempt is settled: nothing has to look at this folder again. What could hold a secret goes."""
        shutil.rmtree(self.temporary_dir, ignore_errors=True)
        for phase_dir in self.phase_dirs():
            forget_environment(phase_dir)
            forget_room(phase_dir)
        if self.path.is_dir():
            (self.path / _RESERVED).unlink(missing_ok=True)
            (self.path / _ENDED).touch()

    @property
    def has_ended(self) -> bool:
        return (self.path / _ENDED).exists()

    def forget_phase(self, phase: str) -> None:
        """Remove a phase's runner files, of a start that never came to be."""
        shutil.rmtree(self.phase_dir(phase), ignore_errors=True)

    def _write(self, record: dict[str, Any]) -> None:
        """Also on a full disk: what an attempt learns at its end must not be lost to that."""
        reserved = self.path / _RESERVED
        write_json(self.path / _RECORD, record, reserved)
        with suppress(OSError):
            reserve(reserved, 2 * (self.path / _RECORD).stat().st_size + _RESERVED_BYTES)


def task_folder(node_dir: Path, job_id: str, task_id: str) -> Path:
    """Where the attempts of a job, under this Celery task, keep their state on this node."""
    return node_dir / "attempts" / f"{job_id}-{task_id[:8]}"


def folder_of(node_dir: Path, job: Job, attempt: int) -> AttemptFolder:
    """Where an attempt of this job keeps its state on this node."""
    return AttemptFolder(task_folder(node_dir, job.id, job.task_id) / str(attempt))


def newest_attempts(node_dir: Path) -> dict[str, list[AttemptFolder]]:
    """By job id the last attempt, settled or not, of each task on this node's disk that had this id."""
    found: dict[str, list[AttemptFolder]] = {}
    for task in (node_dir / "attempts").glob("*"):
        numbers = [int(path.name) for path in task.glob("*") if path.name.isdecimal()]
        if numbers:
            found.setdefault(task.name.rpartition("-")[0], []).append(AttemptFolder(task / str(max(numbers))))
    return found


def unsettled(node_dir: Path) -> list[AttemptFolder]:
    """The attempts on this node's disk whose end was never settled."""
    found = (AttemptFolder(path) for path in sorted((node_dir / "attempts").glob("*/*")) if path.is_dir())
    return [folder for folder in found if not folder.has_ended]


def claim_output(output_dir: Path, attempt: int) -> Path:
    """Make a new folder for what an attempt writes; never one that is there, whoever made it."""
    output_dir.mkdir(parents=True, exist_ok=True)
    suffix = 1
    while True:
        wanted = output_dir / (f"attempt-{attempt}" if suffix == 1 else f"attempt-{attempt}-{suffix}")
        try:
            wanted.mkdir()
        except FileExistsError:
            suffix += 1
        else:
            return wanted


def unused_path(folder: Path, name: str) -> Path:
    """`<folder>/<name>`, or `<name>-2` and so on where that is taken."""
    number, wanted = 1, folder / name
    while wanted.exists():
        number += 1
        wanted = folder / f"{name}-{number}"
    return wanted
