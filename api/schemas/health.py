"""Health of the service."""

from marshmallow import Schema, fields

from api.schemas.fields import ToldUnless


class HealthSchema(Schema):
    """Whether jobs can be taken and run."""

    status = fields.String(metadata={"enum": ["healthy", "unhealthy"]})
    timestamp = fields.String()
    services = fields.Dict(keys=fields.String(), values=ToldUnless("connected", "unknown"))
    gpu_count = fields.Integer()


class ReadySchema(Schema):
    """For load balancers, and whoever reads what they saw."""

    status = fields.String()
    redis = ToldUnless("connected", metadata={"description": "`connected`, or what an operator should look at."})


class InfoSchema(Schema):
    """What this is, and where its manual is."""

    name = fields.String()
    api_prefix = fields.String()
    docs = fields.String()
    redoc = fields.String()
    openapi = fields.String()


class ProbeSchema(Schema):
    """For load balancers."""

    status = fields.String()
