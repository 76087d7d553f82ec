"""What is told of a new deployment: its id and key, and once it answers, how to ask it."""

import json
import os
from collections.abc import Mapping
from typing import Any

import click

from swift_trainer.cli.connection import Connection
from swift_trainer.cli.output import printable, show_json
from swift_trainer.sdk import ConfigurationError
from swift_trainer.sdk.credentials import API_KEY_VARIABLE, credentials_path, gateway_address, read_all_credentials
from swift_trainer.sdk.shapes import NewDeployment

QUESTION = "What is your name?"


def tell_made(made: NewDeployment, *, quiet: bool, output: str, staying: bool) -> None:
    """What was accepted, with the key of its server: it is not shown again. With `staying`, a document is to come."""
    if quiet:
        click.echo(made["job_id"])
    elif output == "json" and not staying:
        show_json(made)
    else:
        position = made.get("queue_position")
        where = f", position {position}" if position else ""
        text = f"{made['job_id']} {made['status']}{where}: {made.get('message', 'accepted')}"
        click.echo(printable(text), err=staying)
        if output != "json":
            _tell_key(made.get("api_key", ""))


def tell_answering(connection: Connection, seen: Mapping[str, Any]) -> None:
    """Where it answers, and requests to paste."""
    name = str(seen["name"])
    click.echo(printable(f"{seen['job_id']} answers as {name}, version {seen['version']}"))
    click.echo(printable(f"  its server, with the key above: {seen['endpoint']}"))
    try:
        with connection.open_gateway() as gateway:
            url, needs_key = f"{gateway.url}/v1", gateway.has_key
    except ConfigurationError as exc:
        click.echo(printable(f"swt: {exc}"), err=True)
        return
    click.echo(printable(f"  the gateway, for all models: {url}"))
    click.echo()
    for line in examples(name, url, needs_key=needs_key):
        click.echo(line)


def _tell_key(key: str) -> None:
    if key:
        click.echo("its server's own key, for those who do not ask through the gateway; not shown again:", err=True)
        click.echo(printable(key))


def examples(name: str, url: str, *, needs_key: bool) -> list[str]:
    """The same question by swt, by curl and by OpenAI's client. No key is in them."""
    body = json.dumps({"model": name, "messages": [{"role": "user", "content": QUESTION}]})
    header = [f'  -H "Authorization: Bearer ${API_KEY_VARIABLE}" \\'] if needs_key else []
    key = f'os.environ["{API_KEY_VARIABLE}"]' if needs_key else '"none"'
    return [
        f"  swt chat {name} --prompt '{QUESTION}'",
        "",
        *(_export(url) if needs_key else []),
        f"  curl {url}/chat/completions \\",
        *(f"  {line}" for line in header),
        "    -H 'Content-Type: application/json' \\",
        f"    -d '{body}'",
        "",
        "  import os, openai",
        f'  client = openai.OpenAI(base_url="{url}", api_key={key})',
        f'  client.chat.completions.create(model="{name}", messages=[{{"role": "user", "content": "{QUESTION}"}}])',
    ]


def _export(url: str) -> list[str]:
    """How the variable gets the key that `swt` itself finds in its file."""
    if os.environ.get(API_KEY_VARIABLE) or not credentials_path().exists():
        return []
    gateways = [each.gateway for each in read_all_credentials(credentials_path())]
    place = gateways.index(gateway_address(url)) if gateway_address(url) in gateways else 0
    where = f"['others'][{place - 1}]" if place else ""
    read = f"import json; print(json.load(open('{credentials_path()}')){where}['api_key'])"
    return [f'  export {API_KEY_VARIABLE}=$(python3 -c "{read}")']
