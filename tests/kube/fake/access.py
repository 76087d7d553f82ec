"""Who asks, and whether they may: bearer tokens, and the rules of the documented role."""

from collections.abc import Mapping

from tests.kube.cluster import TOKENS
from tests.kube.documented_role import documented_rules
from tests.kube.fake.kinds import Place
from tests.kube.fake.refusals import forbidden, unauthorized


def user_of(headers: Mapping[str, str]) -> str:
    """The user of the request's token."""
    token = headers.get("Authorization", "").removeprefix("Bearer ")
    user = next((name for name, secret in TOKENS.items() if secret == token), None)
    if user is None:
        raise unauthorized()
    return user


def check_access(user: str, verb: str, place: Place) -> None:
    """Raise unless the user may."""
    if user == "admin":
        return
    rules = documented_rules() if user == "trainer" else []
    for rule in (one for one in rules if place.kind.group in one["apiGroups"]):
        if place.resource in rule["resources"] and verb in rule["verbs"]:
            return
    raise forbidden(user, verb, place)
