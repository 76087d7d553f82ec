"""One conflict, as it is told: at the field that is the nearest way out."""

from common.field_problem import FieldProblem
from common.swift.options.asked import Asked
from common.swift.options.problem import OptionCode


def conflict(asked: Asked, name: str, why: str) -> FieldProblem:
    """Of this option, by ms-swift's name; told at the API's field that sets it."""
    return FieldProblem(asked.field(name), OptionCode.CONFLICT, why)
