"""Follows one attempt from its first phase to its end, however many workers come and go meanwhile."""

from collections.abc import Callable

import structlog

from common.errors import JobNotFound
from common.jobs import JobKind
from common.states import PLACED
from workers import exporting, settle, training
from workers.attempt import Attempt
from workers.attempt_folder import AttemptFolder, folder_of
from workers.ends import DETACHED, UNWANTED, Detached, End, Unwanted
from workers.fetching import CancelledEarly
from workers.launch import LaunchRefused
from workers.node import LocalNode
from workers.phase import KILL_TIMEOUT_SECONDS, InfrastructureFailed, Show
from workers.runner_control import kill_tree, read_runner, request_stop
from workers.serving.life import serve

log = structlog.get_logger()

Life = Callable[[Attempt], End]


def follow(node: LocalNode, job_id: str, attempt: int, show: Show) -> End:
    """Run, or keep following, this attempt on this node; ends it for good when it is no longer wanted."""
    try:
        job = settle.patiently(node, lambda: node.store.jobs.get(job_id))
    except JobNotFound:
        return UNWANTED
    except Detached:
        return DETACHED
    is_here = job.node == node.name and node.is_for_us(job.instance)
    if not is_here or job.attempt != attempt or job.state not in PLACED:
        log.info("hint_ignored", state=str(job.state), current_attempt=job.attempt)
        return UNWANTED
    folder = folder_of(node.folder, job, attempt)
    show({})
    try:
        end = _run(Attempt(node, job, attempt, folder, show))
    except Detached:
        log.info("follower_detached")
        return DETACHED
    except Unwanted as exc:
        log.warning("attempt_unwanted", outcome=str(exc))
        end_processes(folder, attempt)
        end = UNWANTED
    folder.mark_ended()
    return end


def _run(attempt: Attempt) -> End:
    """What this kind of job does on a node, to its settled end."""
    match attempt.job.spec.kind:
        case JobKind.TRAIN:
            end = _settled(attempt, training.train_then_merge)
            training.clean_up(attempt)
            return end
        case JobKind.DEPLOY:
            return _settled(attempt, serve)
        case JobKind.EXPORT:
            end = _settled(attempt, exporting.export)
            exporting.clean_up(attempt, end)
            return end


def _settled(attempt: Attempt, life: Life) -> End:
    try:
        return life(attempt)
    except CancelledEarly:
        return attempt.cancel()
    except (LaunchRefused, InfrastructureFailed) as trouble:
        return attempt.fail(trouble.reason, trouble.message)


def end_processes(folder: AttemptFolder, attempt: int) -> None:
    """Make sure that nothing of an attempt is alive."""
    for phase_dir in folder.phase_dirs():
        if read_runner(phase_dir) is not None:
            request_stop(phase_dir, "unwanted", 0)
    if not kill_tree(folder.mark, attempt, KILL_TIMEOUT_SECONDS):
        log.error("processes_refuse_to_die", mark=folder.mark, attempt=attempt)
