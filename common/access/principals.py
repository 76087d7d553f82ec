"""The principal, whoever makes a request: the owner of a key, or this machine itself."""

from dataclasses import dataclass

from common.access.api_keys import Scope


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks. `id` tells two keys of one name apart; `name` is what events and records say."""

    id: str
    name: str
    scope: Scope


# This machine, as long as no API_KEY is set.
LOCAL = Principal("local", "local", Scope.ADMIN)
# Whoever has the API_KEY of the settings.
BOOTSTRAP = Principal("api_key", "api_key", Scope.ADMIN)
