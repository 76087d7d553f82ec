"""`swt deploy`."""

from typing import Any

import click

from swift_trainer.cli.arguments import KeyValue, TextPair, timeout_option
from swift_trainer.cli.bodies import Pairs, deploy_body
from swift_trainer.cli.connection import Connection
from swift_trainer.cli.deployed import tell_answering, tell_made
from swift_trainer.cli.exits import BY_STATUS, Exit
from swift_trainer.cli.output import output_option, show_json
from swift_trainer.cli.progress import reporter_for
from swift_trainer.cli.watch import conclude, goes_on, watch
from swift_trainer.sdk import SwiftTrainer
from swift_trainer.sdk.shapes import NewDeployment


@click.command()
@click.argument("model_path", metavar="MODEL")
@click.option("--name", metavar="NAME", help="What clients ask for; else the training's id or the folder's name.")
@click.option("--version", metavar="VERSION", help="v1, v2, ... otherwise. A new one takes over when it answers.")
@click.option("--description", metavar="TEXT", help="What it is for, whom to ask: for those who read it.")
@click.option("--checkpoint", metavar="NAME", help="best, last or checkpoint-100; default: what the training took.")
@click.option("--type", "deploy_type", type=click.Choice(["llm", "mllm"]), help="Language or multimodal model.")
@click.option("--gpus", type=click.IntRange(min=1), help="How many GPUs each replica needs.")
@click.option("--gpu-memory", metavar="SIZE", help="A part of one GPU, like 16GB, that it may share with others.")
@click.option("--memory", metavar="SIZE", help="Main memory, like 8GB; k8s and cloud set it aside.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port it has to have; else one of the node's range.")
@click.option("--priority", type=click.IntRange(0, 10), help="10 goes first; the default is 0.")
@click.option("--backend", "infer_backend", metavar="NAME", help="transformers (default), vllm, sglang or lmdeploy.")
@click.option("--adapter", "adapters", type=TextPair(), multiple=True, help="A further name, with its adapter: a=path.")
@click.option("--replicas", type=click.IntRange(min=1), help="How many servers; the gateway spreads over them.")
@click.option("--max-model-len", type=click.IntRange(min=1), help="Longest prompt and answer together, in tokens.")
@click.option("--set", "extra_args", type=KeyValue(), multiple=True, help="A further ms-swift option, no dashes.")
@click.option("--target", "deploy_target", type=click.Choice(["local", "k8s", "cloud"]), help="Where; default: local.")
@click.option("--platform", type=KeyValue(), multiple=True, help="An option of k8s or cloud, like namespace=models.")
@click.option("--hold", is_flag=True, help="Keep it until `swt start`.")
@click.option("--idempotency-key", metavar="KEY", help="Asking again with the same key makes no second deployment.")
@click.option("-q", "--quiet", is_flag=True, help="Print the deployment's id and nothing else.")
@click.option("--wait", "wait_until_it_answers", is_flag=True, help="Wait until it answers; exit with 0 only then.")
@timeout_option
@output_option
@click.pass_context
def deploy(  # noqa: PLR0917 - click passes all by name
    ctx: click.Context,
    /,
    model_path: str,
    gpu_memory: str | None,
    memory: str | None,
    adapters: Pairs,
    extra_args: Pairs,
    platform: Pairs,
    hold: bool,
    idempotency_key: str | None,
    quiet: bool,
    wait_until_it_answers: bool,
    timeout: float | None,
    output: str,
    **fields: Any,
) -> None:
    """Serve MODEL: a training job's id, a folder on the nodes or a hub id.

    With --wait, progress is shown until it answers (the first of several replicas), then how to ask it.
    """
    if hold and wait_until_it_answers:
        raise click.UsageError("--hold keeps it from starting: it does not go with --wait.")
    if timeout is not None and not wait_until_it_answers:
        raise click.UsageError("--timeout needs --wait.")
    resources = {"gpu_memory": gpu_memory, "memory": memory}
    maps = {"adapters": adapters, "extra_args": extra_args, "platform": platform}
    body = deploy_body(model_path, fields, resources, maps, hold=hold)
    connection: Connection = ctx.obj
    with connection.open() as client:
        made = client.deployments.create(body, idempotency_key)
        tell_made(made, quiet=quiet, output=output, staying=wait_until_it_answers)
        if wait_until_it_answers:
            _stay(ctx, client, made, timeout, output, quiet=quiet)


def _stay(
    ctx: click.Context, client: SwiftTrainer, made: NewDeployment, timeout: float | None, output: str, *, quiet: bool
) -> None:
    job_id = made["job_id"]
    with goes_on(ctx, job_id):
        seen = watch(client, job_id, timeout, reporter_for(job_id, client.clock.now, quiet=quiet))
    if quiet:
        ctx.exit(BY_STATUS[seen["status"]])
    if output == "json":
        show_json({**seen, "api_key": made.get("api_key")})
        ctx.exit(BY_STATUS[seen["status"]])
    if BY_STATUS[seen["status"]] is not Exit.OK:
        conclude(ctx, seen)
    tell_answering(ctx.obj, seen)
