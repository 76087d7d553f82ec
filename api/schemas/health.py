"""Health of the service."""

from marshmallow import Schema, fields


class HealthSchema(Schema):
    """Whether jobs can be taken and run."""

    status = fields.String(metadata={"enum": ["healthy", "unhealthy"]})
    timestamp = fields.String()
    services = fields.Dict(keys=fields.String(), values=fields.String())
    gpu_count = fields.Integer()


class ProbeSchema(Schema):
    """For load balancers."""

    status = fields.String()
