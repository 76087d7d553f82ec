"""Loads files as ms-swift loads them in a training of ours; prints what came of each. Runs in the swift interpreter:
`python -P read_data.py <file of the launcher> <with hook: 0 or 1> <file> ...`.
"""

import importlib.util
import json
import logging
import sys
from importlib import import_module
from pathlib import Path


def main(launcher: str, hooked: str, files: list[str]) -> None:
    spec = importlib.util.spec_from_file_location("train_launcher", launcher)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.load_engine()
    if hooked == "1":
        training = import_module(f"{module.ENGINE}.programs.training")
        training.reading.install(training.orders.Orders(facts_dir=""))
    logging.disable(logging.CRITICAL)
    print("\n" + json.dumps({Path(file).name: loaded(file) for file in files}))


def loaded(file: str) -> dict[str, object]:
    from swift.dataset import load_dataset

    try:
        rows, _ = load_dataset([file], num_proc=1)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {
        "rows": len(rows),
        "first": [turn["content"] for turn in (rows[0].get("messages") or [])] if len(rows) else [],
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
