"""`swt show`."""

from collections.abc import Mapping
from typing import Any

import click

from swift_trainer.cli.arguments import job_argument
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, show_fields
from swift_trainer.cli.words import links, unused_rows
from swift_trainer.cli.workloads import verbs_for


@click.command()
@job_argument
@output_option
@click.pass_obj
def show(connection: Connection, job_id: str, output: str) -> None:
    """Show the job or deployment ID."""
    with connection.open() as client:
        job: Mapping[str, Any] = verbs_for(client, job_id).get(job_id)
    # For people each parameter once: the service repeats them beside `train_params`, and the id as `id`.
    if output == "json":
        show_fields(job, output)
        return
    repeated = {"id", *(job.get("train_params") or {})}
    shown = {name: value for name, value in job.items() if name not in repeated}
    show_fields({**shown, "rows_dropped": unused_rows(job), "links": links(job)}, output)
