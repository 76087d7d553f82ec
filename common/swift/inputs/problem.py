"""An input that cannot be used: the field's problem, raised."""

from common.field_problem import FieldProblem


class InputRefused(Exception):
    """An input that cannot be used; the problem's code is a Reason."""

    def __init__(self, problem: FieldProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem
