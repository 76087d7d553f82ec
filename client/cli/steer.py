"""`swt stop`, `start`, `export` and `rm`: one verb, told of each job or deployment that is named."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from client.cli.arguments import JobId
from client.cli.connection import Connection
from client.cli.exits import Exit
from client.cli.failure import tell
from client.cli.output import output_option, show_rows
from client.cli.workloads import verbs_for
from client.sdk import ApiError, ConnectionFailed, SwiftTrainer

COLUMNS = {"JOB": "job_id", "STATUS": "status", "MESSAGE": "message"}
Answer = Mapping[str, Any]


def jobs_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument ID..."""
    return click.argument("job_ids", metavar="ID...", nargs=-1, required=True, type=JobId())(command)


@click.command()
@jobs_argument
@output_option
@click.pass_context
def stop(ctx: click.Context, job_ids: tuple[str, ...], output: str) -> None:
    """Stop jobs for good, and deployments with all their replicas.

    A stopped job is cancelled and does not start again; a deployment can be started again.
    """
    _each(ctx, job_ids, output, lambda client, job_id: verbs_for(client, job_id).stop(job_id))


@click.command()
@jobs_argument
@output_option
@click.pass_context
def start(ctx: click.Context, job_ids: tuple[str, ...], output: str) -> None:
    """Release what is held into the queue, and start deployments again that have ended."""
    _each(ctx, job_ids, output, lambda client, job_id: verbs_for(client, job_id).start(job_id))


@click.command()
@jobs_argument
@output_option
@click.pass_context
def export(ctx: click.Context, job_ids: tuple[str, ...], output: str) -> None:
    """Merge and export the models of completed jobs."""
    _each(ctx, job_ids, output, lambda client, job_id: client.jobs.export(job_id))


@click.command()
@jobs_argument
@output_option
@click.pass_context
def rm(ctx: click.Context, job_ids: tuple[str, ...], output: str) -> None:
    """Delete jobs and deployments from the service; running ones are stopped first. Their files stay."""
    _each(ctx, job_ids, output, _delete)


def _delete(client: SwiftTrainer, job_id: str) -> Answer:
    verbs_for(client, job_id).delete(job_id)
    return {"job_id": job_id, "status": "deleted", "message": ""}


def _each(
    ctx: click.Context, job_ids: tuple[str, ...], output: str, verb: Callable[[SwiftTrainer, str], Answer]
) -> None:
    """Do it to each job. One that is refused does not keep the others from it; the first refusal is the exit code."""
    connection: Connection = ctx.obj
    answers: list[Answer] = []
    code = Exit.OK
    with connection.open() as client:
        for job_id in job_ids:
            try:
                answers.append(verb(client, job_id))
            except (ApiError, ConnectionFailed) as exc:
                told = tell(exc)
                code = code or told
                if told is Exit.UNREACHABLE:
                    break
    if answers or output == "json":
        show_rows(answers, COLUMNS, output)
    ctx.exit(code)
