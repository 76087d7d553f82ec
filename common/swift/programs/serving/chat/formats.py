"""The form of an answer: `response_format`, as what the text has to be."""

from ..ask import Constraint
from ..errors import missing
from ..fields import Fields

_TYPES = ("text", "json_object", "json_schema")


def read_format(fields: Fields) -> Constraint | None:
    """None for any text. Raises ApiError."""
    if not fields.has("response_format"):
        return None
    form = fields.inner("response_format")
    form.only({"type", "json_schema"})
    kind = form.word("type", _TYPES)
    if kind == "text":
        return None
    if kind == "json_object":
        return Constraint("json")
    described = form.inner("json_schema")
    described.only({"name", "description", "schema", "strict"})
    described.needed_text("name")
    described.flag("strict")
    schema = described.object("schema")
    if schema is None:
        raise missing(described.name("schema"))
    return Constraint("json", schema=schema)
