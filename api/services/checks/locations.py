"""The check of paths and hub ids: what is wrong with one that a user named, as far as this process can see the nodes'
files.
"""

from collections.abc import Callable

from common.field_problem import FieldProblem
from common.settings import Settings
from common.swift.inputs import InputRefused, locate
from common.swift.inputs.places.unknown_names import unknown_name

Check = Callable[[str], list[FieldProblem]]


def location_problems(settings: Settings, field: str, value: str, check: Check) -> list[FieldProblem]:
    """Outside the roots, or what `check` finds in what ms-swift would open; nothing of what is on a hub."""
    try:
        located = locate(value, settings.allowed_roots, field)
    except InputRefused as refusal:
        # The roots are one setting for all machines; only what lies below them may differ.
        return [refusal.problem]
    if located.on_hub or not settings.inputs_visible_to_api:
        return []
    return unknown_name(field, value, located.opened) or check(located.opened)
