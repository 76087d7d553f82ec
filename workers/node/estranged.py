"""Estranged attempts run here and have no place in the store: nobody ends them, and nobody is given what they hold."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace

import structlog

from common.nodes import Gpu
from common.store.outcomes import Outcome
from workers.attempts.folder import AttemptFolder
from workers.runner_control import read_runner

log = structlog.get_logger()

_WHY = {
    Outcome.OTHER_JOB: "another job has its id now",
    Outcome.LEASE_TAKEN: "another one holds the lease of its GPU or port",
}
_UNKNOWN = "the store lost its record, and this disk has none"
# Where no process of it is up yet, or none any more: its GPU is held nonetheless.
_NO_PID = 0


@dataclass(frozen=True, slots=True)
class _Found:
    outcome: Outcome
    why: str
    gpu_ids: frozenset[str]
    pids: tuple[int, ...]


class EstrangedAttempts:
    """Shared by the agent, which offers them to the store again and again, and by what tells of the node."""

    def __init__(self) -> None:
        self._found: dict[AttemptFolder, _Found] = {}
        self._guard = threading.Lock()

    def add(self, folder: AttemptFolder, outcome: Outcome, gpu_ids: Iterable[str]) -> None:
        """Remember one; said loudly the first time. Its GPUs stay known where this time none can be told."""
        attempt = folder.record()
        name = f"attempt {attempt.get('attempt')} of {attempt.get('job_id')}"
        why = f"{name} runs and is not in the store: {_WHY.get(outcome, _UNKNOWN)}"
        with self._guard:
            known = self._found.get(folder)
            held = frozenset(filter(None, gpu_ids)) or (known.gpu_ids if known else frozenset())
            self._found[folder] = _Found(outcome, why, held, _pids(folder))
        if known is None:
            log.error("attempt_estranged", folder=str(folder.path), why=why)

    def remove(self, folder: AttemptFolder) -> None:
        with self._guard:
            self._found.pop(folder, None)

    def all(self) -> list[AttemptFolder]:
        with self._guard:
            return list(self._found)

    def without_hope(self) -> list[AttemptFolder]:
        """Those that the store will not take whatever ends: a lease comes free, another job's id does not."""
        with self._guard:
            return [folder for folder, found in self._found.items() if found.outcome is not Outcome.LEASE_TAKEN]

    def notes(self) -> tuple[str, ...]:
        """A sentence on each."""
        with self._guard:
            return tuple(sorted(found.why for found in self._found.values()))

    def withhold(self, gpus: Iterable[Gpu]) -> tuple[Gpu, ...]:
        """The same GPUs, those that such attempts hold marked as used by somebody else."""
        with self._guard:
            held = {uuid: found.pids for found in self._found.values() for uuid in found.gpu_ids}
        return tuple(replace(gpu, foreign_processes=held[gpu.uuid]) if gpu.uuid in held else gpu for gpu in gpus)


def _pids(folder: AttemptFolder) -> tuple[int, ...]:
    infos = [read_runner(phase_dir) for phase_dir in folder.phase_dirs()]
    return tuple(process.pid for info in infos if info for process in info.processes) or (_NO_PID,)
