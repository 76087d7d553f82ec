"""Trains with ms-swift as `python -m swift.cli.sft` does, and tells the worker what ms-swift keeps to itself.

Runs in the swift interpreter, from its file: `python -P train_launcher.py sft --model=…`, with what the worker wants to
know in the variable SWIFT_TRAINER_ORDERS (common/swift/programs/training/orders.py).
"""

import importlib.util
import runpy
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

# Not `common.swift`: that interpreter may have a package of its own called `common`.
ENGINE = "swift_trainer_engine"
UNSLOTH = "--tuner_backend=unsloth"


def main(argv: Sequence[str]) -> None:
    """Train; ends as ms-swift ends, or with `training.STOPPED` where it was stopped for what it told."""
    command, *options = argv
    sys.argv = [sys.argv[0], *options]
    if UNSLOTH in options:
        import_module("unsloth")  # it wants to be first, and the hooks import what it changes
    load_engine()
    import_module(f"{ENGINE}.programs.training").install()
    runpy.run_module(f"swift.cli.{command}", run_name="__main__", alter_sys=False)


def load_engine() -> None:
    """Make the folder above this one a package, under a name that nobody else has."""
    folder = Path(__file__).resolve().parents[1]
    spec = importlib.util.spec_from_file_location(
        ENGINE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(str(folder))
    module = sys.modules[ENGINE] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


if __name__ == "__main__":
    main(sys.argv[1:])
