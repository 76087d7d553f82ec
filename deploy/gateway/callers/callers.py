"""Authentication of callers by an API key of the service as bearer token. Without a key, this machine only."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from common.access.addresses import Network, client_address, is_loopback
from common.access.api_keys import ApiKey, hash_of, id_in, is_key
from common.access.origins import FOREIGN_PAGE, is_foreign_page
from common.access.sent_keys import sent_key
from common.clock import now
from common.errors import ServiceError
from common.settings import GUESSABLE_BELOW, LOOPBACK_HOSTS, Settings
from deploy.gateway.callers.failed_auth import FailedAuth
from deploy.gateway.callers.key_cache import KeyCache
from deploy.gateway.errors import keys_unknown, unauthenticated

# Ids of callers that have no key of their own; the same names as in the API's audit.
LOCAL = "local"
BOOTSTRAP = "api_key"


@dataclass(frozen=True, slots=True)
class Callers:
    """Recognises callers. Any scope may use models: `read` is the least there is."""

    keys: KeyCache
    failed: FailedAuth
    api_key_hash: str
    proxies: tuple[Network, ...]
    origins: frozenset[str]

    async def recognise(self, request: web.Request) -> str:
        """The id of the caller's key. Raises a Refusal."""
        address = self._address(request)
        if not self.api_key_hash:
            _refuse_other_machines(request, address)
        sent = _text(sent_key(header_of(request)))
        key_id = id_in(sent)
        if key_id is not None:
            # With 256 random bits there is nothing to guess: an issued key works however often others failed.
            return await self._issued(sent, key_id)
        if not self.api_key_hash:
            if is_foreign_page(header_of(request), request.method, self.origins):
                raise unauthenticated(FOREIGN_PAGE)
            return LOCAL
        self.failed.refuse_if_too_many(address)
        if not is_key(sent, self.api_key_hash):
            if sent:
                self.failed.count(address)
            raise unauthenticated("Incorrect API key provided: send a valid one as Authorization: Bearer <key>")
        return BOOTSTRAP

    async def _issued(self, sent: str, key_id: str) -> str:
        try:
            key = await self.keys.get(key_id)
        except (ServiceError, TimeoutError) as exc:
            raise keys_unknown() from exc
        problem = _problem(key, sent)
        if problem:
            raise unauthenticated(f"Incorrect API key provided: {problem}")
        return key_id

    def _address(self, request: web.Request) -> str:
        forwarded_for = ",".join(request.headers.getall("X-Forwarded-For", []))
        return client_address(request.remote or "", forwarded_for, self.proxies)


def make_callers(keys: KeyCache, settings: Settings) -> Callers:
    """Callers as the settings want them."""
    api_key_hash = hash_of(settings.api_key.reveal()) if settings.api_key else ""
    failed = FailedAuth(settings.rate_limit_failed_auth if len(settings.api_key) < GUESSABLE_BELOW else "")
    return Callers(keys, failed, api_key_hash, settings.trusted_proxies, settings.cors_origins)


def _problem(key: ApiKey | None, sent: str) -> str:
    if key is None or not is_key(sent, key.hash):
        return "it is not known"
    status = key.status(now())
    return "" if status == "active" else f"the key '{key.name}' is {status}"


def header_of(request: web.Request) -> Callable[[str], str]:
    """The value of a header by its name; empty when it was not sent."""
    return lambda name: request.headers.get(name, "")


def _text(sent: str) -> str:
    """Bytes that are no text become a character that no key has: they are wrong, not an error."""
    return sent.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _refuse_other_machines(request: web.Request, address: str) -> None:
    """A foreign name in `Host` is a web page that had its own name point here."""
    if not is_loopback(address) or _host_in(f"//{request.headers.get('Host', '')}") not in LOOPBACK_HOSTS:
        raise unauthenticated("this service has no API_KEY, so it answers its own machine only, as localhost")


def _host_in(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
