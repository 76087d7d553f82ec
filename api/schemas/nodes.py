"""Nodes in answers, and what an operator says of one."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import StrictSchema, Told
from api.schemas.jobs import MOMENT
from common.clock import iso
from common.nodes import NODE_STATES

REASON_MAX = 500


class NodeReasonSchema(StrictSchema):
    """Why."""

    reason = fields.String(
        load_default="",
        validate=validate.Length(max=REASON_MAX),
        metadata={"description": "Shown wherever the node is.", "example": "new power supply"},
    )


class LostNodeBodySchema(NodeReasonSchema):
    """Why a node never comes back."""

    force = fields.Boolean(
        load_default=False,
        metadata={"description": "Although it is alive: all that it runs is ended, and it registers anew."},
    )


class DecreeSchema(Schema):
    """Who said so, when and why."""

    at = fields.Function(lambda decree: iso(decree.at), metadata=MOMENT)
    by = fields.String()
    reason = fields.String()


class NodeGpusSchema(Schema):
    """How many GPUs, or CPU slots, it has."""

    total = fields.Integer()
    free = fields.Integer(metadata={"description": "Leased to nobody; a job gets them only while it takes work."})
    busy = fields.Integer()


class NodeSchema(Schema):
    """A node."""

    name = fields.String(attribute="node.name")
    state = fields.String(metadata={"enum": list(NODE_STATES)})
    why = fields.List(Told(), metadata={"description": "What keeps it from taking work; empty when nothing does."})
    takes_work = fields.Boolean()
    alive = fields.Boolean(attribute="is_alive", metadata={"description": "Its worker speaks."})
    heartbeat_at = fields.Function(lambda view: iso(view.node.heartbeat_at), metadata=MOMENT)
    heartbeat_age_seconds = fields.Float()
    gpus = fields.Nested(NodeGpusSchema)
    jobs = fields.List(fields.String(), metadata={"description": "Jobs and deployments that were placed on it."})
    held_by = fields.List(
        fields.String(),
        metadata={"description": "Ended by force, or deleted: they hold GPUs until their end is proved."},
    )
    drained = fields.Nested(DecreeSchema, attribute="node.drained", allow_none=True)
    lost = fields.Nested(DecreeSchema, attribute="node.lost", allow_none=True)
    instance = fields.String(attribute="node.instance", metadata={"description": "Names its disk."})
    boot_id = fields.String(attribute="node.boot_id")
    hostname = fields.String(attribute="node.hostname")
    labels = fields.Dict(keys=fields.String(), values=fields.String(), attribute="node.labels")
    swift_version = fields.String(attribute="node.swift_version")
    quantizer_packages = fields.Dict(keys=fields.String(), values=fields.String(), attribute="node.quantizer_packages")
    packages = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        attribute="node.packages",
        metadata={"description": "What some options need, as far as its ms-swift has it; by name and version."},
    )


class NodesSchema(Schema):
    """Every node that ever registered, by name."""

    nodes = fields.List(fields.Nested(NodeSchema))
    total = fields.Integer()


class SettledJobSchema(Schema):
    """What became of a job of a lost node."""

    job_id = fields.String()
    became = fields.String(metadata={"enum": ["requeued", "failed", "cancelled"]})


class LostNodeSchema(Schema):
    """A node that was declared lost just now, and what became of its jobs."""

    node = fields.Nested(NodeSchema, attribute="view", allow_none=True)
    jobs = fields.List(fields.Nested(SettledJobSchema))
