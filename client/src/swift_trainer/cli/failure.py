"""Failures: say on stderr, in a few lines and without a traceback, what went wrong; choose the exit code."""

import click

from swift_trainer.cli.exits import Exit
from swift_trainer.cli.output import printable
from swift_trainer.sdk import (
    ApiError,
    ConfigurationError,
    ConnectionFailed,
    GatewayUnreachable,
    SwiftTrainerError,
    Unauthorized,
    WaitTimedOut,
)


def tell(exc: Exception) -> Exit:
    """Print what happened and answer with the exit code for it; raises `exc` again when it is a defect of ours."""
    if not isinstance(exc, SwiftTrainerError):
        raise exc
    for line in _lines(exc):
        click.echo(printable(line), err=True)
    return exit_code(exc)


def exit_code(exc: SwiftTrainerError) -> Exit:
    """The exit code for an error of the SDK."""
    match exc:
        case ConfigurationError():
            return Exit.USAGE
        case WaitTimedOut():
            return Exit.TIMED_OUT
        case ApiError() if 400 <= exc.status < 500:
            return Exit.REFUSED
        case _:
            return Exit.UNREACHABLE


def _lines(exc: SwiftTrainerError) -> list[str]:
    lines = [f"swt: {_headline(exc)}"]
    if isinstance(exc, WaitTimedOut):
        lines.append(f"  stop it: swt stop {exc.job.get('job_id')}")
    if isinstance(exc, GatewayUnreachable):
        lines.append("  another address: --gateway or SWIFT_TRAINER_GATEWAY")
    elif isinstance(exc, ConnectionFailed):
        lines.append("  another address: --url or SWIFT_TRAINER_URL")
    if isinstance(exc, ApiError):
        lines += [f"  {error.get('field') or 'body'}: {error.get('message')}" for error in exc.errors]
        if isinstance(exc, Unauthorized):
            lines.append("  set SWIFT_TRAINER_API_KEY, or run swt up, which keeps the key for you")
        lines.append(f"  ({_origin(exc)})")
    return lines


def _headline(exc: SwiftTrainerError) -> str:
    """What happened. A sentence that is nothing but the wrong fields gives way to their number: they come below."""
    if not isinstance(exc, ApiError) or not exc.errors:
        return str(exc)
    if not exc.message.startswith(f"{exc.errors[0].get('field')}: "):
        return str(exc)
    return "1 field is wrong" if len(exc.errors) == 1 else f"{len(exc.errors)} fields are wrong"


def _origin(exc: ApiError) -> str:
    request = f", request {exc.request_id}" if exc.request_id else ""
    return f"{exc.status} {exc.code}{request}"
