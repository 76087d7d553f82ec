"""What is wrong with one field of a request, in the one form that every process passes on."""

from dataclasses import dataclass

INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """`field` is the API's name, such as `extra_args.lora_rnak`; `message` is a sentence that tells what to change.

    `code` is for programs: a Reason, an OptionCode or `invalid`.
    """

    field: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"
