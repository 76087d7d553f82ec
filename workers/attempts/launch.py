"""The launch of an attempt, from a job to a runner's spec: the command of a phase, its environment, one process per
rank.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.job_specs import JobSpec, TaskType
from common.jobs import Job, Phase
from common.reasons import Reason
from common.swift.command.argv import OptionRefused
from common.swift.command.command import CommandContext, train_command
from common.swift.command.job_environment import MEDIA_FOLDER
from common.swift.data.shapes import goal_options
from common.swift.inputs import InputRefused, Roots, resolve_under_roots
from common.swift.inputs.models.kind import task_type_of
from common.swift.inputs.sets.check import media_folder, other_variables
from common.swift.options import check_training_options
from common.swift.programs import train_launcher
from common.swift.programs.training.orders import ALWAYS, IF_IT_FITS, Orders, as_environment
from common.swift.tuners import needs_merge
from common.trainings import field_as_sent
from workers.attempts.folder import AttemptFolder
from workers.node.datasets import DatasetCache, DatasetMissing
from workers.node.local import LocalNode
from workers.node.option_catalog import node_catalog
from workers.runner_control import ProcessSpec, RunnerSpec
from workers.swift.environment import child_environment, needs_rank, rank_environments
from workers.swift.paths import JobPaths, resolve_job_paths
from workers.swift.tracking import tracker_environment

TRAIN_LAUNCHER = Path(train_launcher.__file__)


class LaunchRefused(Exception):
    """The attempt cannot be started as it was asked for; the job's own fault, found before anything ran."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@contextmanager
def inputs_refused() -> Iterator[None]:
    """Inputs that cannot be used, and data sets that are not here, end as LaunchRefused, which names the field."""
    try:
        yield
    except InputRefused as refusal:
        problem = refusal.problem
        raise LaunchRefused(Reason(problem.code), str(problem)) from refusal
    except DatasetMissing as missing:
        raise LaunchRefused(Reason.DATA_NOT_FOUND, str(missing)) from missing


def job_paths(node: LocalNode, spec: JobSpec) -> JobPaths:
    """The job's paths on this node, checked, as are its options. Raises LaunchRefused, naming the field."""
    _refuse_options(node, spec)
    try:
        with inputs_refused():
            return resolve_job_paths(local_spec(node, spec), roots_for(node, spec), node.settings.media_urls)
    except OptionRefused as refusal:
        raise LaunchRefused(Reason.OPTION_REFUSED, str(refusal)) from refusal


def output_root(node: LocalNode, spec: JobSpec) -> Path:
    """Where the job's attempts have their folders on this node. Raises LaunchRefused."""
    with inputs_refused():
        return resolve_under_roots(spec.training.output_dir, node.settings.allowed_roots, field="output_dir")


def roots_for(node: LocalNode, spec: JobSpec) -> Roots:
    """Where the job may read: its uploaded data sets, too, which lie where it may name no path."""
    return node.settings.allowed_roots.thorough().opening(DatasetCache(node.settings, node.dataset_folder).files(spec))


def local_spec(node: LocalNode, spec: JobSpec) -> JobSpec:
    """The spec with the files of its uploaded data sets. Raises LaunchRefused."""
    with inputs_refused():
        return DatasetCache(node.settings, node.dataset_folder).local_spec(spec)


def _refuse_options(node: LocalNode, spec: JobSpec) -> None:
    """With the options that this node's own ms-swift has."""
    catalog = node_catalog(node.folder, node.swift_version)
    problems = check_training_options(spec.training, spec.extra_args, catalog, spec.gpus)
    if problems:
        called = spec.training.called
        text = "; ".join(f"{field_as_sent(problem.field, called)}: {problem.message}" for problem in problems)
        raise LaunchRefused(Reason.OPTION_REFUSED, text)


