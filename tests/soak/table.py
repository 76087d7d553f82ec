"""The counts as a table."""

from collections.abc import Mapping

from tests.soak.verdict import Counts

COLUMNS = ("rounds", "accepted", "lost", "twice", "leaked", "wrong", "audit", "exits")


def table(found: Mapping[str, Counts]) -> str:
    """One line for each kind, and what was wrong below it."""
    lines = [f"{'kind':<16}" + "".join(f"{name:>10}" for name in (*COLUMNS, "seconds"))]
    for kind, counts in found.items():
        figures = [_figure(getattr(counts, name)) for name in COLUMNS]
        lines.append(f"{kind:<16}" + "".join(f"{figure:>10}" for figure in figures) + f"{counts.seconds:>10.0f}")
    details = [f"  {kind}: {text}" for kind, counts in found.items() for text in [*counts.bad(), *counts.exits]]
    return "\n".join([*lines, *details])


def _figure(value: int | list[str]) -> int:
    return value if isinstance(value, int) else len(value)
