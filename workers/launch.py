"""From a job to a runner's spec: the command of a phase, its environment, one process per rank."""

import os
import socket
from pathlib import Path

from common.jobs import Job, JobSpec, Phase
from common.reasons import Reason
from workers.attempt_folder import AttemptFolder
from workers.node import LocalNode
from workers.runner_control import ProcessSpec, RunnerSpec
from workers.swift.command import CommandContext, export_command, train_command
from workers.swift.environment import child_environment, rank_environments


class LaunchRefused(Exception):
    """The attempt cannot be started as it was asked for; the job's own fault, found before anything ran."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def train_spec(node: LocalNode, job: Job, attempt: int, folder: AttemptFolder, inputs: CommandContext) -> RunnerSpec:
    """The training phase: as many ranks as the job has GPUs."""
    argv = [node.settings.swift_python, *train_command(job.spec, inputs)]
    base = _environment(node, job)
    ranks = rank_environments(base, len(job.gpu_ids), _free_port())
    return RunnerSpec(
        job_id=job.id,
        attempt=attempt,
        phase=Phase.TRAIN,
        processes=tuple(
            ProcessSpec(rank, tuple(argv), env, inputs.output_dir, _log_path(folder, rank))
            for rank, env in enumerate(ranks)
        ),
        grace_seconds=node.settings.stop_grace_seconds,
        time_limit_seconds=job.spec.time_limit_seconds,
    )


def export_spec(
    node: LocalNode, job: Job, attempt: int, folder: AttemptFolder, *, checkpoint: Path, target: Path
) -> RunnerSpec:
    """The export phase: one process that merges the adapter into the model."""
    argv = [node.settings.swift_python, *export_command(checkpoint, target)]
    process = ProcessSpec(0, tuple(argv), _environment(node, job), str(target.parent), _log_path(folder, 0))
    return RunnerSpec(job.id, attempt, Phase.EXPORT, (process,), node.settings.stop_grace_seconds)


def _environment(node: LocalNode, job: Job) -> dict[str, str]:
    on_cpu = not node.has_cuda(job.gpu_ids)
    return child_environment(
        os.environ,
        job.spec.env,
        cache_dir=node.folder / "cache",
        gpu_ids=job.gpu_ids,
        on_cpu=on_cpu,
        omp_threads=node.settings.swift_omp_threads,
    )


def _log_path(folder: AttemptFolder, rank: int) -> str:
    return str(folder.log_path if rank == 0 else folder.path / f"rank-{rank}.log")


def _free_port() -> int:
    """A port nobody listens on now: without one of its own, every job of a host would meet on 29500."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def needs_export(spec: JobSpec) -> bool:
    """Whether the job asked for a merge and there is an adapter to merge."""
    return spec.export and spec.params.get("train_type", "lora") != "full"
