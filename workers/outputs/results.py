"""Results of an attempt: what it left on disk, judged."""

from dataclasses import replace
from pathlib import Path, PurePath

from common.jobs import Job, Phase
from common.reasons import Reason
from common.rows import summary
from workers.attempts.folder import AttemptFolder
from workers.outputs.chosen import Chosen, choose
from workers.outputs.rows import rows_of_attempt, stopped_from_within
from workers.runner_control import ExitRecord
from workers.swift.artefacts import is_model_dir
from workers.swift.failures import kept_chains
from workers.swift.log_excerpt import end_of
from workers.swift.results import began_at, read_train_result
from workers.swift.verdict import ProcessEnd, Verdict, judge_export, judge_train
from workers.swift.verdict import judge_push as judge_push_end


def judge_training(ended: ExitRecord, job: Job, folder: AttemptFolder, output: Path) -> tuple[Verdict, Chosen]:
    """Whether training did what it was asked for, and the checkpoint that it took."""
    if stopped := stopped_from_within(job, folder):
        return stopped, Chosen()
    resumed_from = folder.record().get("resumed_from")
    result = read_train_result(output, job.spec.extra_args, Path(resumed_from) if resumed_from else None)
    chosen = choose(job, output, Path(result.checkpoint) if result.checkpoint else None)
    began = began_at(output, _step_gone_on_from(job, folder))
    taken = replace(result, checkpoint=str(chosen.checkpoint) if chosen.checkpoint else None, began_at=began)
    verdict = judge_train(_process_end(ended, folder, Phase.TRAIN), taken)
    if (
        ended.exit_code == 0
        and not verdict.ok
        and not result.metrics
        and (earlier := folder.record().get("went_on_from"))
    ):
        return Verdict(False, Reason.INCOMPLETE, _nothing_left(Path(earlier), job)), Chosen()
    if verdict.ok:
        rows = rows_of_attempt(job, folder)
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


def _step_gone_on_from(job: Job, folder: AttemptFolder) -> int:
    """Of the earlier job's state; a further attempt knows what it was when the job was submitted. 0 without any."""
    resume = job.spec.training.resume
    step = (
        PurePath(folder.record().get("went_on_from") or resume.checkpoint_path).name.rpartition("-")[2]
        if resume
        else ""
    )
    return int(step) if step.isdecimal() else 0


def _nothing_left(earlier: Path, job: Job) -> str:
    """ms-swift ends well at once where the steps that an earlier job made are as many as were asked for."""
    made_by = job.spec.training.earlier_jobs.get("resume_from", "")
    return (
        f"nothing was left to train: {earlier.name} of job '{made_by}' has all steps that this training was asked for; "
        "ask for more (num_epochs or max_steps)"
    )


def _process_end(ended: ExitRecord, folder: AttemptFolder, phase: str = "") -> ProcessEnd:
    """Only a training keeps its exceptions; of other phases the log tells them."""
    kept = kept_chains(folder.facts_dir(phase)) if phase else []
    return ProcessEnd(ended.exit_code, ended.oom_killed, end_of(folder.log_path), kept)
