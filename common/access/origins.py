"""Origins (CORS): which web pages may ask; browsers say whose page it is in Origin and Sec-Fetch-Site, and no page can
change that.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

ANY = "*"
_ORIGIN = r"https?://[^/\s,*?#@]+"
ORIGINS = rf"^(\*|({_ORIGIN}(,{_ORIGIN})*)?)$"
FOREIGN_PAGE = (
    "a web page of another origin asks, and this service has no API_KEY to know it by: set one, or name the page's "
    "origin in CORS_ORIGINS"
)

# The value of a request's header by its name, however that is spelt; empty when it was not sent.
Header = Callable[[str], str]

_PREFLIGHT_SECONDS = 600
_METHODS = "GET,HEAD,POST,PUT,PATCH,DELETE"
# What a page may read besides the few that it always may.
_EXPOSED = (
    "ETag,Location,RateLimit-Limit,RateLimit-Remaining,RateLimit-Reset,Retry-After,Upload-Complete,Upload-Offset,"
    "X-Request-Id"
)
_NAMES = re.compile(r"[A-Za-z0-9_, -]{1,2000}", re.ASCII)


def origins_in(text: str | None) -> frozenset[str]:
    """Origins separated by commas, as browsers write them; what is wrong is told by ORIGINS."""
    return frozenset(part for part in (text or "").lower().split(",") if part)


def is_foreign_page(header: Header, method: str, allowed: frozenset[str]) -> bool:
    """Whether a page of another origin sends this, which is none of those allowed; scripts and tools are no pages.

    A link that somebody follows is nothing that its page could read or change.
    """
    if origin := header("Origin"):
        return not _is_own(origin, header("Host")) and not _is_allowed(origin, allowed)
    if header("Sec-Fetch-Site").lower() in {"", "none", "same-origin"}:
        return False
    return method != "GET" or header("Sec-Fetch-Mode").lower() != "navigate"


def cors_headers(header: Header, allowed: frozenset[str]) -> dict[str, str]:
    """What tells a browser that the page may read the answer; nothing for pages that may not."""
    origin = header("Origin")
    if not _is_allowed(origin, allowed):
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSED}


def is_preflight(header: Header, method: str) -> bool:
    """Whether a browser asks what a page may ask for, before it does."""
    return method == "OPTIONS" and bool(header("Origin") and header("Access-Control-Request-Method"))


def preflight_headers(header: Header, allowed: frozenset[str]) -> dict[str, str]:
    """What a page may ask for: any header, because keys travel in them; nothing for pages that may not ask."""
    found = cors_headers(header, allowed)
    if not found:
        return {}
    wanted = header("Access-Control-Request-Headers")
    named = {"Access-Control-Allow-Headers": wanted} if _NAMES.fullmatch(wanted) else {}
    return found | named | {"Access-Control-Allow-Methods": _METHODS, "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS)}


def _is_allowed(origin: str, allowed: frozenset[str]) -> bool:
    return bool(origin) and (ANY in allowed or origin.lower() in allowed)


def _is_own(origin: str, host: str) -> bool:
    """Whether it is the page that this service itself has, under the name that it was asked by."""
    try:
        return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False
