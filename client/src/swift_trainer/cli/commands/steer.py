"""`swt stop`, `start`, `export` and `rm`: one verb, told of each job or deployment that is named."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from swift_trainer.cli.arguments import JobId, KeyValue, data_option
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.exits import Exit
from swift_trainer.cli.failure import tell
from swift_trainer.cli.output import output_option, show_rows
from swift_trainer.cli.workloads import verbs_for
from swift_trainer.sdk import ApiError, ConnectionFailed, SwiftTrainer, is_deployment_id

COLUMNS = {"JOB": "job_id", "STATUS": "status", "MESSAGE": "message"}
Answer = Mapping[str, Any]


def jobs_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument ID..."""
    return click.argument("job_ids", metavar="ID...", nargs=-1, required=True, type=JobId())(command)


@click.command()
@jobs_argument
@click.option("--force", is_flag=True, help="End the record now, though its node does not answer.")
@output_option
@click.pass_context
def stop(ctx: click.Context, job_ids: tuple[str, ...], force: bool, output: str) -> None:
    """Stop jobs for good, and deployments with all their replicas.

    A stopped job is cancelled and does not start again; a deployment can be started again. What is stopped by force
    holds its GPUs until its node has proved that it is gone, or was declared lost: swt nodes lost.
    """
    _each(ctx, job_ids, output, lambda client, job_id: verbs_for(client, job_id).stop(job_id, force=force))


@click.command()
@jobs_argument
@output_option
@click.pass_context
def start(ctx: click.Context, job_ids: tuple[str, ...], output: str) -> None:
    """Release what is held into the queue, and start deployments again that have ended."""
    _each(ctx, job_ids, output, lambda client, job_id: verbs_for(client, job_id).start(job_id))


@click.command()
@jobs_argument
@click.option("--format", "kind", type=click.Choice(["merged", "quantized"]), help="Default: merged.")
@click.option("--method", "quant_method", metavar="NAME", help="awq, gptq, gptq_v2, bnb or fp8: fewer bits.")
@click.option("--bits", "quant_bits", type=click.IntRange(min=1), help="How many; default: 4.")
@data_option("--data", "data_path", "What awq and gptq look at; else what it was trained on. Several: several times.")
@click.option("--checkpoint", metavar="NAME", help="best, last or checkpoint-100; default: what the training took.")
@click.option("--gpus", type=click.IntRange(min=1), help="How many GPUs it gets; default: 1.")
@click.option("--push", "hub_model_id", metavar="OWNER/NAME", help="Put it on a hub, with the token of the node.")
@click.option("--hub", type=click.Choice(["huggingface", "modelscope"]), help="Which; else the node's own.")
@click.option("--public", is_flag=True, help="Let everybody read what is pushed.")
@click.option("--set", "extra_args", type=KeyValue(), multiple=True, help="A further ms-swift option, no dashes.")
@output_option
@click.pass_context
def export(  # noqa: PLR0917 - click passes all by name
    ctx: click.Context,
    /,
    job_ids: tuple[str, ...],
    kind: str | None,
    hub_model_id: str | None,
    hub: str | None,
    public: bool,
    extra_args: tuple[tuple[str, Any], ...],
    output: str,
    **fields: Any,
) -> None:
    """Export the models of completed jobs: merged, of fewer bits, on a hub. Each export is a job of its own."""
    if (hub or public) and not hub_model_id:
        raise click.UsageError("--hub and --public need --push.")
    body = {name: value for name, value in fields.items() if value is not None}
    if kind or fields["quant_method"]:
        body["format"] = kind or "quantized"
    if hub_model_id:
        wishes = {"use_hf": hub == "huggingface"} if hub else {}
        body["push_to_hub"] = {"hub_model_id": hub_model_id, "private": not public, **wishes}
    if extra_args:
        body["extra_args"] = dict(extra_args)
    _each(ctx, job_ids, output, lambda client, job_id: client.jobs.export(job_id, body))


@click.command()
@jobs_argument
@click.option("--files", is_flag=True, help="Have the nodes remove checkpoints, models and logs of trainings, too.")
@output_option
@click.pass_context
def rm(ctx: click.Context, job_ids: tuple[str, ...], files: bool, output: str) -> None:
    """Delete jobs and deployments from the service; what runs is ended behind it. Without --files all files stay."""
    if files and (deployed := [job_id for job_id in job_ids if is_deployment_id(job_id)]):
        raise click.UsageError(f"--files is for trainings; {deployed[0]} is a deployment and has none.")
    _each(ctx, job_ids, output, _delete_with_files if files else _delete)


def _delete(client: SwiftTrainer, job_id: str) -> Answer:
    verbs_for(client, job_id).delete(job_id)
    return {"job_id": job_id, "status": "deleted", "message": ""}


def _delete_with_files(client: SwiftTrainer, job_id: str) -> Answer:
    client.jobs.delete(job_id, files=True)
    return {"job_id": job_id, "status": "deleted", "message": "its nodes remove its files"}


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
