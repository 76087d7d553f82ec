"""Which headers travel: to a replica, and back to the client."""

from multidict import CIMultiDict, CIMultiDictProxy

from common.secret import Secret

# RFC 9110, 7.6.1: they speak of one connection. What `Connection` names goes too.
HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# Who the client is, is between it and the gateway. The body was read and unpacked already; the answer comes unpacked,
# so that its token counts can be read.
NOT_FOR_REPLICAS = HOP_BY_HOP | {
    "accept-encoding",
    "api-key",
    "authorization",
    "content-encoding",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "via",
    "x-api-key",
    "x-forwarded-for",
    "x-real-ip",
    "x-request-id",
}
# A replica speaks for itself, not for the gateway: neither in cookies nor about which web pages may read the answer.
NOT_FOR_CLIENTS = HOP_BY_HOP | {
    "alt-svc",
    "clear-site-data",
    "content-length",
    "date",
    "location",
    "server",
    "set-cookie",
    "strict-transport-security",
    "www-authenticate",
    "x-request-id",
}
CORS_PREFIX = "access-control-"

Headers = CIMultiDict[str] | CIMultiDictProxy[str]


def to_replica(sent: Headers, request_id: str, api_key: Secret) -> CIMultiDict[str]:
    """The headers of the request as the replica gets it: with its own key in place of the client's."""
    kept = _without(sent, NOT_FOR_REPLICAS)
    kept["Accept-Encoding"] = "identity"
    kept["X-Request-Id"] = request_id
    if api_key:
        kept["Authorization"] = f"Bearer {api_key.reveal()}"
    return kept


def to_client(answered: Headers) -> CIMultiDict[str]:
    """The headers of the answer as the client gets it."""
    kept = _without(answered, NOT_FOR_CLIENTS)
    for name in [name for name in kept if name.lower().startswith(CORS_PREFIX)]:
        kept.popall(name, None)
    return kept


def without_content(answered: Headers) -> CIMultiDict[str]:
    """The same for an answer with another body than the replica's."""
    kept = to_client(answered)
    for name in [name for name in kept if name.lower().startswith("content-")]:
        kept.popall(name, None)
    return kept


def _without(headers: Headers, dropped: frozenset[str]) -> CIMultiDict[str]:
    named = {name.strip().lower() for value in headers.getall("Connection", []) for name in value.split(",")}
    dropped |= named
    kept = ((name, value) for name, value in headers.items() if name.lower() not in dropped)
    return CIMultiDict((name, value) for name, value in kept if _is_text(value))


def _is_text(value: str) -> bool:
    """Bytes that are not UTF-8 are read as surrogates, which cannot be written again."""
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
