"""What is wrong with an input, in a form that every process can pass on."""

from dataclasses import dataclass

from common.reasons import Reason


@dataclass(frozen=True, slots=True)
class InputProblem:
    """`field` is the API's name of the input; `message` is a sentence that tells what to change."""

    field: str
    reason: Reason
    message: str


class InputRefused(Exception):
    """An input that cannot be used."""

    def __init__(self, problem: InputProblem) -> None:
        super().__init__(f"{problem.field}: {problem.message}")
        self.problem = problem
