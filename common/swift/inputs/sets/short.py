"""Data of fewer rows than one step takes, where what is left over of them is dropped: no step would be trained."""

from collections.abc import Sequence

from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.swift.inputs.sets.seen import Seen
from common.swift.options.asked import TRUE
from common.swift.options.problem import OptionCode

DROP = "dataloader_drop_last"


def short_data(spec: JobSpec, seen: Sequence[Seen]) -> list[FieldProblem]:
    """Nothing where rows are not counted, or make several records each; `seen` are all data sets to train on."""
    extra, size = spec.extra_args, int(spec.training.params.get("batch_size") or 1)
    rows = [one.taken for one in seen]
    if not _is_on(extra.get(DROP)) or _is_on(extra.get("streaming")) or None in rows or not rows:
        return []
    count, step = sum(filter(None, rows)), size * spec.gpus
    if extra.get("truncation_strategy") == "split" or not 0 < count < step:
        return []
    why = (
        f"the data have {count} rows and a step takes {step} (batch_size={size} × gpus={spec.gpus}): all of them would "
        "be dropped, and no step trained; leave it out, or set batch_size lower"
    )
    return [FieldProblem(f"extra_args.{DROP}", OptionCode.CONFLICT, why)]


def _is_on(value: object) -> bool:
    return str(value).lower() in TRUE
