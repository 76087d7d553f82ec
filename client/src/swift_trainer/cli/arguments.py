"""Arguments and options: what people type, checked and converted, such as job ids, durations, key=value pairs."""

import json
import re
from collections.abc import Callable
from typing import Any

import click

SECONDS_PER_UNIT = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Named(click.ParamType[str]):
    """The name or id of a `thing`. One of dots alone would be taken for a folder in the address."""

    name = "name"

    def __init__(self, thing: str) -> None:
        self._thing = thing

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not str(value).strip("."):
            self.fail(f"{value!r} is not {self._thing}.", param, ctx)
        return str(value)


class JobId(Named):
    """The id of a job or a deployment."""

    name = "id"

    def __init__(self) -> None:
        super().__init__("a job id")


class Duration(click.ParamType[float]):
    """Seconds: '90', '90s', '30m', '1.5h' or '2d'."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", str(value).strip(), re.ASCII)
        if not match:
            self.fail(f"{value!r} is not a duration like 90, 90s, 30m, 2h or 1d.", param, ctx)
        return float(match[1]) * SECONDS_PER_UNIT[match[2]]


class KeyValue(click.ParamType[tuple[str, Any]]):
    """'key=value'; a value that is JSON gets its type, any other is text."""

    name = "key=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Any]:
        if isinstance(value, tuple):
            return value
        key, equals, text = str(value).partition("=")
        if not equals or not key.strip():
            self.fail(f"{value!r} has to look like key=value.", param, ctx)
        return key.strip(), typed(text)


class TextPair(KeyValue):
    """'key=value'; the value is text, whatever it looks like."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Any]:
        key, _ = super().convert(value, param, ctx)
        return key, str(value).partition("=")[2] if isinstance(value, str) else value[1]


def typed(text: str) -> Any:
    """'3' as 3, '1e-4' as 0.0001, 'true' as True, '[1, 2]' as a list, 'bfloat16' as it is."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except ValueError:
        return text


def job_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument ID."""
    return click.argument("job_id", metavar="ID", type=JobId())(command)


def data_option(flag: str, name: str, about: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command an option for data sets: given once it is one text, more often a list, else None."""
    return click.option(flag, name, metavar="PATH", multiple=True, callback=_one_or_more, help=about)


def _one_or_more(_ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]) -> str | list[str] | None:
    if len(given) > 1:
        return list(given)
    return given[0] if given else None


def timeout_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--timeout`."""
    return click.option(
        "--timeout", type=Duration(), help="Give up waiting after this long, like 90s, 30m or 2h; it goes on."
    )(command)


def _refuse(constant: str) -> Any:
    # Python's JSON knows NaN and Infinity, the service's does not.
    raise ValueError(constant)
