"""Applying retention now: what is asked, and what went or would go."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import StrictSchema, TrueOrFalse, WholeNumber
from api.schemas.jobs import MOMENT

KINDS = ("jobs", "logs", "metrics", "audit", "uploads")


class PruneBodySchema(StrictSchema):
    """Whether it is to be done, or only told."""

    dry_run = TrueOrFalse(
        load_default=False, metadata={"description": "Forget nothing: tell what is older than its setting says."}
    )
    stay = WholeNumber(
        load_default=0,
        validate=validate.Range(min=0, max=2**31),
        metadata={"description": "What the answer before said: so many of the oldest jobs are needed, and stay."},
    )


class PrunedKindSchema(Schema):
    """One kind of thing that gets old."""

    kind = fields.String(metadata={"enum": list(KINDS)})
    kept_days = fields.Float(metadata={"description": "By the settings; 0: for ever."})
    count = fields.Integer(metadata={"description": "How many went; of a dry run, how many would go."})
    is_least = fields.Boolean(metadata={"description": "Of a dry run: only the oldest were counted, there are more."})
    oldest_at = fields.String(metadata=MOMENT | {"description": "Of a dry run: when the first ended."})
    newest_at = fields.String(metadata=MOMENT | {"description": "Of a dry run: when the last ended."})


class PrunedSchema(Schema):
    """What went, or would go, by kind."""

    dry_run = fields.Boolean()
    more = fields.Boolean(metadata={"description": "There is more to forget: ask again."})
    stay = fields.Integer(metadata={"description": "Send it with the next request, while there is more."})
    kinds = fields.List(fields.Nested(PrunedKindSchema))
