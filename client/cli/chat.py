"""`swt chat`."""

import click

from client.cli.connection import Connection
from client.cli.conversation import Conversation, print_answer, talk
from client.cli.exits import Exit
from client.cli.plain import printable
from client.sdk import Gateway


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
        _refuse_unknown(ctx, gateway, model)
        conversation = Conversation(gateway, model, options, system)
        if prompt is None:
            ctx.exit(talk(conversation))
        print_answer(conversation, prompt)


def _refuse_unknown(ctx: click.Context, gateway: Gateway, model: str) -> None:
    """Before the first question is typed. The gateway's list has the models that answer now."""
    names = gateway.models()
    if model in names:
        return
    click.echo(printable(f"swt: no model {model!r} answers at {gateway.url}"), err=True)
    if names:
        click.echo(printable(f"  these do: {', '.join(names)}"), err=True)
    else:
        click.echo("  nothing does: serve one with swt deploy MODEL --wait", err=True)
    click.echo("  what was deployed, and why it does not answer: swt deployments", err=True)
    ctx.exit(Exit.REFUSED)
