"""Results of an attempt: what it left on disk, judged; and the checkpoint from which the next attempt goes on."""

from dataclasses import dataclass, replace
from pathlib import Path

from common.jobs import Job, Phase
from common.rows import summary
from common.swift.inputs.saved_arguments import check_saved_arguments
from common.swift.programs.training.kept_state import kept_states
from workers.attempts.folder import AttemptFolder, folder_of
from workers.node.local import LocalNode
from workers.outputs.chosen import Chosen, choose
from workers.outputs.marker import marked_outputs
from workers.outputs.rows import attempt_facts, read_rows, stopped_from_within
from workers.runner_control import ExitRecord
from workers.swift.artefacts import has_optimizer_state, is_complete, is_model_dir, last_checkpoint, read_trainer_state
from workers.swift.failures import kept_chains
from workers.swift.log_excerpt import end_of
from workers.swift.results import read_train_result
from workers.swift.verdict import ProcessEnd, Verdict, judge_export, judge_train
from workers.swift.verdict import judge_push as judge_push_end


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


def judge_training(ended: ExitRecord, job: Job, folder: AttemptFolder, output: Path) -> tuple[Verdict, Chosen]:
    """Whether training did what it was asked for, and the checkpoint that it took."""
    if stopped := stopped_from_within(job, folder):
        return stopped, Chosen()
    resumed_from = folder.record().get("resumed_from")
    result = read_train_result(output, job.spec.extra_args, Path(resumed_from) if resumed_from else None)
    chosen = choose(job, output, Path(result.checkpoint) if result.checkpoint else None)
    taken = replace(result, checkpoint=str(chosen.checkpoint) if chosen.checkpoint else None)
    verdict = judge_train(_process_end(ended, folder, Phase.TRAIN), taken)
    if verdict.ok:
        rows = read_rows(attempt_facts(folder))
        more = (chosen.why, summary(rows) if rows and rows.dropped else "")
        verdict = replace(verdict, message="; ".join(filter(None, (verdict.message, *more))))
    return verdict, chosen


def judge_merge(ended: ExitRecord, folder: AttemptFolder, unfinished: Path, target: Path) -> Verdict:
    """Whether the merged model is whole; it then appears under its name, by a rename."""
    written = target if target.exists() else unfinished
    verdict = judge_export(_process_end(ended, folder), is_model=is_model_dir(written))
    if verdict.ok and written == unfinished:
        unfinished.rename(target)
    return verdict


def judge_push(ended: ExitRecord, folder: AttemptFolder, model: Path, repo: str) -> Verdict:
    """Whether the hub has the model; where it has not, it is on this node nonetheless."""
    return judge_push_end(_process_end(ended, folder), str(model), repo)


def resume_point(node: LocalNode, job: Job, attempt: int, output_dir: Path) -> tuple[Path | None, str]:
    """Where an attempt goes on, or None; and a sentence for the events.

    That is the complete checkpoint of the most steps, with optimizer state, that earlier attempts left: by this node's
    own records, and by the job's markers below `output_dir`, which other nodes may have written on a shared disk.
    """
    sources = _earlier_outputs(node, job, attempt, output_dir)
    points = [point for source in sources for place in _places(source) if (point := _point_at(place, source))]
    whole = [point for point in points if has_optimizer_state(point.checkpoint)]
    if whole:
        best = max(whole, key=_steps)
        written_by = f", which node {best.source.node} wrote" if best.source.node != node.name else ""
        text = f"goes on from {best.checkpoint.name} of attempt {best.source.attempt}{written_by}"
        return best.checkpoint, _after_a_lost_training(job, text)
    if points:
        name = max(points, key=_steps).checkpoint.name
        return None, _after_a_lost_training(job, f"starts anew: {name} has no optimizer state (save_only_model)")
    return None, _after_a_lost_training(job, "starts anew: no earlier attempt left a checkpoint on this node")


def _after_a_lost_training(job: Job, text: str) -> str:
    """Whoever looks for a resume point has looked for a finished training before."""
    attempt, node = job.trained_attempt, job.trained_node
    if not attempt:
        return text
    return f"attempt {attempt} finished its training on node {node}, and that cannot be read here; {text}"


def _earlier_outputs(node: LocalNode, job: Job, attempt: int, output_dir: Path) -> list[_Source]:
    found = {path: _Source(marker.attempt, path, marker.node) for path, marker in marked_outputs(output_dir, job)}
    for earlier in range(1, attempt):
        output = folder_of(node.folder, job, earlier).output
        if output:
            found[output] = _Source(earlier, output, node.name)
    return [source for source in found.values() if source.attempt < attempt]


def _places(source: _Source) -> list[Path]:
    last = last_checkpoint(source.output)
    return [*([last] if last else []), *filter(is_complete, kept_states(source.output))]


def _point_at(checkpoint: Path, source: _Source) -> _Point | None:
    state = read_trainer_state(checkpoint)
    if state is None or check_saved_arguments(checkpoint, "checkpoint"):
        return None
    return _Point(source, checkpoint, state.global_step)


def _steps(point: _Point) -> tuple[int, int]:
    return point.steps, point.source.attempt


def _process_end(ended: ExitRecord, folder: AttemptFolder, phase: str = "") -> ProcessEnd:
    """Only a training keeps its exceptions; of other phases the log tells them."""
    kept = kept_chains(folder.facts_dir(phase)) if phase else []
    return ProcessEnd(ended.exit_code, ended.oom_killed, end_of(folder.log_path), kept)
