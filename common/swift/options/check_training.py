"""Are these the options of a training, each by itself and all together? The API, a dry run and the node ask this."""

from collections.abc import Mapping
from typing import Any

from common.field_problem import FieldProblem
from common.swift.options.asked import asked_of
from common.swift.options.catalog import Catalog
from common.swift.options.check import check_options
from common.swift.options.conflicts import conflicts
from common.trainings import Training


def check_training_options(
    training: Training,
    extra_args: Mapping[str, Any],
    catalog: Catalog,
    gpus: int = 1,
    sent: frozenset[str] = frozenset(),
) -> list[FieldProblem]:
    """Everything that is wrong; what does not go together only when each is right by itself.

    `sent` are the parameters that the client sent itself: only those can contradict an option.
    """
    alone = check_options(training.method, training.params, extra_args, catalog, gpus)
    return alone or conflicts(asked_of(training, extra_args, catalog, gpus, sent))
