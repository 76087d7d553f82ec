"""The words that our check knows are those that ms-swift and what it stands on look up."""

import json
import subprocess
from pathlib import Path

import pytest

from common.swift.options.conflicts.schedules import TAKEN
from common.swift.options.words import LOSSES, SCALES, STRATEGIES
from tests.e2e.workers.conftest import Bench

pytestmark = pytest.mark.e2e

SCRIPT = Path(__file__).with_name("look_up_words.py")


def test_words_that_are_looked_up_late_are_there(bench: Bench) -> None:
    joined = ["last_round+hermes+ignore_empty_think", "react", "hermes+qwen"]
    asked = {"losses": LOSSES, "scales": [*STRATEGIES, *SCALES, *joined], "schedules": TAKEN}

    done = subprocess.run(
        [bench.python, str(SCRIPT), json.dumps(asked)],
        env=bench.environments(1)[0] | {"HF_HUB_OFFLINE": "1"},
        cwd=bench.folder,
        capture_output=True,
        text=True,
        check=True,
    )

    told = json.loads(done.stdout.splitlines()[-1])
    assert told["words"] == [*STRATEGIES, *SCALES]
    assert told["losses"] == {method: [] for method in LOSSES}
    assert told["schedules"] == {schedule: [] for schedule in TAKEN}
