"""The form of a body: where the client put the parameters, and which of them it sent itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.schemas.params import Sent

# What the check of the options calls the parameters, whatever the client called them.
PARAMS = "params"


@dataclass(frozen=True, slots=True)
class Form:
    """`field` has the parameters, `sent` are the names of those that the client sent."""

    field: str = PARAMS
    sent: frozenset[str] = frozenset()

    def as_sent(self, field: str) -> str:
        """A field as the client calls it."""
        return f"{self.field}.{field.removeprefix(f'{PARAMS}.')}" if field.startswith(f"{PARAMS}.") else field


def form_of(field: str, params: Mapping[str, Any] | None) -> Form:
    """Of the parameters that a validated body has; none of them are defaults where they were not loaded yet."""
    return Form(field, params.names if isinstance(params, Sent) else frozenset(params or ()))