def train_spec(
    node: LocalNode,
    job: Job,
    attempt: int,
    folder: AttemptFolder,
    *,
    paths: JobPaths,
    output: Path,
    resume_from: Path | None,
) -> RunnerSpec:
    """The training phase: as many ranks as the job has GPUs. Raises LaunchRefused."""
    context = CommandContext(
        swift_version=node.swift_version,
        model_path=paths.model_path,
        data_paths=paths.data_paths,
        output_dir=str(output),
        gpu_count=len(node.gpus_of(job)),
        on_cpu=not node.has_cuda(node.gpus_of(job)),
        resume_from=str(resume_from) if resume_from else None,
        keeps_state=bool(_state_to_keep(job.spec)),
        resolved=paths.resolved,
        reads_text_only=task_type_of(paths.model_path) is TaskType.LLM,
    )
    try:
        argv = (swift_python(node), *_launched(train_command(local_spec(node, job.spec), context)))
        # The trackers' first: what a job names itself wins over the node's.
        trackers = tracker_environment(os.environ, job.id, attempt, folder.mark, output)
        base = trackers | child_base(node, job, folder) | as_environment(_orders(job, folder, paths))
        ranks = len(node.gpus_of(job))
        environments = rank_environments(base, ranks, _free_port(), even_one=needs_rank(job.spec.extra_args))
    except OptionRefused as refusal:
        raise LaunchRefused(Reason.OPTION_REFUSED, str(refusal)) from refusal
    processes = (
        ProcessSpec(rank, argv, environment, str(output), _log_path(folder, rank))
        for rank, environment in enumerate(environments)
    )
    grace, limit = node.settings.stop_grace_seconds, job.spec.time_limit_seconds
    return RunnerSpec(
        folder.mark, attempt, Phase.TRAIN, tuple(processes), grace_seconds=grace, time_limit_seconds=limit
    )


def _launched(command: list[str]) -> list[str]:
    """The same by our launcher: `-P launcher sft …` for `-m swift.cli.sft …`."""
    _, module, *options = command
    return ["-P", str(TRAIN_LAUNCHER), module.rpartition(".")[2], *options]


def _orders(job: Job, folder: AttemptFolder, paths: JobPaths) -> Orders:
    training = job.spec.training
    facts_dir = str(folder.facts_dir(Phase.TRAIN))
    goal = goal_options(job.spec.extra_args)
    state = _state_to_keep(job.spec)
    return Orders(facts_dir, training.method, training.min_rows_used, state, paths.links, goal, job.id)


def _state_to_keep(spec: JobSpec) -> str:
    """Which state is to be kept besides the checkpoints; none where each of these has its own."""
    training = spec.training
    if not training.resumable or not training.params.get("save_only_model"):
        return ""
    return IF_IT_FITS if training.params.get("train_type") == "full" else ALWAYS


def export_spec(node: LocalNode, job: Job, attempt: int, folder: AttemptFolder, command: list[str]) -> RunnerSpec:
    """A phase of an export: one process of the swift interpreter, whatever number of GPUs it sees."""
    argv = (swift_python(node), *command)
    process = ProcessSpec(0, argv, child_base(node, job, folder), str(folder.path), _log_path(folder, 0))
    return RunnerSpec(folder.mark, attempt, Phase.EXPORT, (process,), grace_seconds=node.settings.stop_grace_seconds)


def needs_export(spec: JobSpec) -> bool:
    """Whether the job asked for a merge and there is an adapter to merge."""
    return spec.training.export and needs_merge(spec)


def swift_python(node: LocalNode) -> str:
    """The interpreter that has ms-swift."""
    # Not resolved: the link in a virtual environment's bin is what makes it that environment.
    return str(Path(node.settings.swift_python).absolute())


def child_base(node: LocalNode, job: Job, folder: AttemptFolder) -> dict[str, str]:
    """The environment of the attempt's processes, before ranks are told apart. Raises OptionRefused, LaunchRefused."""
    return _media_environment(node, job.spec) | child_environment(
        os.environ,
        other_variables(job.spec),
        cache_dir=node.folder / "cache",
        temporary_dir=folder.temporary_dir,
        gpu_ids=node.gpus_of(job),
        on_cpu=not node.has_cuda(node.gpus_of(job)),
        omp_threads=node.settings.swift_omp_threads,
    )


def _media_environment(node: LocalNode, spec: JobSpec) -> dict[str, str]:
    with inputs_refused():
        folder = media_folder(spec, node.settings.allowed_roots.thorough())
    return {MEDIA_FOLDER: str(folder)} if folder else {}


def _log_path(folder: AttemptFolder, rank: int) -> str:
    return str(folder.log_path if rank == 0 else folder.path / f"rank-{rank}.log")


def _free_port() -> int:
    """A port nobody listens on now: without one of its own, every job of a host would meet on 29500."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
