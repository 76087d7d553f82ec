"""What the doctor found."""

from marshmallow import Schema, fields

from api.schemas.fields import Told


class FindingSchema(Schema):
    """One thing to look at."""

    severity = fields.String(metadata={"enum": ["problem", "warning", "note"]})
    code = fields.String(metadata={"description": "A word for programs.", "example": "job_recovered"})
    message = Told()
    about = fields.Dict(
        keys=fields.String(), metadata={"description": "What it is about: `job_id`, `node`, `at`, a setting of Redis."}
    )


class DoctorSchema(Schema):
    """`healthy` when nothing is a problem or a warning."""

    healthy = fields.Boolean()
    findings = fields.List(fields.Nested(FindingSchema), metadata={"description": "The worst first."})
