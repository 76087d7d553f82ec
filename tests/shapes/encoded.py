"""Rows as ms-swift encoded them, in the few words in which cases expect them."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.e2e.workers.conftest import Bench
from tests.shapes.case import Case, Row, write_records
from workers.attempts.launch import TRAIN_LAUNCHER

SCRIPT = Path(__file__).parents[1] / "e2e" / "workers" / "encode_rows.py"
TURN = re.compile(r"<\|im_start\|>(\w+)\n(.*?)(?:<\|im_end\|>\n?|$)", re.DOTALL)
END = re.compile(r"<\|im_end\|>\n?")
DEFAULT_SYSTEM = "system: You are a helpful assistant."


def encoded(bench: Bench, folder: Path, cases: list[Case]) -> list[Any]:
    """What of the records reaches the model, case by case."""
    asked = []
    for number, case in enumerate(cases):
        path = folder / f"{number}{case.ending}"
        write_records(path, case.records)
        asked.append({"name": str(number), "method": case.method, "extra": case.extra, "path": str(path)})
    done = subprocess.run(
        [bench.python, str(SCRIPT), str(bench.model), str(TRAIN_LAUNCHER)],
        env=bench.environments(1)[0],
        cwd=folder,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(done.stdout.splitlines()[-1])
    found = [answers[str(number)] for number in range(len(cases))]
    return [_rows(rows) if isinstance(rows, list) else rows for rows in found]


def _rows(rows: list[Row]) -> list[Row]:
    return [{name.removesuffix("input_ids"): _plain(name, value) for name, value in row.items()} for row in rows]


def _plain(name: str, value: Any) -> Any:
    if name.endswith("input_ids"):
        return [_turns(text) for text in value] if isinstance(value, list) else _turns(value)
    return "|".join(END.split(value)).removesuffix("|") if isinstance(value, str) else value


def _turns(text: str) -> list[str]:
    turns = [f"{role}: {content}" for role, content in TURN.findall(text)]
    # What a vector or a class is made of has no answer behind it.
    return [turn for turn in turns if turn not in {DEFAULT_SYSTEM, "assistant: "}]
