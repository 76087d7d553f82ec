"""What keeps a job's data sets from being trained on, as this machine sees them."""

from pathlib import Path

from common.asked_media import ANY, DENY
from common.deployments import Serving
from common.field_problem import FieldProblem
from common.job_specs import JobSpec, TaskType
from common.reasons import Reason
from common.swift.command.job_environment import MEDIA_FOLDER
from common.swift.data.shapes import Aim, goal_of
from common.swift.inputs import (
    MediaJudge,
    Roots,
    renamed_columns,
    resolve_input,
)
from common.swift.inputs.data import look_at
from common.swift.inputs.records.formats import Judge, shapes_for
from common.swift.inputs.records.judging import Judges
from common.swift.inputs.records.media_names import ALL_KINDS, OF_TEXT_MODELS
from common.swift.inputs.sets.seen import Seen, problems_together
from common.swift.inputs.verdict import Verdict

MEDIA_FIELD = f"env.{MEDIA_FOLDER}"
# Expert answers to learn from beside the rewards: records as those of sft, whatever the method.
EXPERT_DATA = "extra_args.chord_sft_dataset"
# Of a record that lacks what these need ms-swift makes something else: it is not left out. A reward that lacks what it
# compares with ends the training.
NOT_LEFT_OUT = frozenset({"kto", "gkd"})


def check_data(spec: JobSpec, field: str, path: str, media: Judge) -> list[FieldProblem]:
    """What keeps the file or folder from being the data set that the field names; empty when nothing was found."""
    return data_problems(spec, field, path, look_at(path, judges_for(spec, field, media)))


def data_problems(spec: JobSpec, field: str, path: str, verdict: Verdict | None) -> list[FieldProblem]:
    """What refuses the data set that the field names, by the verdict on it."""
    return problems_together([Seen(field, path, verdict)], spec.training.min_rows_used)


def judges_for(spec: JobSpec, field: str, media: Judge) -> Judges:
    """Who looks at the records of the data set that the field names."""
    method = "sft" if field == EXPERT_DATA else spec.training.method
    goal = goal_of(method, spec.extra_args)
    aim = goal.aim
    shapes = shapes_for(method, spec.extra_args)
    is_reply = aim is Aim.REPLY
    return Judges(
        shapes.fault,
        media,
        renamed_columns(spec.extra_args),
        counts=method not in NOT_LEFT_OUT and not goal.compared,
        needs_answer=is_reply,
        outline=shapes.plan,
        media_in_texts=spec.task_type is TaskType.MLLM,
        passes_media=media.passes if isinstance(media, MediaJudge) else lambda _names: True,
        reads=aim not in {Aim.ANYTHING, Aim.PROMPT},
        tells=shapes.note,
        passes_over=shapes.passed_over,
        unfit=shapes.unfit,
        meant=goal.needs,
        by_ms_swift=aim is Aim.ANYTHING,
    )


def media_judge(spec: JobSpec, roots: Roots, media_urls: str = DENY, *, has_files: bool = True) -> MediaJudge:
    """Finds what a record of the job's data names and this machine does not have, or may not fetch (MEDIA_URLS).

    Raises InputRefused. A machine that has not the files the nodes have judges addresses only.
    """
    renamed = {old.lower(): new for old, new in renamed_columns(spec.extra_args).items()}
    kinds = ALL_KINDS if spec.task_type is TaskType.MLLM else OF_TEXT_MODELS
    folder = media_folder(spec, roots) if has_files else None
    return MediaJudge(roots, folder, kinds, renamed, fetches=media_urls == ANY, has_files=has_files)


def media_folder(spec: JobSpec, roots: Roots) -> Path | None:
    """Where names that are no whole paths begin, if the job says so. Raises InputRefused outside the roots."""
    value = spec.env.get(MEDIA_FOLDER, "")
    return resolve_input(value, roots, field=MEDIA_FIELD) if value and reads_data(spec) else None


def check_media_folder(spec: JobSpec, roots: Roots) -> list[FieldProblem]:
    """What is wrong with that folder on this machine. Raises InputRefused outside the roots."""
    folder = media_folder(spec, roots)
    if folder is None or folder.is_dir():
        return []
    return [FieldProblem(MEDIA_FIELD, Reason.DATA_NOT_FOUND, f"{folder} is not a folder of this machine")]


def other_variables(spec: JobSpec) -> dict[str, str]:
    """What the job sets besides that folder, which counts only where data are read: a server has no use for it."""
    return {name: value for name, value in spec.env.items() if name != MEDIA_FOLDER or not reads_data(spec)}


def reads_data(spec: JobSpec) -> bool:
    return not isinstance(spec.work, Serving)
