"""Tracebacks as Python prints them, read back: by the ranks of a training and by processes that died of C++, too."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from workers.swift.failures.chain import Chain, Raised

MESSAGE_MAX_LINES = 12
_PREFIX = re.compile(r"\[rank\d+\]: ?")
_BEGIN = re.compile(r"(^|\] ?|\s)Traceback \(most recent call last\):$")
_FRAME = re.compile(r'\s*File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<function>.+)')
_EXCEPTION = re.compile(r"(?P<kind>(\w+\.)*[A-Z]\w*|\w+\.error)(: (?P<message>.*)|:?)$")
# Functions of ms-swift that catch what a row raises, tell it and go on without the row.
_LEAVES_OUT = re.compile(r"^(batched_preprocess|__getitem__)$")
_FAILS = re.compile(r"(Error|Exception|Interrupt)$")
_LINKS = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)
# What stands below a message that is not of it: a blank line, the log going on, a progress bar.
_BELOW = re.compile(r"$|\[[A-Z]+[:\]]|.*\d+%\|")
_TERMINATED = re.compile(r"terminate called after throwing an instance of '(?P<kind>[\w:]+)'")
_WHAT = re.compile(r"\s*what\(\):\s+(?P<message>.*)")
# Exceptions that carry the traceback of another process as their text, behind a first line of their own.
_CARRIERS = re.compile(r"RemoteTraceback$|^RayTaskError")
_CAUGHT = re.compile(r"Caught [\w.]+ in .+ process \d+\.\nOriginal Traceback")


def chain_in(lines: Sequence[str]) -> Chain:
    """The last chain of exceptions in these lines of a log; none where there is none."""
    plain = _plain(lines)
    groups = _groups(plain)
    return unfolded(groups[-1]) if groups else _terminated(plain) or _last_line(plain)


def left_out_for(lines: Sequence[str]) -> str:
    """Why ms-swift left out the last of the rows that it left out with a traceback in its log."""
    before_the_end = _groups(_plain(lines))[:-1]
    told = [group for group in before_the_end if any(_LEAVES_OUT.match(frame[2]) for frame in group[0].frames)]
    return told[-1][0].said if told else ""


def unfolded(chain: Chain) -> Chain:
    """The chain with the exceptions of other processes in place of the texts that carry them."""
    links: list[Raised] = []
    for raised in chain:
        inner = chain_in(raised.message.split("\n")) if _carries(raised) else ()
        # The outermost of the other process is the one that was raised again in this one.
        if inner and links and links[-1].name == inner[0].name:
            links[-1] = replace(links[-1], frames=links[-1].frames + inner[0].frames)
            links += inner[1:]
        elif inner:
            links += inner
        else:
            links.append(raised)
    return tuple(links)


def _carries(raised: Raised) -> bool:
    return bool(_CARRIERS.search(raised.name) or _CAUGHT.match(raised.message))


def _plain(lines: Sequence[str]) -> list[str]:
    return [_PREFIX.sub("", line.rstrip()) for line in lines]


def _groups(lines: Sequence[str]) -> list[Chain]:
    groups: list[Chain] = []
    for block in _blocks(lines):
        if block.is_linked and groups:
            groups[-1] = (block.raised, *groups[-1])
        else:
            groups.append((block.raised,))
    return groups


@dataclass(slots=True)
class _Block:
    """A traceback being read. `is_linked` to the one before it, which it came of."""

    is_linked: bool
    raised: Raised = field(default_factory=lambda: Raised(""))


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    at, is_linked = 0, False
    while at < len(lines):
        line, at = lines[at].strip(), at + 1
        if line in _LINKS:
            is_linked = True
        elif _BEGIN.search(line):
            raised, at = _read(lines, at)
            if raised:
                yield _Block(is_linked, raised)
            is_linked = False


def _read(lines: Sequence[str], at: int) -> tuple[Raised | None, int]:
    """The exception below this traceback's first line, and where the next may begin."""
    frames: list[tuple[str, int, str]] = []
    for index in range(at, len(lines)):
        line = lines[index]
        if found := _FRAME.match(line):
            frames.append((found["file"], int(found["line"]), found["function"]))
        elif line in _LINKS or _BEGIN.search(line):
            return None, index
        elif frames and not line.startswith(" ") and (found := _EXCEPTION.match(line)):
            message = [found["message"] or "", *_more_of(lines, index + 1)]
            return Raised(found["kind"], "\n".join(message), tuple(frames)), index + len(message)
    return None, len(lines)


def _more_of(lines: Sequence[str], at: int) -> Iterator[str]:
    """The other lines of a message."""
    for line in lines[at : at + MESSAGE_MAX_LINES]:
        if line in _LINKS or _BELOW.match(line) or _BEGIN.search(line):
            return
        yield line


def _terminated(lines: Sequence[str]) -> Chain:
    for index in range(len(lines) - 1, -1, -1):
        if found := _TERMINATED.search(lines[index]):
            what = _WHAT.match(lines[index + 1]) if index + 1 < len(lines) else None
            message = [what["message"], *_more_of(lines, index + 2)] if what else []
            return (Raised(found["kind"].replace("::", "."), "\n".join(message)),)
    return ()


def _last_line(lines: Sequence[str]) -> Chain:
    """An exception of which only the last line was printed."""
    last = next((line for line in reversed(lines) if line.strip()), "")
    found = _EXCEPTION.match(last)
    return (Raised(found["kind"], found["message"] or ""),) if found and _FAILS.search(found["kind"]) else ()
