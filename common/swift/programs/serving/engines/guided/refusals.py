"""Why a schema cannot be held to, as clients are told: where it stands, what is the matter, the way out."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .pointers import is_pointer, pointed_at, steps_of
from .vocabulary import BY_NAME, joined

_SECONDS = 0.3  # for the place: compiling parts of a huge schema takes its time
_REASON_MAX = 300
_PATH_MAX = 200
_PLACE = re.compile(r"^at \d+\(\d+\): (failed to compile JSON schema: )?")
_AT_COLUMN = re.compile(r" at line \d+ column \d+")
_OF_PATTERN = re.compile(r"^error: (.*)$", re.MULTILINE)
_UNKNOWN_KEYS = re.compile(r'Unimplemented keys: \[(".*")\]')
_NO_VALUE = "Unsatisfiable schema"

# What llguidance says begins with the first; keywords that may be at fault; what clients are told ({0}: the rest of
# it); the way out.
_KNOWN = (
    (
        "regex parse error", "pattern patternProperties", "the pattern cannot be read: {0}",
        "Write it without that, or remove it",
    ),
    (
        "lookarounds not supported", "pattern patternProperties",
        "the pattern looks at what is around a place (\\b, \\B, or ^ and $ within)",
        "Write it without that, or remove it",
    ),
    (
        "Failed to generate regex for", "",
        "the numbers from 'minimum' to 'maximum' have too many digits",
        "Choose bounds that are nearer to 0, or remove them",
    ),
    ("Unknown format: ", "format", "'{0}' is not known", "Remove it, or say it by 'pattern'"),
    ("Pointer ", "$ref", "it points at nothing: {0}", "Refer to a part of this schema"),
    ("Resource ", "$ref", "it points at another document, and none is fetched", "Put that part into '$defs'"),
    (
        "oneOf constraints are not supported", "oneOf", "two of its parts may hold at once",
        "Use 'anyOf', or parts that exclude each other",
    ),
    (f"{_NO_VALUE}: anyOf is empty", "enum anyOf oneOf", "nothing is listed there", "List one value at least"),
    (f"{_NO_VALUE}: Regex is empty", "", "no text fits both its patterns and its lengths", "Change one of them"),
    (f"{_NO_VALUE}: ", "", "no value fits it: {0}", "Change it so that one does"),
    ("Unable to determine if regex is empty", "", "its patterns and lengths are too much together", "Remove some"),
    ('failed to parse "%json": ', "", "{0}", "Write it otherwise"),
)  # fmt: skip


def short(reason: str) -> str:
    """What llguidance says, without the place in a grammar that the client never saw."""
    text = _PLACE.sub("", reason.strip())
    if text.startswith("regex parse error") and (found := _OF_PATTERN.search(text)):
        return f"regex parse error: {found[1]}"
    return text.partition("\n")[0][:_REASON_MAX].rstrip(". ")


def explained(schema: Mapping[str, Any], reason: str, why_not: Callable[[Mapping[str, Any]], str]) -> str:
    """`why_not` tells the reason why a schema cannot be held to; empty where it can."""
    path, part, reason = _innermost(schema, reason, why_not)
    if found := _UNKNOWN_KEYS.match(reason):
        keys = " and ".join(f"'{joined(path, key)}'" for key in re.findall(r'"([^"]+)"', found[1]))
        return f"{keys}: this is not honoured. Remove it, and check it yourself where it matters"
    for begin, keywords, told, way_out in _KNOWN:
        if reason.startswith(begin):
            rest = _AT_COLUMN.sub("", reason.removeprefix(begin).removeprefix(":").strip())
            key = next((key for key in keywords.split() if key in part), "")
            where = joined(path, key) if key else path
            return f"{_at(where)}{told.format(rest)}. {way_out}"
    return f"{_at(path)}{reason}. Remove it, or write it otherwise"


def _at(path: str) -> str:
    shown = path if len(path) <= _PATH_MAX else f"…{path[-_PATH_MAX:]}"
    return f"'{shown}': " if path else ""


def _innermost(
    schema: Mapping[str, Any], reason: str, why_not: Callable[[Mapping[str, Any]], str]
) -> tuple[str, Mapping[str, Any], str]:
    """The path to the smallest part that fails by itself for the same reason, that part, and its own reason."""
    until = time.monotonic() + _SECONDS
    path, part, seen = "", schema, {id(schema)}
    defined = {key: schema[key] for key in ("$defs", "definitions") if key in schema}
    while True:
        for inner_path, inner in _parts(path, part, schema):
            if time.monotonic() > until:
                return path, part, reason
            own = why_not({**defined, **inner}) if id(inner) not in seen else ""
            if own == reason or (own.startswith(_NO_VALUE) and reason.startswith(_NO_VALUE)):
                path, part, reason = inner_path, inner, own
                seen.add(id(inner))
                break
        else:
            return path, part, reason


def _parts(path: str, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schemas in a schema, and that which it refers to; definitions are looked at where they are used."""
    for key, value in schema.items():
        where = joined(path, key)
        if key == "$ref" and is_pointer(value):
            found = [(".".join(steps_of(value)), pointed_at(value, root))]
        elif key in ("$defs", "definitions", "const", "default", "enum", "examples"):
            found = []
        elif key in BY_NAME and isinstance(value, Mapping):
            found = [(f"{where}.{name}", each) for name, each in value.items()]
        elif isinstance(value, list):
            found = [(f"{where}[{place}]", each) for place, each in enumerate(value)]
        else:
            found = [(where, value)]
        yield from ((inner, each) for inner, each in found if isinstance(each, Mapping))
