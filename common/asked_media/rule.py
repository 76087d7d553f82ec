"""The rule of MEDIA_URLS for one request to a model."""

from typing import Any

from .tags import has_tagged_place
from .values import base64_fault, data_url_fault, is_url
from .walk import Medium, Walk

# Addresses are refused, fetched by the gateway from public addresses only, or left to the model server.
DENY, PUBLIC, ANY = "deny", "public", "any"
POLICIES = (DENY, PUBLIC, ANY)

DENIED = (
    "is an address, and this service fetches none (MEDIA_URLS=deny). Send the content itself: "
    "data:image/png;base64,... An administrator can allow public addresses: MEDIA_URLS=public"
)
TAGGED = (
    "there is something between <img> and </img>, which model servers take for a file to open. Send pictures as parts "
    "of a message, as data URLs; write the tags apart if they are meant as text: < img>"
)
STRANGER = (
    "has an address or a path where neither belongs; models are sent pictures, videos and sounds in messages, as data "
    "URLs"
)
DEEP = "the request is nested too deeply"


class MediaRefused(Exception):
    """Something in the request may not go on: `where` it is, empty for its texts as a whole, and why."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where} {why}" if where else why)
        self.where = where
        self.message = str(self)


def media_urls(body: Any, policy: str) -> list[Medium]:
    """The addresses that the request names, all of which the policy lets pass. Raises MediaRefused."""
    walk = Walk()
    try:
        walk.through(body)
    except RecursionError as exc:
        raise MediaRefused("", DEEP) from exc
    for where in walk.strangers:
        raise MediaRefused(where, STRANGER)
    if has_tagged_place(walk.texts):
        raise MediaRefused("", TAGGED)
    urls = [medium for medium in walk.media if not medium.is_bare and is_url(medium.value)]
    for medium in walk.media:
        why = _fault(medium, policy)
        if why:
            raise MediaRefused(medium.where, why)
    return urls


def content_fault(medium: Medium) -> str:
    """What is wrong with content that stands there; empty when nothing is."""
    return (base64_fault if medium.is_bare else data_url_fault)(medium.value, medium.place)


def _fault(medium: Medium, policy: str) -> str:
    if not medium.is_bare and is_url(medium.value):
        return DENIED if policy == DENY else ""
    return content_fault(medium)
