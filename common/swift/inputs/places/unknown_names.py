"""What a value that names nothing could have been, said by what the user sent and not by where it was looked for."""

from pathlib import Path

from common.field_problem import FieldProblem
from common.reasons import Reason
from common.swift.inputs.places.paths import is_there, shown_path, split_sample

# What a field may name besides a path: of the two kinds of input.
OF_DATA = "no file or folder below an allowed root, no uploaded data set (dataset:NAME) and no id on a hub (owner/name)"
OF_MODEL = "no job of this service, no folder below an allowed root and no id on a hub (owner/name)"
DATA_FIELDS = ("data_path", "extra_args.val_dataset", "extra_args.cached_", "extra_args.chord_sft_dataset")


def unknown_name(field: str, value: str, opened: str) -> list[FieldProblem]:
    """The problem of a value that is no whole path and was found nowhere; nothing of any other."""
    if value.startswith("/") or any(map(is_there, (Path(opened), Path(split_sample(opened)[0])))):
        return []
    is_data = field.startswith(DATA_FIELDS)
    code = Reason.DATA_NOT_FOUND if is_data else Reason.MODEL_NOT_FOUND
    return [FieldProblem(field, code, f"{shown_path(value)} {_why(value, OF_DATA if is_data else OF_MODEL)}")]


def _why(value: str, could_be: str) -> str:
    if value.startswith("[") and value.endswith("]"):
        return "is the text of a list; send a list"
    if value != value.strip():
        return "has blanks at its beginning or its end, which count; take them out"
    return f"is {could_be}"
