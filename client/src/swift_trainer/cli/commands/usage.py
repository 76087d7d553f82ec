"""`swt usage`."""

import click

from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, show_rows

COUNTS = {
    "REQUESTS": "requests",
    "ERRORS": "errors",
    "PROMPT TOKENS": "prompt_tokens",
    "COMPLETION TOKENS": "completion_tokens",
    "MEAN MS": "mean_milliseconds",
    "LAST": "last_at",
}
KEY_COLUMNS = {"KEY": "name", **COUNTS, "ID": "key_id"}
MODEL_COLUMNS = {"MODEL": "model", **COUNTS}


@click.command()
@click.option("--by", type=click.Choice(["key", "model"]), default="key", show_default=True, help="What a row is.")
@output_option
@click.pass_obj
def usage(connection: Connection, by: str, output: str) -> None:
    """Show what models were asked through the gateway: of all keys for scope admin, of your own otherwise."""
    with connection.open() as client:
        found = client.usage()
    rows, names = (found["keys"], KEY_COLUMNS) if by == "key" else (found["models"], MODEL_COLUMNS)
    show_rows(rows, names, output, data=found)
