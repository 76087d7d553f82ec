"""What is wrong with the options and the environment that a job asks for."""

from collections.abc import Sequence

from api.services.checks.form import Form
from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.swift.command.argv import OptionRefused
from common.swift.command.command import CommandContext, train_command
from common.swift.command.extra_args import named_paths
from common.swift.command.job_environment import checked_job_environment
from common.swift.inputs.sets.check import other_variables
from common.swift.options import Catalog, OptionCode, check_options, check_training_options
from common.swift.options.asked import asked_of
from common.swift.options.uncounted import uncounted


def option_problems(spec: JobSpec, catalogs: Sequence[Catalog]) -> list[FieldProblem]:
    """What is wrong with the job's options: nothing when one of the releases would take them all."""
    found = [
        check_options(spec.training.method, spec.training.params, spec.extra_args, catalog, spec.gpus)
        for catalog in catalogs
    ]
    problems = min(found, key=len) or _command_problems(spec, catalogs[0].version)
    return [*problems, *environment_problems(other_variables(spec))]


def _command_problems(spec: JobSpec, version: str) -> list[FieldProblem]:
    """What cannot be put on a command line, found by building one; where things lie makes no difference to it."""
    resolved = {value: value for _, value in named_paths(spec.extra_args)}
    context = CommandContext(
        version, spec.model_path, spec.training.data_paths, spec.training.output_dir, spec.gpus, resolved=resolved
    )
    try:
        train_command(spec, context)
    except OptionRefused as refusal:
        return [FieldProblem(f"extra_args.{refusal.option}", OptionCode.MALFORMED, refusal.why)]
    return []


def conflict_problems(spec: JobSpec, catalogs: Sequence[Catalog], form: Form) -> list[FieldProblem]:
    """What does not go together, of options that are right one by one."""
    found = [
        check_training_options(spec.training, spec.extra_args, catalog, spec.gpus, form.sent) for catalog in catalogs
    ]
    return min(found, key=len)


def uncounted_options(spec: JobSpec, catalog: Catalog, form: Form) -> list[str]:
    """What was sent and does not count, of options that are right."""
    ignored = [f"{name} was ignored: the task type is {spec.task_type}" for name in form.passed_over]
    return [*ignored, *uncounted(asked_of(spec.training, spec.extra_args, catalog, spec.gpus, form.sent))]


def environment_problems(env: dict[str, str]) -> list[FieldProblem]:
    """What is wrong with a job's environment variables."""
    try:
        checked_job_environment(env)
    except OptionRefused as refusal:
        return [FieldProblem(refusal.option, OptionCode.UNSAFE, refusal.why)]
    return []
