"""Which model is asked for: what the gateway reads of a request's body, the name of the model and nothing else."""

import asyncio
import re

import msgspec
from aiohttp import web

from deploy.gateway.errors import (
    body_too_large,
    body_too_slow,
    model_missing,
    no_such_path,
    not_json,
    path_not_passed_on,
)

# Plain names only: nothing that a server could take for another path than the gateway did.
_PATH = re.compile(r"/v1(/[A-Za-z0-9_-]+)+")
# Some servers offer these to anybody who reaches them: they load files.
_NOT_PASSED_ON = frozenset({"/v1/load_lora_adapter", "/v1/unload_lora_adapter"})


class _Body(msgspec.Struct):
    model: str | None = None


_decoder = msgspec.json.Decoder(_Body)


def path_to_pass_on(request: web.Request) -> str:
    """The path below the replica's address, with its query. Raises a Refusal."""
    path = request.rel_url.raw_path
    if not _PATH.fullmatch(path):
        raise no_such_path(request.method, path)
    if path in _NOT_PASSED_ON:
        raise path_not_passed_on(path)
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
    return bytes(body)


def model_in(body: bytes) -> str:
    """The model that is asked for. Raises a Refusal."""
    try:
        model = _decoder.decode(body).model
    except msgspec.ValidationError as exc:
        if "$.model" in str(exc):
            raise model_missing() from exc
        raise not_json("an object") from exc
    except (msgspec.DecodeError, RecursionError) as exc:
        raise not_json(str(exc)) from exc
    if not model:
        raise model_missing()
    return model
