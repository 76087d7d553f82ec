"""Facts of a training, as files that the worker reads while it runs and after it ended, however it ended."""

import json
import os
from pathlib import Path
from typing import Any, NoReturn

from .orders import Orders

ROWS = "rows.json"
FAILURE = "failure.json"
STOPPED = "stopped.json"
STATE = "state.json"
LINKS = "links.json"
# What a training exits with that was stopped for what it told: EX_DATAERR of sysexits.h.
STOPPED_EXIT = 65


def write(orders: Orders, name: str, content: Any) -> None:
    """Write one file whole; who reads it sees the old content or the new."""
    path = Path(orders.facts_dir, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{name}.{os.getpid()}")
    draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8", errors="replace")
    draft.replace(path)


def read(facts_dir: Path, name: str) -> Any:
    """What such a file holds; None where there is none, or where it is no JSON."""
    try:
        return json.loads((facts_dir / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def stop(orders: Orders, reason: str, about: str = "") -> NoReturn:
    """End the training here and now; `reason` is a word of common.reasons, `about` a name. Raises SystemExit."""
    write(orders, STOPPED, {"reason": reason, "about": about})
    raise SystemExit(STOPPED_EXIT)


def is_first_rank() -> bool:
    """Whether this process speaks for all ranks of the training."""
    return int(os.environ.get("RANK") or 0) == 0
