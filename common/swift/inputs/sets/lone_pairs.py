"""Pairs that are compared with those beside them in a step, where there are none: every loss would be 0."""

from collections.abc import Iterable

from common.field_problem import FieldProblem
from common.job_specs import JobSpec
from common.swift.data.shapes import tells_apart
from common.swift.inputs.records.formats import renamed_columns
from common.swift.inputs.verdict import Verdict
from common.swift.options.problem import OptionCode

BATCH = "batch_size"


def lone_pairs(spec: JobSpec, verdicts: Iterable[Verdict | None]) -> list[FieldProblem]:
    """What is wrong with a training by infonce on such data; it takes what fits other questions for what does not."""
    extra, training = spec.extra_args, spec.training
    if (extra.get("task_type"), extra.get("loss_type")) != ("embedding", "infonce"):
        return []
    renamed = renamed_columns(extra)
    seen = [{renamed.get(name, name).lower() for name in verdict.columns} for verdict in verdicts if verdict]
    if int(training.params.get(BATCH) or 1) * spec.gpus > 1 or all(not names or tells_apart(names) for names in seen):
        return []
    why = (
        "infonce compares each pair with the others of its step, and with 1 there are none: set it to 2 or more, or "
        "give the rows a column negative"
    )
    return [FieldProblem(f"params.{BATCH}", OptionCode.CONFLICT, why)]
