"""Data sets in bodies and answers."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates
from marshmallow.utils import get_value

from api.schemas.fields import StrictSchema, WholeNumber, WholeText, name_text
from api.schemas.jobs import MOMENT
from common.clock import iso
from common.datasets import (
    DATASET_NAME_PATTERN,
    FORMATS,
    PREFIX,
    SHA256_PATTERN,
    DatasetState,
    is_content,
    is_dataset_id,
)

_SIZE_MAX = 1 << 50


def _data_path(dataset: Any) -> str:
    return f"{PREFIX}{get_value(dataset, 'name')}"


def _time(name: str) -> Callable[[Any], str | None]:
    return lambda dataset: iso(get_value(dataset, name))


class NewDatasetSchema(StrictSchema):
    """An upload that is about to begin."""

    name = fields.String(
        required=True,
        validate=name_text(DATASET_NAME_PATTERN, 128),
        metadata={
            "description": "Jobs name it as `dataset:<name>`; the newest of a name counts.",
            "example": "a.jsonl",
        },
    )
    format = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(FORMATS),
        metadata={"description": "Without it, what the name ends in."},
    )
    size = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=_SIZE_MAX),
        metadata={"description": "Bytes, when known: the upload ends when they are there."},
    )
    sha256 = fields.String(
        load_default=None,
        allow_none=True,
        validate=WholeText(SHA256_PATTERN, error="Must be 64 digits of hexadecimal, in small letters."),
        metadata={"description": "When known: checked at the end, and content that is here need not be sent again."},
    )

    @validates("name")
    def refuse_other_forms(self, name: str, **_: Any) -> None:
        if is_dataset_id(name) or is_content(name):
            raise ValidationError("This has the form of an id; choose another name.")

    @post_load
    def find_format(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        found = data["format"] or PurePosixPath(data["name"]).suffix.removeprefix(".").lower()
        if found not in FORMATS:
            text = f"Say what it is, or let the name end in it: {', '.join(FORMATS)}."
            raise ValidationError({"format": [text]})
        return {**data, "format": found}


class DatasetSchema(Schema):
    """A data set, or an upload that is not finished."""

    id = fields.String()
    name = fields.String()
    data_path = fields.Function(
        _data_path,
        metadata={"type": "string", "description": "What a job says to use the newest of this name."},
    )
    format = fields.String(metadata={"enum": list(FORMATS)})
    status = fields.String(attribute="state", metadata={"enum": [state.value for state in DatasetState]})
    bytes = fields.Integer(
        metadata={
            "description": "In the answer to a part: how many are there so far. 0 elsewhere until it is finished."
        }
    )
    sha256 = fields.String()
    rows = fields.Integer(allow_none=True, metadata={"description": "Lines that are not blank; JSON lines only."})
    size = fields.Integer(attribute="declared_bytes", allow_none=True, metadata={"description": "As announced."})
    created_by = fields.String()
    owner = fields.Function(lambda dataset: get_value(dataset, "created_by"), metadata={"type": "string"})
    project = fields.String()
    created_at = fields.Function(_time("created_at"), metadata=MOMENT)
    completed_at = fields.Function(_time("completed_at"), metadata=MOMENT)


class NewDatasetAnswerSchema(DatasetSchema):
    """A data set that was announced; with status `ready` there is nothing to send."""

    upload_url = fields.String(metadata={"description": "Where its content goes."})


class DatasetViewSchema(DatasetSchema):
    """A data set, who uses it, and how far its upload is."""

    upload_offset = fields.Integer(metadata={"description": "How many bytes are there."})
    used_by = fields.List(fields.String(), metadata={"description": "Jobs with it that have not ended."})


class DatasetListQuerySchema(Schema):
    """Which page."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    size = fields.Integer(load_default=50, validate=validate.Range(min=1, max=100))


class DatasetListSchema(Schema):
    """One page of data sets, newest first."""

    datasets = fields.List(fields.Nested(DatasetSchema))
    total = fields.Integer()
    page = fields.Integer()
    size = fields.Integer()
