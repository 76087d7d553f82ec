"""How a Model lies in its Redis hash."""

from common.clock import from_ms
from common.models import AGAIN, LEAVING, Model


def load_model(name: str, record: dict[str, str]) -> Model | None:
    """The Model of a hash as `HGETALL` returns it; None where nothing but what was deleted had it."""
    if all(field == "number" or field.startswith(LEAVING) for field in record):
        return None
    changed_at = record.get("changed_at_ms")
    return Model(
        name=name,
        wanted=record.get("wanted", ""),
        active=record.get("active", ""),
        previous=record.get("previous", ""),
        changed_at=from_ms(int(changed_at)) if changed_at else None,
        again=tuple(sorted(field.removeprefix(AGAIN) for field in record if field.startswith(AGAIN))),
    )
