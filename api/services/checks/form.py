"""The form of a body: where the client put the parameters, and which of them it sent itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from api.schemas.params import Sent
from common.trainings import field_as_sent

# What the check of the options calls the parameters, whatever the client called them.
PARAMS = "params"


@dataclass(frozen=True, slots=True)
class Form:
    """`field` has the parameters, `sent` are the names of those that the client sent. `moved` are fields of the body
    that are further options in a spec, by the names that checks have for these. `passed_over` are other fields with
    parameters, which do not count.
    """

    field: str = PARAMS
    sent: frozenset[str] = frozenset()
    moved: Mapping[str, str] = dataclass_field(default_factory=dict)
    passed_over: tuple[str, ...] = ()

    @property
    def called(self) -> dict[str, str]:
        """Fields as the client calls them, by the names that checks have for these."""
        return {**self.moved, PARAMS: self.field}

    def as_sent(self, field: str) -> str:
        """A field as the client calls it."""
        return field_as_sent(field, self.called)


def form_of(
    field: str, params: Mapping[str, Any] | None, moved: Mapping[str, str], passed_over: tuple[str, ...] = ()
) -> Form:
    """Of the parameters that a validated body has; none of them are defaults where they were not loaded yet."""
    sent = params.names if isinstance(params, Sent) else frozenset(params or ())
    return Form(field, sent, moved, passed_over)
