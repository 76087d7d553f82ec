"""A click group that imports a sub command when it is used, and turns what it raises into an exit code."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from client.cli.exits import Exit


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
        command: click.Command = getattr(import_module(module), attribute)
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
            from client.cli.failure import tell  # noqa: PLC0415 - reaches the SDK, which `swt --help` must not load

            ctx.exit(tell(exc))
