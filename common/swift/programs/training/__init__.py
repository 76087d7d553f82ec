"""Hooks into a training, in ms-swift's own process: what it leaves out, why it ends, what it can go on
from; what the worker makes of that is in workers/outputs and workers/swift.

Relative imports and the standard library only; ms-swift, and what it brings, are imported late.
"""

import logging
from collections.abc import Callable

from . import failure, links, orders, reading, resuming, rows, shaping, tracking, weights

HOOKS: tuple[tuple[str, Callable[[orders.Orders], None]], ...] = (
    ("failure", failure.install),
    ("links", links.install),
    ("reading", reading.install),
    ("rows", rows.install),
    ("shaping", shaping.install),
    ("resuming", resuming.install),
    ("tracking", tracking.install),
    ("weights", weights.install),
)


def install() -> None:
    """Let each hook take its place; one that this release of ms-swift has no place for is told and left out."""
    given = orders.take_orders()
    if given is None:
        return
    for name, hook in HOOKS:
        try:
            hook(given)
        except Exception:  # what it would have told is missed; the training is not
            logging.getLogger(__name__).warning("the hook %s found no place in this ms-swift", name, exc_info=True)
