"""How much of a text's end could be the beginning of something that ends or begins what is told."""

_HALF_LEAST = 3


def overlap(text: str, *marks: str) -> int:
    """The most characters at the end of the text that a mark begins with, short of a whole mark."""
    longest = min(max(map(len, marks), default=0) - 1, len(text))
    return next((size for size in range(longest, 0, -1) if _begins(marks, text[-size:])), 0)


def half_mark(text: str, mark: str) -> int:
    """The same of one mark that was begun for certain: fewer than three characters are as likely a text's own."""
    begun = overlap(text, mark)
    return begun if begun >= _HALF_LEAST else 0


def _begins(marks: tuple[str, ...], text: str) -> bool:
    return any(mark.startswith(text) and mark != text for mark in marks)
