"""`swt chat`."""

import click

from swift_trainer.cli.connection import Connection
from swift_trainer.cli.conversation import Conversation, print_answer, talk
from swift_trainer.cli.exits import Exit
from swift_trainer.cli.output import printable
from swift_trainer.sdk import Gateway
from swift_trainer.sdk.transport import Clock

# In which a gateway hears of a server that answers.
NEWS_SECONDS = 2.0
POLL_SECONDS = 0.25


@click.command()
@click.argument("model")
@click.option("--system", metavar="TEXT", help="What the model is told before all else.")
@click.option("--prompt", metavar="TEXT", help="Ask this one thing, print the answer and end.")
@click.option("--temperature", type=click.FloatRange(min=0), help="0 answers the same each time.")
@click.option("--max-tokens", type=click.IntRange(min=1), help="Longest answer.")
@click.pass_context
def chat(
    ctx: click.Context,
    /,
    model: str,
    *,
    system: str | None,
    prompt: str | None,
    temperature: float | None,
    max_tokens: int | None,
) -> None:
    """Talk to MODEL, a name that `swt models` lists, through the gateway.

    Without --prompt each line is a turn, and the model is told what was said before. Ctrl-C stops an answer, Ctrl-D
    ends the conversation.
    """
    given = {"temperature": temperature, "max_tokens": max_tokens}
    options = {name: value for name, value in given.items() if value is not None}
    connection: Connection = ctx.obj
    with connection.open_gateway() as gateway:
        names = _names(gateway, connection.settings.get("clock") or Clock(), model)
        if model not in names:
            _tell_unknown(gateway.url, model, names)
            ctx.exit(Exit.REFUSED)
        conversation = Conversation(gateway, model, options, system)
        if prompt is None:
            ctx.exit(talk(conversation))
        print_answer(conversation, prompt)


def _names(gateway: Gateway, clock: Clock, model: str) -> list[str]:
    """The models that answer now, before the first question is typed; one that has just come up is waited for."""
    looks = int(NEWS_SECONDS / POLL_SECONDS)
    while model not in (names := gateway.models()) and looks > 0:
        looks -= 1
        clock.sleep(POLL_SECONDS)
    return names


def _tell_unknown(url: str, model: str, names: list[str]) -> None:
    click.echo(printable(f"swt: no model {model!r} answers at {url}"), err=True)
    if names:
        click.echo(printable(f"  these do: {', '.join(names)}"), err=True)
    else:
        click.echo("  nothing does: serve one with swt deploy MODEL --wait", err=True)
    click.echo("  what was deployed, and why it does not answer: swt deployments", err=True)
