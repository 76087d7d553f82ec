"""Extra arguments: the further ms-swift options of a job as they are passed: safe ones, with their models and data sets
resolved.
"""

from collections.abc import Mapping
from typing import Any

from common.swift.command.argv import OptionRefused
from common.swift.options.refused import PATHS
from common.swift.options.safety import elements, name_refusal, value_refusal


def checked_extra_args(extra_args: Mapping[str, Any], resolved: Mapping[str, str]) -> dict[str, Any]:
    """The options to pass; raises OptionRefused for the first that is not accepted.

    `resolved` maps each model or data set that the options name to what ms-swift is to open; one that is not in it
    is refused.
    """
    return {name: _checked(name, value, resolved) for name, value in extra_args.items()}


def named_paths(extra_args: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(option, value) for every model or data set that the options name."""
    return [(name, str(value)) for name in extra_args if name in PATHS for value in elements(extra_args[name])]


def refuse_name(name: str) -> None:
    """Raise OptionRefused for a name that is malformed, refused, or that argparse would complete to such a name."""
    refusal = name_refusal(name)
    if refusal:
        raise OptionRefused(name[:80], refusal[1])


def _checked(name: str, value: Any, resolved: Mapping[str, str]) -> Any:
    refuse_name(name)
    refusal = value_refusal(name, value)
    if refusal:
        raise OptionRefused(name, refusal[1])
    if name in PATHS:
        return [_resolved(name, str(element), resolved) for element in elements(value)]
    return value


def _resolved(name: str, value: str, resolved: Mapping[str, str]) -> str:
    if value not in resolved:
        raise OptionRefused(name, f"{value[:200]!r} is not below an allowed root of this node")
    return resolved[value]
