"""Problem details (RFC 9457): the body of every error, with the older fields beside it."""

from marshmallow import Schema, fields

from api.schemas.fields import Told


class FieldProblemSchema(Schema):
    """One wrong field."""

    field = fields.String()
    message = Told()
    code = fields.String()


class ProblemSchema(Schema):
    """What went wrong, for programs (code) and for people (detail)."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    code = fields.String()
    instance = fields.String()
    request_id = fields.String()
    errors = fields.List(fields.Nested(FieldProblemSchema))
    error = fields.String(metadata={"description": "The same as detail, under its older name."})
    status_code = fields.Integer(metadata={"description": "The same as status, under its older name."})
    path = fields.String(metadata={"description": "The same as instance, under its older name."})
    job_id = fields.String(metadata={"description": "The job it is about, if it is about one."})
    job_status = fields.String(metadata={"description": "The state that is in the way, if one is."})
    job_ids = fields.List(fields.String(), metadata={"description": "The jobs that are in the way, if several are."})
    export_job_id = fields.String(metadata={"description": "The export that is under way, if one is."})
    revision = fields.Integer(metadata={"description": "What the job is at, when If-Match named another revision."})
    needed_scope = fields.String(metadata={"description": "The scope that the API key lacks."})
    scope = fields.String(metadata={"description": "The scope that the API key has."})
    key_name = fields.String(metadata={"description": "The API key that lacks it."})
    key = fields.String(metadata={"description": "The API key that is not there."})
    name = fields.String(metadata={"description": "The name that is taken."})
    model = fields.String(metadata={"description": "The model name it is about, if it is about one."})
    node = fields.String(metadata={"description": "The node it is about, if it is about one."})
    port = fields.Integer(metadata={"description": "The port that is leased, if one is in the way."})
    dataset = fields.String(metadata={"description": "The data set it is about, if it is about one."})
    upload_offset = fields.Integer(metadata={"description": "The byte at which the upload has to go on."})
    limit_bytes = fields.Integer(metadata={"description": "How large the data set may be."})
    free_bytes = fields.Integer(metadata={"description": "How much disk the service has left."})
