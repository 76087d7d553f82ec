"""Loads common/store/lua and calls a script by its name."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import uuid4

from common.store.connection import RedisClient, translated_errors
from common.store.keys import answer_of

_PARTS = "common.store.lua.parts"
_INCLUDE = re.compile(r"^-- include (\w+)$", re.MULTILINE)

# Longer than a client takes to give up on one answer and to send the call again.
KEEP_ANSWERS_MS = 30_000


@cache
def source(name: str) -> str:
    """The text of common/store/lua/<name>.lua, with the parts that it includes by a line `-- include <name>`."""
    return _with_parts(_text("common.store.lua", name), set())


@cache
def once(name: str) -> str:
    """The script inside common/store/lua/parts/once.lua: a call of it has one effect, however often it arrives."""
    return f"local function verb()\n{source(name)}\nend\n{_text(_PARTS, 'once')}"


def _with_parts(text: str, known: set[str]) -> str:
    """Each part once, before what needs it: parts include others."""

    def part(line: re.Match[str]) -> str:
        if line[1] in known:
            return ""
        known.add(line[1])
        return _with_parts(_text(_PARTS, line[1]), known)

    return _INCLUDE.sub(part, text)


def _text(package: str, name: str) -> str:
    return files(package).joinpath(f"{name}.lua").read_text(encoding="utf-8")


def flat_of(fields: Mapping[str, Any]) -> list[Any]:
    """Name, value, name, value, …: as a script takes fields of a record."""
    return [part for pair in fields.items() for part in pair]


class Scripts:
    """The Lua verbs over one Redis. Scripts are sent by hash, so a restarted Redis is taught them again unasked."""

    def __init__(self, client: RedisClient) -> None:
        self.client = client

    def call(self, name: str, keys: list[str], args: list[Any]) -> Any:
        """Run common/store/lua/<name>.lua and return its answer.

        Raises StoreUnavailable when Redis is away; the script then ran either whole or not at all. When it ran and
        only its answer was lost, redis-py sends the call again; it is recognised and gets the first answer.
        """
        return self._run(once(name), [*keys, answer_of(uuid4().hex)], [*args, KEEP_ANSWERS_MS])

    def repeatable(self, name: str, keys: list[str], args: list[Any]) -> Any:
        """The same for a script that may as well run twice: it reads, or says the same again. Spares the answer."""
        return self._run(source(name), keys, args)

    def command(self, command: str, *args: Any, **options: Any) -> Any:
        """One command of the client itself, which reads, or writes what is no record."""
        with translated_errors():
            return getattr(self.client, command)(*args, **options)

    def _run(self, text: str, keys: list[str], args: list[Any]) -> Any:
        with translated_errors():
            return self.client.register_script(text)(keys=keys, args=args)
