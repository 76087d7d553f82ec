"""The `swt` command: its options, its output, its exit codes, and in commands/ the sub commands; what is asked of a
service is in the SDK.

Sub commands, the SDK and rich are imported when they are used: `swt --help` loads click alone.
"""

import io
import sys
from dataclasses import replace

import click

from swift_trainer.cli.connection import Connection
from swift_trainer.cli.lazy import LazyGroup

COMMANDS = {
    "up": ("client.stack.up:up", "Run the whole service on this machine."),
    "migrate": ("client.stack.migrate:migrate", "Bring the store to the version of this release."),
    "demo": ("client.demo.run:demo", "Train, export and ask a tiny model, to see all of it work."),
    "submit": ("swift_trainer.cli.commands.submit:submit", "Submit a job; wait for it or follow it if asked."),
    "check": ("swift_trainer.cli.commands.check:check", "Check a job without submitting it."),
    "deploy": ("swift_trainer.cli.commands.deploy:deploy", "Serve a model; wait until it answers if asked."),
    "chat": ("swift_trainer.cli.commands.chat:chat", "Talk to a model that is served."),
    "ls": ("swift_trainer.cli.commands.ls:ls", "List jobs."),
    "show": ("swift_trainer.cli.commands.show:show", "Show one job or deployment."),
    "logs": ("swift_trainer.cli.commands.logs:logs", "Print the log of a job or deployment; -f follows it."),
    "checkpoints": ("swift_trainer.cli.commands.checkpoints:checkpoints", "List what a training has saved."),
    "events": ("swift_trainer.cli.commands.events:events", "List what happened to a job or deployment."),
    "wait": ("swift_trainer.cli.commands.wait:wait", "Wait for a job to end, or a deployment to answer."),
    "stop": ("swift_trainer.cli.commands.steer:stop", "Stop jobs for good, and deployments."),
    "start": ("swift_trainer.cli.commands.steer:start", "Release held jobs; start deployments again."),
    "export": ("swift_trainer.cli.commands.steer:export", "Merge and export the models of completed jobs."),
    "rm": ("swift_trainer.cli.commands.steer:rm", "Delete jobs and deployments; what runs of them is ended."),
    "deployments": ("swift_trainer.cli.commands.deployments:deployments", "List deployments, or show one."),
    "models": ("swift_trainer.cli.commands.models:models", "List the names that are served, or the versions of one."),
    "rollback": ("swift_trainer.cli.commands.models:rollback", "Let an earlier version of a model answer again."),
    "lineage": ("swift_trainer.cli.commands.lineage:lineage", "Show what a model came from and what became of it."),
    "queue": ("swift_trainer.cli.commands.queue:queue", "List what waits; pause, resume or process the queue."),
    "priority": ("swift_trainer.cli.commands.priority:priority", "Change the priority of a waiting job."),
    "data": ("swift_trainer.cli.commands.data:data", "Upload, list and delete data sets."),
    "keys": ("swift_trainer.cli.commands.keys:keys", "Make, list and revoke API keys."),
    "usage": ("swift_trainer.cli.commands.usage:usage", "Show requests and tokens of API keys and models."),
    "audit": ("swift_trainer.cli.commands.audit:audit", "List who changed what."),
    "doctor": ("swift_trainer.cli.commands.doctor:doctor", "List what is wrong with the service."),
    "prune": (
        "swift_trainer.cli.commands.prune:prune",
        "Forget what is older than the settings say, or see what would go.",
    ),
    "gpus": ("swift_trainer.cli.commands.gpus:gpus", "List GPUs and who uses them."),
    "nodes": ("swift_trainer.cli.commands.nodes:nodes", "List nodes; drain or forget one, or declare it lost."),
}


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="swift-trainer-client", message="%(prog)s %(version)s")
@click.option("--url", metavar="URL", help="Address of the service [env: SWIFT_TRAINER_URL].")
@click.option("--api-key", metavar="KEY", help="API key; the variable keeps it secret [env: SWIFT_TRAINER_API_KEY].")
@click.option("--gateway", metavar="URL", help="Address that models answer at [env: SWIFT_TRAINER_GATEWAY].")
@click.pass_context
def main(ctx: click.Context, url: str | None, api_key: str | None, gateway: str | None) -> None:
    """Train and serve models on a Swift Trainer service.

    Exit codes: 0 done, 1 the job failed, 2 wrong usage, 3 the job was cancelled or stopped, 4 the service refused,
    5 the service cannot be reached or is broken, 124 timed out, 130 interrupted.
    """
    _print_anything()
    ctx.obj = replace(ctx.obj or Connection(), url=url, api_key=api_key, gateway=gateway)


def _print_anything() -> None:
    # Under a Latin-1 locale a log line in Chinese must not end the command.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
