"""What a training takes of an earlier job that it names: a model, an adapter, or the state to start from. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from api.services.checks.form import PARAMS, Form
from common.checkpoints import Checkpoint
from common.exports import Export, ExportFormat
from common.field_problem import FieldProblem
from common.job_specs import JobKind, JobSpec
from common.jobs import Job
from common.reasons import Reason
from common.states import JobState
from common.swift.inputs import Roots
from common.swift.inputs.models.same import is_same_model
from common.swift.inputs.problem import InputRefused
from common.swift.options import OptionCode
from common.swift.tuners import needs_merge

ADAPTERS = "extra_args.adapters"
RESUME_FROM = "resume_from"
# What an adapter and a state have of their own, whatever else is asked for.
KEPT = ("lora_rank", "lora_alpha")


@dataclass(frozen=True, slots=True)
class Taken:
    """Files of a job at `path`, on `node` where that is known; `what` they are, for people.

    `step` is that of a state, 0 of anything else.
    """

    field: str
    job: Job
    path: str
    node: str
    what: str
    step: int = 0


def model_of(job: Job) -> Taken:
    """The whole model that a training or an export made. Raises InputRefused."""
    if job.state is not JobState.COMPLETED:
        raise _nothing("model_path", job, f"job '{job.id}' is {job.state} and has no model to train{_patience(job)}")
    path = _whole_model(job)
    if not path:
        why = (
            f"job '{job.id}' left an adapter and no merged model: export it first, or send model_path "
            f"{job.spec.model_path} and adapters [{job.id}]"
        )
        raise _nothing("model_path", job, why)
    return Taken("model_path", job, path, job.node, f"the model of job '{job.id}'")


def adapter_of(job: Job, base: JobSpec, roots: Roots) -> Taken:
    """The adapter that a training left, for the model that `base` names. Raises InputRefused."""
    if isinstance(job.spec.work, Export):
        why = f"'{job.id}' is an export, and has a whole model: send it as model_path, or its training as adapter"
        raise _nothing(ADAPTERS, job, f"{why}, '{job.spec.source_job_id}'")
    failed_late = job.state is JobState.FAILED and job.reason == Reason.EXPORT_FAILED
    if not (job.state is JobState.COMPLETED or failed_late) or not job.checkpoint_path:
        raise _nothing(ADAPTERS, job, f"job '{job.id}' is {job.state} and has no adapter{_patience(job)}")
    if job.spec.training.params.get("train_type") == "full":
        why = f"job '{job.id}' was trained in full and left a whole model: send it as model_path"
        raise _nothing(ADAPTERS, job, why)
    if not is_same_model(job.spec.model_path, base.model_path, roots):
        why = f"the adapter of job '{job.id}' was made for {job.spec.model_path}, not for {base.model_path}"
        raise InputRefused(FieldProblem(ADAPTERS, Reason.MODEL_INVALID, f"{why}: send that as model_path"))
    name = PurePosixPath(job.checkpoint_path).name
    return Taken(ADAPTERS, job, job.checkpoint_path, job.node, f"the adapter of job '{job.id}' ({name})")


def state_of(job: Job, listed: tuple[Checkpoint, ...]) -> Taken:
    """The last complete checkpoint of a training, one with optimizer state before others. Raises InputRefused.

    `listed` are those that its nodes told of.
    """
    if job.spec.kind is not JobKind.TRAIN:
        raise _nothing(RESUME_FROM, job, f"'{job.id}' is no training, and has no state to start from")
    if not job.is_final:
        raise _nothing(RESUME_FROM, job, f"job '{job.id}' is {job.state}: wait for its end, or cancel it")
    newest = max(listed, key=lambda one: (one.resumable, one.step, one.attempt), default=None)
    if newest is None and job.checkpoint_path:  # of a release that did not tell of checkpoints
        name = PurePosixPath(job.checkpoint_path).name
        return Taken(RESUME_FROM, job, job.checkpoint_path, job.node, f"{name} of job '{job.id}'", _step_in(name))
    if newest is None:
        raise _nothing(RESUME_FROM, job, f"job '{job.id}' is {job.state} and left no checkpoint to start from")
    state = "with its optimizer" if newest.resumable else "without an optimizer, which starts anew with the schedule"
    what = f"{newest.name} of job '{job.id}', {state}"
    return Taken(RESUME_FROM, job, newest.path, newest.node, what, newest.step)


def resume_problems(state: Taken, spec: JobSpec, roots: Roots) -> list[FieldProblem]:
    """What of the new training is not as in the one whose state it is to start from, or that there is nothing to do."""
    differences = [*_differences(state.job, spec, roots)]
    return differences or [*_ends_before(state, spec)] or [*_nothing_left(state.job, spec)]


def foretold_note(state: Taken, spec: JobSpec, steps: int | None) -> Iterator[str]:
    """That the training would end where its state is, where `steps` are foretold for it and not asked for."""
    if steps is not None and steps <= state.step and not _max_steps(spec):
        yield (
            f"{RESUME_FROM}: {_name(state)} of job '{state.job.id}' has {state.step} steps, and {steps} are foretold "
            f"for this training: nothing is left to train then; raise num_epochs, or send max_steps above {state.step}"
        )


def rank_problems(job: Job, spec: JobSpec, form: Form) -> Iterator[FieldProblem]:
    """What was sent of an adapter's own, and contradicts it."""
    if job.spec.extra_args.get("adapters") or job.spec.training.resume or not needs_merge(job.spec):
        return  # its rank is an even earlier one's
    for name in KEPT:
        own, wanted = job.spec.training.params.get(name), spec.training.params.get(name)
        if name in form.sent and own is not None and own != wanted:
            why = f"job '{job.id}' has {own} and it is kept: leave this out, or send {own}"
            yield FieldProblem(f"{PARAMS}.{name}", OptionCode.CONFLICT, why)


