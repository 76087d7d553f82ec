"""What the launcher of trainings does beside ms-swift: counts rows, as the knobs say, and keeps a state, really."""

import importlib
import importlib.util
import json
import os
from pathlib import Path
from typing import Any

from fake_swift.knobs import Knobs

STOPPED_EXIT = 65


# Where the launcher lies that this run was started by, if it was.
launcher: list[str] = []


def keep_state(checkpoint: str) -> None:
    """By the launcher's own hands, where it was ordered to."""
    if not launcher or not _orders().get("keep_state"):
        return
    spec = importlib.util.spec_from_file_location("train_launcher", launcher[0])
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    program.load_engine()
    importlib.import_module(f"{program.ENGINE}.programs.training.kept_state").keep(Path(checkpoint))


def _orders() -> dict[str, Any]:
    return json.loads(os.environ.get("SWIFT_TRAINER_ORDERS") or "{}")


def tell_rows(knobs: Knobs, dataset: str) -> int:
    """The exit code where that ends the training; else 0."""
    orders = _orders()
    if not orders or not (knobs.rows_given or knobs.nothing_learned):
        return 0
    folder = Path(orders["facts_dir"])
    folder.mkdir(exist_ok=True)
    if knobs.rows_given:
        (folder / "rows.json").write_text(json.dumps(_rows(knobs, dataset)))
    if knobs.nothing_learned:
        return _stop(folder, "nothing_learned")
    if knobs.rows_used < orders["min_rows_used"] * knobs.rows_given:
        return _stop(folder, "data_dropped")
    return 0


def tell_links(knobs: Knobs) -> None:
    """Where its trackers have the run."""
    orders = _orders()
    if not orders or not (knobs.tracked_at or knobs.tracker_fails):
        return
    folder = Path(orders["facts_dir"])
    folder.mkdir(exist_ok=True)
    links = {"mlflow": knobs.tracked_at} if knobs.tracked_at else {}
    failed = {"wandb": knobs.tracker_fails} if knobs.tracker_fails else {}
    (folder / "links.json").write_text(json.dumps({"links": links, "failed": failed}))


def _rows(knobs: Knobs, dataset: str) -> dict[str, Any]:
    unused = knobs.rows_given - knobs.rows_used
    first = [{"source": dataset, "row": row, "why": "MaxLengthError: too long"} for row in range(1, min(unused, 5) + 1)]
    dropped = [{"cause": "too_long", "count": unused, "first": first}] if unused else []
    return {"given": knobs.rows_given, "used": knobs.rows_used, "is_final": True, "dropped": dropped}


def _stop(folder: Path, reason: str) -> int:
    (folder / "stopped.json").write_text(json.dumps({"reason": reason}))
    return STOPPED_EXIT
