"""`swt keys create`, `ls` and `revoke`."""

import click

from swift_trainer.cli.arguments import Duration, Named
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, printable, show_json, show_rows

COLUMNS = {
    "NAME": "name",
    "SCOPE": "scope",
    "STATUS": "status",
    "EXPIRES": "expires_at",
    "LAST USED": "last_used_at",
    "CREATED": "created_at",
    "ID": "id",
}


@click.group()
def keys() -> None:
    """Make, list and revoke API keys. Needs a key with scope admin, such as the setting API_KEY."""


@keys.command()
@click.option("--name", required=True, metavar="NAME", help="What events and the audit call its user.")
@click.option("--scope", required=True, type=click.Choice(["read", "write", "admin"]), help="What it may do.")
@click.option("--expires", type=Duration(), help="It works for so long, like 12h or 90d; otherwise until revoked.")
@output_option
@click.pass_obj
def create(connection: Connection, name: str, scope: str, expires: float | None, output: str) -> None:
    """Make a key and print it: on stdout alone, so that a script can keep it. It is never shown again."""
    with connection.open() as client:
        made = client.keys.create(name, scope, max(1, int(expires)) if expires is not None else None)
    if output == "json":
        show_json(made)
        return
    record = made["record"]
    until = f" until {record['expires_at']}" if record["expires_at"] else ""
    click.echo(printable(f"key {record['name']} ({record['scope']}){until}; keep it, it is not shown again:"), err=True)
    click.echo(made["key"])


@keys.command()
@output_option
@click.pass_obj
def ls(connection: Connection, output: str) -> None:
    """List keys, newest first."""
    with connection.open() as client:
        found = client.keys.list()
    show_rows(found, COLUMNS, output)


@keys.command()
@click.argument("names", metavar="NAME...", type=Named("a key"), nargs=-1, required=True)
@click.pass_obj
def revoke(connection: Connection, names: tuple[str, ...]) -> None:
    """Revoke keys, by name or id, for good; they stop working within three seconds."""
    with connection.open() as client:
        for name in names:
            client.keys.revoke(name)
            click.echo(printable(f"{name} revoked"))
