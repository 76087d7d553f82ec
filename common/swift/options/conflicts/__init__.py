"""Conflicts of options: what ms-swift takes one by one and refuses, or fails over, together, some time after it was
started; what is wrong with one option alone is in the room above.

Each is told with the way out, by pure functions over what was asked for.
"""

from collections.abc import Callable, Iterator

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.conflicts.distilling import of_distilling, of_fused_losses, of_reweighing, of_whole_answers
from common.swift.options.conflicts.evaluating import of_best, of_evaluation
from common.swift.options.conflicts.generating import of_generations, of_rewards, of_turns, of_vllm
from common.swift.options.conflicts.hardware import of_precision, of_several_processes
from common.swift.options.conflicts.learning import of_freezing, of_steps, of_weights
from common.swift.options.conflicts.preferring import of_language_models, of_preferences, of_teachers
from common.swift.options.conflicts.reading import of_joining, of_packing, of_streaming, of_tokenising
from common.swift.options.conflicts.saving import of_saving
from common.swift.options.conflicts.schedules import of_optimiser, of_schedule_settings
from common.swift.options.conflicts.tasks import of_losses, of_metrics
from common.swift.options.conflicts.tuners import (
    of_blocks,
    of_callbacks,
    of_lisa,
    of_model_type,
    of_optimisers,
    of_parameters,
)
from common.swift.options.conflicts.tuning import of_quantised_weights, of_schedule, of_task, of_tracking, of_tuner

Check = Callable[[Asked], Iterator[FieldProblem]]

CHECKS: tuple[Check, ...] = (
    of_saving, of_best, of_evaluation, of_streaming, of_tokenising, of_joining, of_packing, of_generations, of_rewards,
    of_vllm, of_turns, of_preferences, of_language_models, of_teachers, of_whole_answers, of_reweighing, of_distilling,
    of_fused_losses, of_precision, of_several_processes, of_tuner, of_model_type, of_lisa, of_blocks, of_parameters,
    of_quantised_weights, of_task, of_tracking, of_schedule, of_schedule_settings, of_optimiser, of_optimisers,
    of_callbacks, of_losses, of_metrics, of_steps, of_freezing, of_weights,
)  # fmt: skip


def conflicts(asked: Asked) -> list[FieldProblem]:
    """Everything that does not go together; empty when nothing was found."""
    return [problem for check in CHECKS for problem in check(asked)]
