"""A lazy click group: it imports a sub command when it is used, and turns what it raises into an exit code."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from swift_trainer.cli.exits import Exit

# The package of the commands that run or change a service here: it is in another distribution.
OF_THE_SERVICE = "client"


class ServiceNotInstalled(click.ClickException):
    """A command needs the service itself, and its client alone is installed."""

    exit_code = Exit.USAGE

    def __init__(self, command: str) -> None:
        super().__init__(
            f"swt {command} needs the service itself, and only its client is installed here: install swift-trainer, too"
        )


class LazyGroup(click.Group):
    """`commands_at` maps a name to where its command is, 'module:attribute', and its one line in the help."""

    def __init__(self, *args: Any, commands_at: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._commands_at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._commands_at:
            return None
        module, _, attribute = self._commands_at[cmd_name][0].partition(":")
        try:
            command: click.Command = getattr(import_module(module), attribute)
        except ModuleNotFoundError as missing:
            if missing.name != OF_THE_SERVICE:
                raise
            raise ServiceNotInstalled(cmd_name) from None
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._commands_at.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            click.echo("swt: interrupted", err=True)
            ctx.exit(Exit.INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, OSError):
            raise
        except Exception as exc:
            from swift_trainer.cli.failure import tell  # noqa: PLC0415 - reaches the SDK, which `swt --help` must not load

            ctx.exit(tell(exc))
