"""API keys in bodies and answers; the whole key is in one answer only, that of its making."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates

from api.schemas.fields import WHOLE_SECONDS, StrictSchema, WholeNumber, name_text
from api.schemas.jobs import MOMENT
from common.access.api_keys import KEY_NAME_PATTERN, RESERVED_NAMES, Scope
from common.clock import iso, now

_SCOPES = [scope.value for scope in Scope]
EXPIRES_MAX_SECONDS = 10 * 366 * 24 * 3600


class NewKeySchema(StrictSchema):
    """A key to make."""

    name = fields.String(
        required=True,
        validate=name_text(KEY_NAME_PATTERN, 64, "_.@-"),
        metadata={"description": "What events and the audit call its user.", "example": "ci"},
    )
    scope = fields.String(
        required=True,
        validate=validate.OneOf(_SCOPES),
        metadata={"description": "read looks, write submits and steers jobs, admin does all.", "example": "write"},
    )
    expires_in = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=EXPIRES_MAX_SECONDS),
        error_messages={"invalid": WHOLE_SECONDS},
        metadata={"description": "Seconds until it works no more; without it, it works until it is revoked."},
    )

    @validates("name")
    def refuse_reserved(self, name: str, **_: Any) -> None:
        if name in RESERVED_NAMES:
            raise ValidationError("This name is taken by the service itself.")


class KeySchema(Schema):
    """A key, without what makes it work."""

    id = fields.String()
    name = fields.String()
    scope = fields.String(metadata={"enum": _SCOPES})
    status = fields.Function(lambda key: key.status(now()), metadata={"enum": ["active", "expired", "revoked"]})
    created_by = fields.String()
    project = fields.String()
    created_at = fields.Function(lambda key: iso(key.created_at), metadata=MOMENT)
    expires_at = fields.Function(lambda key: iso(key.expires_at), metadata=MOMENT)
    revoked_at = fields.Function(lambda key: iso(key.revoked_at), metadata=MOMENT)
    last_used_at = fields.Function(lambda key: iso(key.last_used_at), metadata=MOMENT)


class _Revealed(fields.String):
    """A Secret that this one answer tells."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str:
        return str(value.reveal())


class MadeKeySchema(Schema):
    """A key that was made just now."""

    key = _Revealed(metadata={"description": "The whole key. It is shown this once: keep it."})
    record = fields.Nested(KeySchema, metadata={"description": "What is kept of it."})


class KeysSchema(Schema):
    """All keys, newest first."""

    keys = fields.List(fields.Nested(KeySchema))
    total = fields.Integer()
