"""What cannot be read in a file of data: where, and why."""

EXCERPT_CHARACTERS = 80


class Unreadable(Exception):
    """A file, or a place in it, that ms-swift could not read. `where` is such as `line 12`, empty of the whole file."""

    def __init__(self, why: str, where: str = "") -> None:
        super().__init__(f"{where}: {why}" if where else why)
        self.why = why
        self.where = where


def excerpt(text: str) -> str:
    """The beginning of a text, for a message."""
    text = text[: 4 * EXCERPT_CHARACTERS].strip()
    return text if len(text) <= EXCERPT_CHARACTERS else f"{text[:EXCERPT_CHARACTERS]}…"
