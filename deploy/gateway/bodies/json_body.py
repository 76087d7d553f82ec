"""A request's body as JSON, and why it is none."""

from typing import TypeVar

import msgspec

from deploy.gateway.errors import not_json

_Read = TypeVar("_Read")
# JSON has no largest number, whoever reads it has.
_OUT_OF_RANGE = "out of range"


def read_json(body: bytes, decoder: msgspec.json.Decoder[_Read]) -> _Read:
    """What the decoder reads of it. Raises a Refusal, and msgspec's ValidationError where it is JSON but of no use."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as exc:
        if _OUT_OF_RANGE in str(exc):
            raise not_json("it has a number that is too large") from exc
        raise
    except UnicodeDecodeError as exc:
        raise not_json("its text is not UTF-8") from exc
    except (msgspec.DecodeError, RecursionError) as exc:
        raise not_json(_why(body, exc)) from exc


def _why(body: bytes, exc: Exception) -> str:
    # Of half a surrogate pair near the end of a body msgspec says that the body was truncated.
    if b"\\ud" in body.lower() and body.rstrip().endswith(b"}") and "truncated" in str(exc):
        return "it has half of a surrogate pair, which is no character, or is cut off"
    return str(exc)