def _whole_model(job: Job) -> str:
    """Its own merge before later exports, which may have fewer bits."""
    made = job.exported
    if isinstance(job.spec.work, Export):
        return made.export_path
    if job.spec.training.params.get("train_type") == "full":
        return job.checkpoint_path
    paths = (made.own_export_path, made.export_path)
    return next((path for path in paths if PurePosixPath(path).name.startswith(ExportFormat.MERGED)), "")


def _differences(job: Job, spec: JobSpec, roots: Roots) -> Iterator[FieldProblem]:
    earlier, new = job.spec.training, spec.training
    if not is_same_model(job.spec.model_path, spec.model_path, roots):
        yield _differs("model_path", job, job.spec.model_path)
    if earlier.method != new.method:
        yield _differs("method", job, earlier.method)
    if earlier.params.get("train_type") != new.params.get("train_type"):
        yield _differs(f"{PARAMS}.train_type", job, str(earlier.params.get("train_type")))
    if spec.extra_args.get("adapters"):
        why = f"the state of job '{job.id}' has its adapter with it: leave one of both out"
        yield FieldProblem(ADAPTERS, OptionCode.CONFLICT, why)


def _ends_before(state: Taken, spec: JobSpec) -> Iterator[FieldProblem]:
    """Steps count from the first training's first one."""
    asked = _max_steps(spec)
    if 0 < asked <= state.step and not spec.extra_args.get("resume_only_model"):
        why = (
            f"{_name(state)} of job '{state.job.id}' has {state.step} steps, and max_steps ends this training after "
            f"{asked}: nothing is left to train; send max_steps above {state.step}"
        )
        yield FieldProblem(RESUME_FROM, OptionCode.CONFLICT, why)


def _max_steps(spec: JobSpec) -> int:
    """0 where none were asked for, or something that is no number, which is refused elsewhere."""
    text = str(spec.extra_args.get("max_steps") or "").strip()
    return int(text) if text.isdecimal() else 0


def _name(state: Taken) -> str:
    return PurePosixPath(state.path).name


def _step_in(name: str) -> int:
    step = name.rpartition("-")[2]
    return int(step) if step.isdecimal() else 0


def _nothing_left(job: Job, spec: JobSpec) -> Iterator[FieldProblem]:
    """Of one that made all its steps on the same data, when no more are asked for."""
    earlier, new, made = job.spec.training, spec.training, job.progress
    if job.state is not JobState.COMPLETED or made is None or not 0 < made.max_steps <= made.step:
        return
    limits = {one.extra_args.get("max_steps") for one in (job.spec, spec)}
    epochs = [one.params.get("num_epochs") or 0 for one in (earlier, new)]
    if earlier.data_path == new.data_path and len(limits) == 1 and epochs[1] <= epochs[0]:
        why = (
            f"job '{job.id}' has done all its {made.step} steps: nothing is left to train; ask for more, such as "
            f"num_epochs above {epochs[0]}"
        )
        yield FieldProblem(RESUME_FROM, OptionCode.CONFLICT, why)


def _differs(field: str, job: Job, value: str) -> FieldProblem:
    why = f"a training starts from the state of one alike: job '{job.id}' has {value}"
    return FieldProblem(field, OptionCode.CONFLICT, why)


def _nothing(field: str, job: Job, why: str) -> InputRefused:
    return InputRefused(FieldProblem(field, Reason.MODEL_NOT_FOUND, why))


def _patience(job: Job) -> str:
    return "" if job.is_final else "; wait for its end"
