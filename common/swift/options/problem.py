"""The codes of problems: what is wrong with an option."""

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
    CONFLICT = "conflicting_options"
