"""System status: memory, processors and GPUs of the nodes."""

from marshmallow import Schema, fields

from common.nodes import NODE_STATES


class MemorySchema(Schema):
    """Main memory, in bytes."""

    total = fields.Integer()
    used = fields.Integer()
    available = fields.Integer()
    percent = fields.Float()


class CpuSchema(Schema):
    """Processors."""

    usage_percent = fields.Float()
    count = fields.Integer()


class MachineSchema(Schema):
    """What is not a GPU."""

    memory = fields.Nested(MemorySchema)
    cpu = fields.Nested(CpuSchema)


class DiskSchema(Schema):
    """The disk of a node's DATA_DIR, in bytes; zeros where it was not told."""

    total = fields.Integer()
    free = fields.Integer(metadata={"description": "What the worker may still write."})
    percent = fields.Float(metadata={"description": "How much is in use."})


class GpuTotalsSchema(Schema):
    """All GPUs together, memory in MiB."""

    count = fields.Integer()
    total_memory = fields.Integer()
    used_memory = fields.Integer()
    memory_usage_percent = fields.Float()


class NodeStatusSchema(Schema):
    """One node."""

    node = fields.String()
    alive = fields.Boolean(metadata={"description": "Its heartbeat is fresh; else this is what it said last."})
    state = fields.String(metadata={"enum": list(NODE_STATES)})
    heartbeat_at = fields.String()
    swift_version = fields.String()
    quantizer_packages = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "What quantised exports need, as far as it is there; by name and version."},
    )
    system = fields.Nested(MachineSchema)
    disk = fields.Nested(DiskSchema)
    gpu = fields.Nested(GpuTotalsSchema)


class SystemStatusSchema(Schema):
    """The nodes that are alive in sum, and every node."""

    system = fields.Nested(MachineSchema)
    gpu = fields.Nested(GpuTotalsSchema)
    nodes = fields.List(fields.Nested(NodeStatusSchema))
