"""Where a request may carry its API key: as bearer token, or in a header that other services' clients send."""

from collections.abc import Callable

HEADERS = ("X-API-Key", "api-key")


def sent_key(header: Callable[[str], str]) -> str:
    """The key; empty when there is none. `header` gives the value of one by its name, empty when it was not sent."""
    scheme, _, token = header("Authorization").partition(" ")
    if scheme.lower() == "bearer" and (sent := token.strip()):
        return sent
    return next((sent for name in HEADERS if (sent := header(name).strip())), "")
