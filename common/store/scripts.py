"""Loads common/lua and calls a script by its name."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from common.store.connection import RedisClient, translated_errors

_INCLUDE = re.compile(r"^-- include (\w+)$", re.MULTILINE)


@cache
def source(name: str) -> str:
    """The text of common/lua/<name>.lua, with the files that it includes by a line `-- include <name>`."""
    text = files("common.lua").joinpath(f"{name}.lua").read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda line: source(line[1]), text)


class Scripts:
    """The Lua verbs over one Redis. Scripts are sent by hash, so a restarted Redis is taught them again unasked."""

    def __init__(self, client: RedisClient) -> None:
        self.client = client

    def call(self, name: str, keys: list[str], args: list[Any]) -> Any:
        """Run common/lua/<name>.lua and return its answer.

        Raises StoreUnavailable when Redis is away; the script then ran either whole or not at all.
        """
        with translated_errors():
            return self.client.register_script(source(name))(keys=keys, args=args)
