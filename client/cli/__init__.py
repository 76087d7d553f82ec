"""The `swt` command. Sub commands, the SDK and rich are imported when they are used: `swt --help` loads click alone."""

import io
import sys
from dataclasses import replace

import click

from client.cli.connection import Connection
from client.cli.lazy import LazyGroup

COMMANDS = {
    "up": ("client.stack.up:up", "Run the whole service on this machine."),
    "demo": ("client.demo.run:demo", "Train, export and ask a tiny model, to see all of it work."),
    "submit": ("client.cli.submit:submit", "Submit a job; wait for it or follow it if asked."),
    "check": ("client.cli.check:check", "Check a job without submitting it."),
    "ls": ("client.cli.ls:ls", "List jobs."),
    "show": ("client.cli.show:show", "Show one job."),
    "logs": ("client.cli.logs:logs", "Print a job's log; -f follows it."),
    "events": ("client.cli.events:events", "List what happened to a job."),
    "wait": ("client.cli.wait:wait", "Wait for a job to end, with its progress."),
    "stop": ("client.cli.steer:stop", "Stop jobs for good."),
    "start": ("client.cli.steer:start", "Release held jobs."),
    "export": ("client.cli.steer:export", "Merge and export the models of completed jobs."),
    "rm": ("client.cli.steer:rm", "Delete jobs; running ones are stopped first."),
    "queue": ("client.cli.queue:queue", "List what waits; pause, resume or process the queue."),
    "priority": ("client.cli.priority:priority", "Change the priority of a waiting job."),
    "data": ("client.cli.data:data", "Upload, list and delete data sets."),
    "keys": ("client.cli.keys:keys", "Make, list and revoke API keys."),
    "audit": ("client.cli.audit:audit", "List who changed what."),
    "gpus": ("client.cli.gpus:gpus", "List GPUs and who uses them."),
}


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="swift-trainer", message="%(prog)s %(version)s")
@click.option("--url", metavar="URL", help="Address of the service [env: SWIFT_TRAINER_URL].")
@click.option("--api-key", metavar="KEY", help="API key; the variable keeps it secret [env: SWIFT_TRAINER_API_KEY].")
@click.pass_context
def main(ctx: click.Context, url: str | None, api_key: str | None) -> None:
    """Train models on a Swift Trainer service.

    Exit codes: 0 done, 1 the job failed, 2 wrong usage, 3 the job was cancelled, 4 the service refused,
    5 the service cannot be reached or is broken, 124 timed out, 130 interrupted.
    """
    _print_anything()
    ctx.obj = replace(ctx.obj or Connection(), url=url, api_key=api_key)


def _print_anything() -> None:
    # Under a Latin-1 locale a log line in Chinese must not end the command.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
