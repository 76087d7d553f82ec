"""What an attempt left on disk, judged; and where its next attempt goes on."""

from pathlib import Path

from common.jobs import Job
from workers.attempt_folder import AttemptFolder, folder_of
from workers.node import LocalNode
from workers.runner_control import ExitRecord
from workers.swift.artefacts import has_optimizer_state, is_model_dir, last_checkpoint
from workers.swift.log_excerpt import last_lines
from workers.swift.results import read_train_result
from workers.swift.verdict import ProcessEnd, Verdict, judge_export, judge_train
from workers.swift.verdict import judge_push as judge_push_end

LOG_LINES = 100


def judge_training(ended: ExitRecord, job: Job, folder: AttemptFolder, output: Path) -> tuple[Verdict, str]:
    """Whether training did what it was asked for, and its last complete checkpoint."""
    result = read_train_result(output, job.spec.extra_args)
    return judge_train(_process_end(ended, folder), result), result.checkpoint or ""


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


def resume_point(node: LocalNode, job: Job, attempt: int) -> tuple[Path | None, str]:
    """The newest complete checkpoint of an earlier attempt on this node, or None; and a sentence for the events."""
    for earlier in range(attempt - 1, 0, -1):
        output = folder_of(node.folder, job, earlier).record().get("output")
        checkpoint = last_checkpoint(Path(output)) if output else None
        if checkpoint and has_optimizer_state(checkpoint):
            return checkpoint, f"goes on from {checkpoint.name} of attempt {earlier}"
        if checkpoint:
            return None, f"starts anew: {checkpoint.name} has no optimizer state (save_only_model)"
    return None, "starts anew: no earlier attempt left a checkpoint on this node"


def _process_end(ended: ExitRecord, folder: AttemptFolder) -> ProcessEnd:
    return ProcessEnd(ended.exit_code, ended.oom_killed, last_lines(folder.log_path, LOG_LINES))
