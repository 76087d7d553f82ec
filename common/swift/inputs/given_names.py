"""What a user calls the fields and the files of a job: those of uploaded data sets and of earlier jobs by their names,
wherever they lie.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from common.exports import Export
from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.swift.inputs.sets.named import pinned_data
from common.swift.options.safety import elements
from common.trainings import Training

# From a place, or a field of the spec, to what the user calls it.
Names = Mapping[str, str]
# The folders in which the content of an upload may lie on this machine, from its file name.
Places = Callable[[str], Iterable[Path]]


def given_names(spec: JobSpec, places: Places) -> Names:
    """Of all that the job names by another name than its path, and sent under another than the spec's."""
    uploads = {str(path): each.name for _, each in pinned_data(spec) for path in _spellings(places(each.file_name))}
    fields = {name: called for name, called in _called_fields(spec).items() if "." in name}
    return uploads | fields | {path: f"job '{job_id}'" for path, job_id in _of_jobs(spec) if path and job_id}


def as_given(text: str, names: Names) -> str:
    """The sentence with those names in it: `model.safetensors of job 'a'` for a file within."""
    if not names:
        return text
    places = "|".join(re.escape(place) for place in sorted(names, key=len, reverse=True))
    place = rf"(?P<quote>['\"]?)(?P<place>{places})(?![\w-])(?:/(?P<within>[^\s'\",;:]+))?(?P=quote)"
    return re.sub(place, lambda found: _called(names[found["place"]], found["within"]), text)


def problem_as_given(problem: FieldProblem, names: Names) -> FieldProblem:
    """The same, with the names in its sentence."""
    return replace(problem, message=as_given(problem.message, names))


def source_as_given(spec: JobSpec, source: str) -> str:
    """The data set that ms-swift opened at that place: an upload has its content as its file's name, on all nodes."""
    uploads = {each.file_name: each.name for _, each in pinned_data(spec)}
    return uploads.get(Path(source).name, source)


def _called_fields(spec: JobSpec) -> Mapping[str, str]:
    return spec.work.called if isinstance(spec.work, Training) else {}


def _called(name: str, within: str | None) -> str:
    return f"{within} of {name}" if within else name


def _spellings(paths: Iterable[Path]) -> Iterable[Path]:
    return (spelling for path in paths for spelling in (path, path.resolve()))


def _of_jobs(spec: JobSpec) -> Iterable[tuple[str, str]]:
    match spec.work:
        case Training(model_job_id=model, adapter_job_id=adapter, resume=resume):
            adapters = [str(one) for one in elements(spec.extra_args.get("adapters") or [])]
            return (
                (spec.model_path, model),
                # Of several it is not known which is the job's.
                *((one, adapter) for one in adapters if len(adapters) == 1),
                *([(resume.checkpoint_path, resume.job_id)] if resume else []),
            )
        case Export():  # of one of a job's checkpoints, which its path tells
            return ()
        case _:
            return ((spec.model_path, spec.source_job_id),)
