"""The audit log in answers."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from api.schemas.fields import WholeText
from api.schemas.jobs import MOMENT
from common.clock import from_ms, iso
from common.store.audit import CURSOR_PATTERN

_STREAM_ID_PART_MAX = 2**64 - 1


class _StreamId(WholeText):
    """Redis counts in 64 bits, and ends with an error when asked for what is before 0-0."""

    def __call__(self, value: Any) -> Any:
        super().__call__(value)
        parts = [int(part) for part in value.split("-")]
        if not any(parts) or max(parts) > _STREAM_ID_PART_MAX:
            raise ValidationError("Is no cursor of this list: send next_cursor as it came.")
        return value


class AuditQuerySchema(Schema):
    """How many entries, and older than which."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))
    cursor = fields.String(
        load_default=None,
        validate=_StreamId(CURSOR_PATTERN),
        metadata={"description": "`next_cursor` of the page before."},
    )


class AuditEntrySchema(Schema):
    """One request that was not a read."""

    id = fields.String()
    at = fields.Function(lambda entry: iso(from_ms(int(entry["at_ms"]))), metadata=MOMENT)
    key_id = fields.String(metadata={"description": "`local`: no key was asked for; `api_key`: the setting API_KEY."})
    actor = fields.String(metadata={"description": "The key's name."})
    scope = fields.String()
    method = fields.String()
    path = fields.String()
    target = fields.String(metadata={"description": "The job, data set or key it was about, when there is one."})
    address = fields.String()
    status = fields.Integer(metadata={"description": "What was answered: below 400, it was done."})
    request_id = fields.String()


class AuditSchema(Schema):
    """Entries, newest first."""

    entries = fields.List(fields.Nested(AuditEntrySchema))
    next_cursor = fields.String(allow_none=True, metadata={"description": "For the older ones; null at the end."})
