"""`swt submit`."""

import io
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from swift_trainer.cli.arguments import JobId, KeyValue, data_option, timeout_option
from swift_trainer.cli.bodies import job_body, read_job_file
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.model_kind import task_type_of
from swift_trainer.cli.output import output_option, printable, show_json
from swift_trainer.cli.progress import reporter_for
from swift_trainer.cli.uploading import uploaded_data
from swift_trainer.cli.watch import conclude, follow, goes_on, watch
from swift_trainer.sdk import SwiftTrainer
from swift_trainer.sdk.shapes import Submission


@click.command()
@click.argument("file", type=click.File(encoding="utf-8-sig"), required=False)
@click.option("--model", "model_path", metavar="PATH", help="Model: a path on the nodes, a hub id, or a job.")
@click.option("--adapter", "adapters", metavar="PATH", multiple=True, help="Adapter to go on with: a path, or a job.")
@click.option("--resume-from", metavar="ID", help="Start from the last state of this job.")
@data_option("--data", "data_path", "Data set: a path on the nodes, a hub id or dataset:NAME. Several: several times.")
@data_option("--val", "val_dataset", "Data set to evaluate on, in the same forms.")
@click.option("--upload", is_flag=True, help="--data and --val are files on this machine: upload them first.")
@click.option("--output-dir", metavar="PATH", help="Where the result goes, on the nodes.")
@click.option(
    "--type",
    "task_type",
    type=click.Choice(["llm", "mllm"]),
    help="Language or multimodal model; found by its config.json.",
)
@click.option("--name", "job_id", metavar="ID", type=JobId(), help="The job's id; the service picks one otherwise.")
@click.option("--priority", type=click.IntRange(0, 10), help="10 goes first; the default is 0.")
@click.option("--gpus", type=click.IntRange(min=1), help="How many GPUs it needs.")
@click.option("--method", metavar="NAME", help="sft, pt, dpo, kto, ...; the default is sft.")
@click.option("-p", "--param", "params", type=KeyValue(), multiple=True, help="A parameter, like num_epochs=3.")
@click.option("--extra", "extra_args", type=KeyValue(), multiple=True, help="A further ms-swift option, no dashes.")
@click.option("--idempotency-key", metavar="KEY", help="Submitting again with the same key makes no second job.")
@click.option("-q", "--quiet", is_flag=True, help="Print the job's id and nothing else.")
@click.option("--wait", "wait_for_end", is_flag=True, help="Wait for the job to end; exit with its result.")
@click.option("-f", "--follow", "follow_log", is_flag=True, help="As --wait, and print the job's log.")
@timeout_option
@output_option
@click.pass_context
def submit(  # noqa: PLR0917 - click passes all by name
    ctx: click.Context,
    /,
    file: io.TextIOBase | None,
    params: tuple[tuple[str, Any], ...],
    extra_args: tuple[tuple[str, Any], ...],
    adapters: tuple[str, ...],
    idempotency_key: str | None,
    upload: bool,
    quiet: bool,
    wait_for_end: bool,
    follow_log: bool,
    timeout: float | None,
    output: str,
    **fields: Any,
) -> None:
    """Submit the job that FILE describes ('-' is stdin), or options, or both: options win.

    FILE is the JSON of POST /api/v1/training/jobs. With --wait or --follow the exit code is the job's result.
    """
    if follow_log and (quiet or output == "json"):
        raise click.UsageError("--follow prints the log on stdout: it goes with neither --quiet nor -o json.")
    if timeout is not None and not (follow_log or wait_for_end):
        raise click.UsageError("--timeout needs --wait or --follow.")
    connection: Connection = ctx.obj
    found_type = partial(_type_of_model, connection)
    fields["adapters"] = list(adapters) or None
    body = job_body(read_job_file(file) if file else None, fields, dict(params), dict(extra_args), found_type)
    with connection.open() as client:
        if upload:
            body |= uploaded_data(client, body, quiet=quiet)
        submission = client.jobs.submit(body, idempotency_key)
        staying = wait_for_end or follow_log
        _tell(submission, quiet=quiet, output=output, staying=staying)
        if staying:
            _stay(ctx, client, submission["job_id"], timeout, output, quiet=quiet, with_log=follow_log)


def _type_of_model(connection: Connection, body: Mapping[str, Any]) -> str | None:
    """What the model is, by its config.json: of a folder on this machine, or as the service sees it."""
    found = task_type_of(Path(str(body["model_path"])))
    if found is None:
        with connection.open() as client:
            found = client.jobs.validate(body).get("model_task_type")
    if found is not None:
        click.echo(f"note     task_type is {found}, by the model's config.json", err=True)
    return found


def _tell(submission: Submission, *, quiet: bool, output: str, staying: bool) -> None:
    """What was accepted; on stderr when stdout is kept for what comes later."""
    if quiet:
        click.echo(submission["job_id"])
    elif output == "json" and not staying:
        show_json(submission)
    else:
        position = submission.get("queue_position")
        where = f", position {position}" if position else ""
        text = f"{submission['job_id']} {submission['status']}{where}: {submission.get('message', 'submitted')}"
        click.echo(printable(text), err=staying)
        for note in submission.get("notes", []):
            click.echo(printable(f"note     {note}"), err=staying)


def _stay(
    ctx: click.Context,
    client: SwiftTrainer,
    job_id: str,
    timeout: float | None,
    output: str,
    *,
    quiet: bool,
    with_log: bool,
) -> None:
    with goes_on(ctx, job_id):
        stay = follow if with_log else watch
        job = stay(client, job_id, timeout, reporter_for(job_id, client.clock.now, quiet=quiet))
    conclude(ctx, job, output, to_stderr=with_log or quiet)
