"""Resume points: the checkpoint from which an attempt goes on, of its own job or of an earlier one."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from common.jobs import Job
from common.swift.inputs.models.saved_arguments import check_saved_arguments
from common.swift.programs.training.kept_state import kept_states
from common.trainings import Resume
from workers.attempts.folder import AttemptFolder, task_folder
from workers.node.local import LocalNode
from workers.outputs.marker import marked
from workers.swift.artefacts import has_optimizer_state, is_complete, last_checkpoint, read_trainer_state


@dataclass(frozen=True, slots=True)
class _Source:
    """What an earlier attempt wrote to, and the node that it ran on."""

    attempt: int
    output: Path
    node: str


@dataclass(frozen=True, slots=True)
class _Point:
    """Its newest complete checkpoint, after so many steps."""

    source: _Source
    checkpoint: Path
    steps: int


def resume_point(node: LocalNode, job: Job, attempt: int, output_dir: Path) -> tuple[Path | None, str]:
    """Where an attempt goes on, or None; and a sentence for the events.

    That is the complete checkpoint of the most steps, with optimizer state, that earlier attempts left: by this node's
    own records, and by the job's markers below `output_dir`, which other nodes may have written on a shared disk.
    """
    points = _points(_outputs(node, job.id, job.task_id, attempt, output_dir))
    if best := _newest_whole(points):
        written_by = f", which node {best.source.node} wrote" if best.source.node != node.name else ""
        text = f"goes on from {best.checkpoint.name} of attempt {best.source.attempt}{written_by}"
        return best.checkpoint, _after_a_lost_training(job, text)
    if points:
        name = max(points, key=_steps).checkpoint.name
        return None, _after_a_lost_training(job, f"starts anew: {name} has no optimizer state (save_only_model)")
    return None, _after_a_lost_training(job, "starts anew: no earlier attempt left a checkpoint on this node")


def earlier_point(node: LocalNode, resume: Resume, output_dir: Path) -> tuple[Path | None, str]:
    """The same of an earlier job, whose folder is `output_dir`; without optimizer state where it left none with it.

    ms-swift then takes weights and steps over and starts optimizer and schedule anew.
    """
    points = _points(_outputs(node, resume.job_id, resume.task_id, resume.attempts + 1, output_dir))
    if best := _newest_whole(points):
        return best.checkpoint, f"goes on from {best.checkpoint.name} of job '{resume.job_id}', its optimizer included"
    if points:
        newest = max(points, key=_steps).checkpoint
        text = f"goes on from {newest.name} of job '{resume.job_id}', which has no optimizer state"
        return newest, f"{text}: optimizer and schedule start anew"
    return None, f"job '{resume.job_id}' has no complete checkpoint on node {node.name}"


def _after_a_lost_training(job: Job, text: str) -> str:
    """Whoever looks for a resume point has looked for a finished training before."""
    attempt, node = job.trained_attempt, job.trained_node
    if not attempt:
        return text
    return f"attempt {attempt} finished its training on node {node}, and that cannot be read here; {text}"


def _outputs(node: LocalNode, job_id: str, task_id: str, before: int, output_dir: Path) -> list[_Source]:
    """Of the attempts before that one."""
    found = {path: _Source(mark.attempt, path, mark.node) for path, mark in marked(output_dir, job_id, task_id)}
    for earlier in range(1, before):
        output = AttemptFolder(task_folder(node.folder, job_id, task_id) / str(earlier)).output
        if output:
            found[output] = _Source(earlier, output, node.name)
    return [source for source in found.values() if source.attempt < before]


def _points(sources: Iterable[_Source]) -> list[_Point]:
    return [point for source in sources for place in _places(source) if (point := _point_at(place, source))]


def _places(source: _Source) -> list[Path]:
    last = last_checkpoint(source.output)
    return [*([last] if last else []), *filter(is_complete, kept_states(source.output))]


def _point_at(checkpoint: Path, source: _Source) -> _Point | None:
    state = read_trainer_state(checkpoint)
    if state is None or check_saved_arguments(checkpoint, "checkpoint"):
        return None
    return _Point(source, checkpoint, state.global_step)


def _newest_whole(points: Iterable[_Point]) -> _Point | None:
    return max((point for point in points if has_optimizer_state(point.checkpoint)), key=_steps, default=None)


def _steps(point: _Point) -> tuple[int, int]:
    return point.steps, point.source.attempt
