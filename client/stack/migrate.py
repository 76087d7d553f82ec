"""`swt migrate`, for the Redis of the environment's settings; `python -m client.stack.migrate` is the same."""

import sys
import time
from typing import Any

import click

from common.errors import ServiceError
from common.settings import SettingsError, load_settings
from common.store import Store, open_store
from common.store.migrations import VERSION, Migration, migrations_after
from common.store.migrations.runner import migrate as run_migrations
from common.store.migrations.runner import migrate_again
from common.store.version import StoreVersionRefused, known_version
from swift_trainer.cli.exits import Exit
from swift_trainer.cli.output import output_option, show_rows

COLUMNS = {"VERSION": "version", "MIGRATION": "name", "WHAT": "what"}
REPORT_SECONDS = 1.0
NO_STORE = "there is no store there yet (REDIS_HOST or REDIS_SOCKET, REDIS_DB); its first process makes a new one"


@click.command()
@click.option("--dry-run", is_flag=True, help="Only list what would be done.")
@click.option("--again", is_flag=True, help="Run the last one once more, for what an old process wrote since.")
@output_option
@click.pass_context
def migrate(ctx: click.Context, *, dry_run: bool, again: bool, output: str) -> None:
    """Bring the store in Redis to the version of this release, in small steps, while the service works.

    Run it when every process is of this release: where REDIS_* and the other settings are, in a container or on the
    machine of the API. `swt up` does it by itself. Twice, or two at once, is fine; cut off, it is run again.
    """
    try:
        store = open_store(load_settings())
        if store.facts.version() is None:
            _show_none(output)
            return
        before = known_version(store)
        if dry_run:
            done = migrations_after(min(before, VERSION - again))
        else:
            done = run_migrations(store, _Progress())
            if again and not done:
                done = migrate_again(store, _Progress())
    except SettingsError as problem:
        _fail(ctx, problem, Exit.USAGE)
    except StoreVersionRefused as refused:
        _fail(ctx, refused, Exit.REFUSED)
    except ServiceError as away:
        _fail(ctx, away, Exit.UNREACHABLE)
    else:
        _show(store, before, done, output, dry_run=dry_run)


def _show(store: Store, before: int, done: list[Migration], output: str, *, dry_run: bool) -> None:
    rows: list[dict[str, Any]] = [{"version": each.version, "name": each.name, "what": each.what} for each in done]
    now = before if dry_run else known_version(store)
    if rows or output == "json":
        show_rows(rows, COLUMNS, output, {"before": before, "now": now, "latest": VERSION, "migrations": rows})
    else:
        click.echo(f"the store has version {now} already: there is nothing to do")


def _show_none(output: str) -> None:
    click.echo(NO_STORE, err=True)
    if output == "json":
        show_rows([], COLUMNS, output, {"before": None, "now": None, "latest": VERSION, "migrations": []})


def _fail(ctx: click.Context, why: Exception, code: Exit) -> None:
    click.echo(f"swt: {why}", err=True)
    ctx.exit(code)


class _Progress:
    """Says on stderr how far it is, once in a while."""

    def __init__(self) -> None:
        self._told_at = float("-inf")

    def __call__(self, migration: Migration, done: int, of: int) -> None:
        if done == of or time.monotonic() - self._told_at >= REPORT_SECONDS:
            self._told_at = time.monotonic()
            click.echo(f"to version {migration.version}: {done} of {of}", err=True)


if __name__ == "__main__":
    sys.exit(migrate())
