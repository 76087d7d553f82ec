"""Reads server-sent events: the data of each, as it comes."""

from collections.abc import Iterable, Iterator


def events(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the data of each event. Only newlines end a line: others that Unicode knows may be part of the data."""
    data: list[str] = []
    for line in _lines(chunks):
        if line.startswith(b"data:"):
            data.append(line[5:].decode("utf-8", "replace").removeprefix(" "))
        elif not line and data:
            yield "\n".join(data)
            data = []


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    unfinished = b""
    for chunk in chunks:
        *whole, unfinished = (unfinished + chunk).split(b"\n")
        yield from (line.removesuffix(b"\r") for line in whole)
