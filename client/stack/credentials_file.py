"""The file in which `swt` finds the services of this account: of all stacks that run, none takes it from another."""

import fcntl
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from client.stack.secrets_file import write_private
from swift_trainer.sdk.credentials import (
    Credentials,
    credentials_path,
    dump_credentials,
    is_loopback,
    read_all_credentials,
)
from swift_trainer.sdk.errors import ConfigurationError

SERVICES_MAX = 20
ANSWER_SECONDS = 1.0


def answers(url: str) -> bool:
    """Whether a stack listens there, on this machine."""
    parts = urlsplit(url)
    if not is_loopback(url):
        return False
    try:
        with socket.create_connection((parts.hostname, parts.port or 80), ANSWER_SECONDS):
            return True
    except OSError:
        return False


def remember_credentials(mine: Credentials, is_up: Callable[[str], bool] = answers) -> str:
    """Write where `swt` looks for this service; returns the address of the one that it asks where none is named.

    That is this one, unless another stack, which was there first, still runs.
    """
    with _held() as path:
        saved = _saved(path)
        others = [each for each in saved if each.url != mine.url]
        is_second = bool(others) and saved[0].url != mine.url and is_up(saved[0].url)
        return _write(path, [others[0], mine, *others[1:]] if is_second else [mine, *others])


def hand_over(url: str, is_up: Callable[[str], bool] = answers) -> None:
    """This service has ended: another that runs is the one that `swt` asks; it is still found by its address."""
    with _held() as path:
        saved = _saved(path)
        if saved and saved[0].url == url and (heir := next((each for each in saved[1:] if is_up(each.url)), None)):
            _write(path, [heir, *(each for each in saved if each != heir)])


@contextmanager
def _held() -> Iterator[Path]:
    """The file, while no other stack changes it."""
    path = credentials_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path


def _saved(path: Path) -> list[Credentials]:
    """What makes no sense is replaced."""
    try:
        return read_all_credentials(path)
    except ConfigurationError:
        return []


def _write(path: Path, services: Sequence[Credentials]) -> str:
    write_private(path, dump_credentials(services[:SERVICES_MAX]))
    return services[0].url
