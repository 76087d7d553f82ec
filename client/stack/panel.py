"""The panel that `swt up` prints once the stack is ready."""

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from client.stack.prepare import API_KEY_FILE, FLOWER_PASSWORD_FILE
from client.stack.processes import FLOWER_USER
from client.stack.settings import StackSettings


def show(console: Console, settings: StackSettings, swift: str | None) -> None:
    """Print where everything is, and a first request to try."""
    table = Table.grid(padding=(0, 2))
    for label, value in _rows(console, settings, swift):
        table.add_row(f"[bold]{label}[/]", value)
    console.print(Panel(table, title="Swift Trainer is ready", title_align="left", expand=False))
    # Outside the frame, unwrapped: this is for copying.
    console.print("Try it:", style="bold")
    console.print(f"  {first_request(settings)}", soft_wrap=True, markup=False, highlight=False)
    console.print("Ctrl-C stops the service.", style="dim")


def first_request(settings: StackSettings) -> str:
    """A curl command that works as it is and shows no key."""
    url = f"{settings.url}{settings.api_prefix}/training/gpus"
    if not settings.api_key:
        return f"curl {url}"
    key = "$API_KEY" if _key_is_given(settings) else f"$(cat {settings.data_dir / API_KEY_FILE})"
    return f'curl -H "Authorization: Bearer {key}" {url}'


def _rows(console: Console, settings: StackSettings, swift: str | None) -> list[tuple[str, str]]:
    rows = [
        ("API", f"{settings.url}{settings.api_prefix}"),
        ("Models", f"{settings.gateway_url}  (OpenAI-compatible)"),
        ("Docs", f"{settings.url}/docs"),
    ]
    if settings.flower_port is not None:
        password = _secret(console, settings.flower_password, settings, FLOWER_PASSWORD_FILE)
        rows.append(("Flower", f"{settings.flower_url}  ({FLOWER_USER} / {password})"))
    rows += [("API key", _key(console, settings)), ("Data", str(settings.data_dir))]
    rows.append(("ms-swift", swift or "[red]not installed[/]"))
    return rows


def _key(console: Console, settings: StackSettings) -> str:
    if not settings.api_key:
        return "[yellow]none: whoever has an account on this machine may use all of this[/]"
    if _key_is_given(settings):
        return "as given in API_KEY"
    return _secret(console, settings.api_key, settings, API_KEY_FILE)


def _key_is_given(settings: StackSettings) -> bool:
    return bool(settings.environ.get("API_KEY"))


def _secret(console: Console, secret: str, settings: StackSettings, file: str) -> str:
    """On a terminal the secret itself; elsewhere the output is a log, and the file is named instead."""
    return secret if console.is_terminal else f"in {settings.data_dir / file}"
