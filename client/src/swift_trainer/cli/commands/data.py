"""`swt data push`, `ls` and `rm`."""

import re
from pathlib import Path

import click

from swift_trainer.cli.arguments import Named
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, printable, show_json, show_rows
from swift_trainer.cli.uploading import push as upload

# What the service takes as a data set's name.
CAN_BE_CALLED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
COLUMNS = {
    "NAME": "name",
    "STATUS": "status",
    "BYTES": "bytes",
    "ROWS": "rows",
    "SHA256": "short",
    "CREATED": "created_at",
    "ID": "id",
}


@click.group()
def data() -> None:
    """Upload, list and delete data sets. A job names one as --data dataset:NAME."""


@data.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", metavar="NAME", help="What jobs call it; the file's name otherwise.")
@click.option("-q", "--quiet", is_flag=True, help="Print what a job's --data has to say, and nothing else.")
@output_option
@click.pass_obj
def push(connection: Connection, file: Path, name: str | None, quiet: bool, output: str) -> None:
    """Upload FILE; after a cut, the same command goes on where it stopped."""
    if name is None and not CAN_BE_CALLED.fullmatch(file.name):
        raise click.UsageError(
            f"no data set can be called {printable(file.name)!r}, but by letters, digits and _ . - within: say with"
            " --name what jobs are to call it."
        )
    with connection.open() as client:
        done = upload(client, file, name, quiet=quiet)
    if quiet:
        click.echo(done["data_path"])
    elif output == "json":
        show_json(done)
    else:
        rows = f", {done['rows']:,} rows" if done.get("rows") is not None else ""
        click.echo(printable(f"{done['data_path']} {done['bytes']:,} bytes{rows}, sha256 {done['sha256'][:12]}"))


@data.command()
@output_option
@click.pass_obj
def ls(connection: Connection, output: str) -> None:
    """List data sets and unfinished uploads, newest first."""
    with connection.open() as client:
        found = list(client.datasets.list())
    rows = [{**dataset, "short": str(dataset.get("sha256") or "")[:12]} for dataset in found]
    show_rows(rows, COLUMNS, output, data=found)


@data.command()
@click.argument("names", metavar="NAME...", type=Named("a data set"), nargs=-1, required=True)
@click.pass_obj
def rm(connection: Connection, names: tuple[str, ...]) -> None:
    """Delete data sets, by name or id; refused while a job that has not ended uses one."""
    with connection.open() as client:
        for name in names:
            client.datasets.delete(name)
            click.echo(printable(f"{name} deleted"))
