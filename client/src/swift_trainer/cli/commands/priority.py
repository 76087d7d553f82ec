"""`swt priority`."""

from collections.abc import Mapping
from typing import Any

import click

from swift_trainer.cli.arguments import job_argument
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import output_option, show_rows
from swift_trainer.sdk import SwiftTrainer, is_deployment_id

COLUMNS = {"JOB": "job_id", "STATUS": "status", "PRIORITY": "priority"}


@click.command()
@job_argument
@click.argument("priority", type=click.IntRange(0, 10))
@output_option
@click.pass_obj
def priority(connection: Connection, job_id: str, priority: int, output: str) -> None:
    """Change the PRIORITY (0 to 10, 10 goes first) of what waits, job or deployment; it keeps its turn among equals."""
    with connection.open() as client:
        if is_deployment_id(job_id):
            _refuse_held(client, job_id)
            client.deployments.enqueue(job_id, priority=priority)
            job: Mapping[str, Any] = client.deployments.get(job_id)
        else:
            job = client.jobs.set_priority(job_id, priority)
    show_rows([job], COLUMNS, output, job)


def _refuse_held(client: SwiftTrainer, job_id: str) -> None:
    """The service changes a deployment's priority by letting it wait: that would start one that is not to start."""
    seen = client.deployments.get(job_id)
    if seen.get("held") or seen.get("status") in {"stopped", "failed"}:
        raise click.UsageError(f"{job_id} does not wait: start it first with swt start.")
