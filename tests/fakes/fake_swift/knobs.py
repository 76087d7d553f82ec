"""How a fake run behaves: MODEL/fake.json, or the key "fake" in the data set's first record."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Knobs:
    """The defaults are a run of a second that goes well.

    `fail_at_step` raises there (`oom`: for memory); `stop_at_step` ends there with 0, as a graceful stop does;
    `hang_at_step` sleeps there until it is killed, `wait_at_step` until there is a file MODEL/go; `nan_at` makes the
    loss NaN from there on, logged as 0.0; `lingers` does not end behind its last line;
    `best_at_step` evaluates each time it saves, best at that step;
    `exit_code` is the code after a whole run; `escape_child` leaves a process in a session of its own that ignores
    TERM; `hidden_child` one that nothing marks (no environment, its parent gone) with its pid in MODEL/hidden;
    `traced` leaves traces of each start and end (traces.py); `log_megabytes` floods the log first; `save_steps` and
    `logging_steps` come from the options.
    `summary_megabytes` makes the last line of logging.jsonl that long, as thousands of logged steps do; `odd_lines` are
    lines (one byte a character) that stand in it `odd_times` each before the first step; `truncate_at_step` empties the
    log and logging.jsonl there, as copytruncate does.

    `rows_given` and `rows_used` are what the launcher of trainings tells of the data, the others being too long; too
    few end it. `nothing_learned` ends it so. `tracked_at` is where mlflow has its run, `tracker_fails` why wandb
    has none.

    A server: `never_ready` loads for ever, `loads_until_go` until there is a file MODEL/go; `fail_at_start` ends with a
    traceback instead of listening (`oom`: for memory); `die_after_seconds` of serving ends it with `exit_code` or 1;
    `hang_after_requests` answers so many POSTs and then nothing any more, health neither; it also hangs while
    MODEL/hang or MODEL/hang-<port> exists. `served_name` is a wrong name to answer to; `wrong_port` listens on the next
    free one; `seconds_per_token` slows answers down; `has_engines` has vLLM and the others, which are otherwise not
    installed.
    """

    start_seconds: float = 0.05
    steps: int = 20
    seconds_per_step: float = 0.05
    exit_code: int = 0
    fail_at_step: int = 0
    stop_at_step: int = 0
    hang_at_step: int = 0
    wait_at_step: int = 0
    nan_at: int = 0
    best_at_step: int = 0
    oom: bool = False
    ignore_term: bool = False
    escape_child: bool = False
    hidden_child: bool = False
    traced: bool = False
    rows_given: int = 0
    rows_used: int = 0
    nothing_learned: bool = False
    tracked_at: str = ""
    tracker_fails: str = ""
    log_megabytes: float = 0
    lingers: bool = False
    summary_megabytes: float = 0
    odd_lines: tuple[str, ...] = ()
    odd_times: int = 1
    truncate_at_step: int = 0
    no_checkpoint: bool = False
    torn_checkpoint: bool = False
    export_seconds: float = 0.05
    export_exit_code: int = 0
    export_incomplete: bool = False
    quantize_seconds: float = 0.05
    quantize_exit_code: int = 0
    never_ready: bool = False
    loads_until_go: bool = False
    fail_at_start: bool = False
    die_after_seconds: float = 0
    hang_after_requests: int = 0
    served_name: str = ""
    wrong_port: bool = False
    seconds_per_token: float = 0
    has_engines: bool = False


def read_knobs(model: str, dataset: str) -> Knobs:
    """Unknown knobs are a mistake in a test, so they raise."""
    return Knobs(**(_of_dataset(Path(dataset)) | _of_model(Path(model) / "fake.json")))


def _of_model(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _of_dataset(path: Path) -> dict[str, Any]:
    if path.suffix != ".jsonl" or not path.is_file():
        return {}
    with path.open(encoding="utf-8") as file:
        first = file.readline()
    knobs = json.loads(first).get("fake", {}) if first.startswith("{") else {}
    assert set(knobs) <= {field.name for field in fields(Knobs)}, f"unknown knobs: {knobs}"
    return knobs
