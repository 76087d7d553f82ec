"""Traffic (usage) in answers: what the gateway passed on of a deployment, of a key, of a model."""

from marshmallow import Schema, fields

from api.schemas.jobs import MOMENT
from common.clock import from_ms, iso
from common.store.traffic import Traffic


def _mean(traffic: Traffic) -> float | None:
    return round(traffic.milliseconds / traffic.requests, 1) if traffic.requests else None


class CountsSchema(Schema):
    """Counts only grow; those that nothing was added to for 90 days are forgotten."""

    requests = fields.Integer(attribute="traffic.requests")
    errors = fields.Integer(attribute="traffic.errors", metadata={"description": "Answered with 5xx, or broken off."})
    prompt_tokens = fields.Integer(
        attribute="traffic.prompt_tokens", metadata={"description": "As far as the servers tell them."}
    )
    completion_tokens = fields.Integer(attribute="traffic.completion_tokens")
    mean_milliseconds = fields.Function(
        lambda usage: _mean(usage.traffic),
        metadata={"type": ["number", "null"], "description": "From request to the answer's end."},
    )
    last_at = fields.Function(
        lambda usage: iso(from_ms(usage.traffic.last_at_ms)) if usage.traffic.last_at_ms else None, metadata=MOMENT
    )


class TrafficSchema(CountsSchema):
    """What the gateway passed on to a deployment."""

    job_id = fields.String()


class ModelUsageSchema(CountsSchema):
    """What a model was asked."""

    model = fields.String(metadata={"description": "The name that was asked for, an adapter's as well."})


class KeyUsageSchema(CountsSchema):
    """What an API key asked, in all: what no model answered, such as lists of models and refusals, counts, too."""

    key_id = fields.String(
        metadata={"description": "`local`: no key was asked for; `api_key`: the setting API_KEY."},
    )
    name = fields.String(metadata={"description": "Empty when the key is not kept any more."})
    models = fields.List(fields.Nested(ModelUsageSchema))


class UsageSchema(Schema):
    """What went through the gateway, busiest first."""

    keys = fields.List(fields.Nested(KeyUsageSchema))
    models = fields.List(fields.Nested(ModelUsageSchema), metadata={"description": "Of those keys together."})
