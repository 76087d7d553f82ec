"""What is asked for: what the gateway reads of a request, the model, and whether the answer is to be a stream, and
nothing else.
"""

import asyncio
import codecs
import re
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from deploy.gateway.bodies.json_body import read_json
from deploy.gateway.endpoints import ENDPOINTS, methods_at
from deploy.gateway.errors import (
    Refusal,
    body_too_large,
    body_too_slow,
    method_not_allowed,
    model_missing,
    no_such_endpoint,
    no_such_path,
    not_json,
    path_not_passed_on,
)

# Plain names only: nothing that a server could take for another path than the gateway did.
_PATH = re.compile(r"/v1(/[A-Za-z0-9_-]+)+")
# Some servers offer these to anybody who reaches them: they load files.
_NOT_PASSED_ON = frozenset({"/v1/load_lora_adapter", "/v1/unload_lora_adapter"})


@dataclass(frozen=True, slots=True)
class Asked:
    """`streams`: whether a stream of events is asked for; None where that is the server's to say."""

    model: str
    streams: bool | None


class _Body(msgspec.Struct):
    model: str | None = None
    stream: Any = None


_decoder = msgspec.json.Decoder(_Body)


def path_to_pass_on(request: web.Request) -> str:
    """The path below the replica's address, with its query. Raises a Refusal."""
    path = request.rel_url.raw_path
    if not _PATH.fullmatch(path):
        raise no_such_path(request.method, path)
    if path in _NOT_PASSED_ON:
        raise path_not_passed_on(path)
    methods = methods_at(path)
    if methods and request.method not in methods:
        raise method_not_allowed(request.method, path, ", ".join(methods))
    if path not in ENDPOINTS and request.content_type.startswith("multipart/"):
        raise no_such_endpoint(request.method, path)
    query = request.rel_url.raw_query_string
    return f"{path}?{query}" if query else path


async def read_body(request: web.Request, max_bytes: int, idle_seconds: float) -> bytes:
    """The whole body. Raises a Refusal past `max_bytes`, before reading where its length is told."""
    if (request.content_length or 0) > max_bytes:
        raise body_too_large(max_bytes)
    body, loop = bytearray(), asyncio.get_running_loop()
    try:
        async with asyncio.timeout(idle_seconds) as silence:
            while chunk := await request.content.readany():
                body += chunk
                if len(body) > max_bytes:
                    raise body_too_large(max_bytes)
                silence.reschedule(loop.time() + idle_seconds)
    except TimeoutError as exc:
        raise body_too_slow(idle_seconds) from exc
    except web.RequestPayloadError as exc:
        raise not_json("its encoding is broken") from exc
    return bytes(body).removeprefix(codecs.BOM_UTF8)  # JSON may be read without it, RFC 8259, 8.1


def read_asked(request: web.Request, body: bytes) -> Asked:
    """What this body asks for. Raises a Refusal: of the path, if no server is known to have that."""
    try:
        return asked_in(body)
    except Refusal as refusal:
        path = request.rel_url.raw_path
        raise refusal if path in ENDPOINTS else no_such_endpoint(request.method, path) from refusal


def asked_in(body: bytes) -> Asked:
    """What it asks for. Raises a Refusal."""
    try:
        found = read_json(body, _decoder)
    except msgspec.ValidationError as exc:
        if "$.model" in str(exc):
            raise model_missing() from exc
        raise not_json("an object") from exc
    if not found.model:
        raise model_missing()
    return Asked(found.model, _streams(found.stream))


def _streams(value: object) -> bool | None:
    """Some servers take "yes" or 1 for true."""
    return bool(value) if value is None or isinstance(value, bool) else None
