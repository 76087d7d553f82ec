"""What is wrong with an option, in a form that every process can pass on."""

from dataclasses import dataclass
from enum import StrEnum


class OptionCode(StrEnum):
    """Why an option was not accepted, for programs."""

    UNKNOWN = "unknown_option"
    MALFORMED = "malformed_option"
    MANAGED = "managed_option"
    UNSAFE = "unsafe_option"
    OTHER_METHOD = "option_of_another_method"
    OTHER_BACKEND = "option_of_another_backend"
    WRONG_TYPE = "wrong_type"
    WRONG_CHOICE = "wrong_choice"
    MISSING = "missing_option"


@dataclass(frozen=True, slots=True)
class OptionProblem:
    """`field` is the API's name, such as `extra_args.lora_rnak`; `message` is a sentence that tells what to change."""

    field: str
    code: OptionCode
    message: str
