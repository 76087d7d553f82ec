"""The catalog of options of one ms-swift release, as ms-swift's own parsers describe them
(programs/describe_options.py).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class OptionType(StrEnum):
    """What one value of an option is. `none`: ms-swift's command line has the option but cannot read a value for it."""

    STR = "str"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    JSON = "json"
    PATH = "path"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Option:
    """What an option takes: `many` values or one, each of `type`, and out of `choices` where there are some."""

    type: OptionType
    many: bool = False
    choices: tuple[str, ...] = ()
    default: Any = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """`commands` maps sft, pt, rlhf, export, deploy and infer to their options by name."""

    version: str
    commands: Mapping[str, Mapping[str, Option]]

    def commands_with(self, name: str) -> list[str]:
        """The commands that have this option."""
        return [command for command, options in self.commands.items() if name in options]


def parse_catalog(text: str) -> Catalog:
    """The catalog in `text`; raises ValueError when it is not one."""
    try:
        content = json.loads(text)
        commands: dict[str, dict[str, Option]] = {}
        for name, variants in content["options"].items():
            for variant in variants:
                for command in variant["in"]:
                    commands.setdefault(str(command), {})[name] = _option(variant)
        return Catalog(str(content["version"]), commands)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a catalog of options: {error!r}") from error


def _option(shape: Mapping[str, Any]) -> Option:
    choices = tuple(map(str, shape.get("choices", ())))
    return Option(OptionType(shape["type"]), bool(shape.get("many")), choices, shape.get("default"))
