"""GPUs of all nodes."""

from marshmallow import Schema, fields

from common.nodes import NODE_STATES

GPU_STATES = ["free", "leased", "shared", "held", "foreign", "unhealthy", "drained", "not_ready", "node_away"]


class GpuSchema(Schema):
    """One GPU, or one CPU slot that stands in for one. Memory in MiB, utilisation in percent, degrees Celsius."""

    id = fields.Integer(metadata={"description": "Its index on its node."})
    uuid = fields.String()
    node = fields.String()
    name = fields.String()
    kind = fields.String(metadata={"enum": ["cuda", "cpu"]})
    memory_total = fields.Integer()
    memory_used = fields.Integer()
    memory_free = fields.Integer()
    utilization = fields.Integer(allow_none=True)
    temperature = fields.Integer(allow_none=True)
    node_state = fields.String(metadata={"enum": list(NODE_STATES)})
    status = fields.String(metadata={"enum": GPU_STATES})
    job_id = fields.String(allow_none=True)
    available = fields.Boolean()
    processes = fields.List(fields.Integer(), metadata={"description": "Processes that are not ours."})


class GpusSchema(Schema):
    """Every GPU that any node ever registered."""

    gpus = fields.List(fields.Nested(GpuSchema))
    total = fields.Integer()
