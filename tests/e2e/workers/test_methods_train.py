"""Every training method runs in the installed ms-swift, on data that the service accepts for it."""

import json
from pathlib import Path
from typing import Any

import pytest

from common.swift.command.command import train_command
from common.swift.inputs import check_data_path, judge_for
from common.swift.options import METHODS, check_options, nearest_catalog
from tests.e2e.workers.conftest import Bench, tiny_spec
from workers.swift.artefacts import last_checkpoint
from workers.swift.results import read_train_result

pytestmark = pytest.mark.e2e

STEPS = 2
TURNS = [{"role": "user", "content": "Are you large?"}, {"role": "assistant", "content": "No, I am tiny."}]
OTHER = [TURNS[0], {"role": "assistant", "content": "Yes, very."}]
PAIR = {"messages": TURNS, "rejected_response": "Yes, very."}
WORSE = {"messages": TURNS, "rejected_messages": OTHER}
RECORDS: dict[str, list[dict[str, Any]]] = {
    "sft": [{"query": "Who are you?", "response": "Swifty."}, {"query": "Are you large?", "response": "No."}],
    "pt": [{"messages": [{"role": "assistant", "content": "the trainer waits for a free GPU"}]}],
    "dpo": [PAIR],
    "orpo": [PAIR],
    "simpo": [WORSE],
    "cpo": [PAIR],
    "rm": [PAIR],
    "kto": [{"messages": TURNS, "label": True}, {"messages": OTHER, "label": False}],
    "grpo": [{"messages": TURNS[:1], "solution": "tiny"}],
    "gkd": [{"messages": TURNS}],
}
SHORT = {"max_steps": STEPS, "report_to": ["none"]}
EXTRA: dict[str, dict[str, Any]] = {
    "grpo": {"reward_funcs": ["format"], "num_generations": 2, "max_completion_length": 8},
    "gkd": {"max_completion_length": 8},
}


def test_every_method_trains_on_its_own_kind_of_record(bench: Bench, tmp_path: Path) -> None:
    commands = [_command(bench, tmp_path, method) for method in METHODS]

    codes = dict(zip(METHODS, bench.warm.run(commands), strict=True))

    assert codes == dict.fromkeys(METHODS, 0), _logs(tmp_path, codes)
    steps = {method: read_train_result(tmp_path / method, SHORT).global_step for method in METHODS}
    assert steps == dict.fromkeys(METHODS, STEPS)
    assert all(last_checkpoint(tmp_path / method) for method in METHODS)


def _command(bench: Bench, folder: Path, method: str) -> dict[str, Any]:
    extra = SHORT | EXTRA.get(method, {}) | ({"teacher_model": str(bench.model)} if method == "gkd" else {})
    spec = tiny_spec({"batch_size": 2}, method=method, extra_args=extra)
    assert check_options(method, spec.training.params, spec.extra_args, nearest_catalog("4.6.0")) == []
    data = folder / f"{method}.jsonl"
    data.write_text("".join(json.dumps(record) + "\n" for record in RECORDS[method] * 8))
    assert check_data_path(data, judge=judge_for(method, spec.extra_args)) == []
    context = bench.context(folder / method, data_paths=(str(data),), resolved={str(bench.model): str(bench.model)})
    return {"argv": train_command(spec, context), "log": str(folder / f"{method}.log")}


def _logs(folder: Path, codes: dict[str, int]) -> str:
    failed = [method for method, code in codes.items() if code]
    return "\n".join(f"{method}: {(folder / f'{method}.log').read_text()[-1500:]}" for method in failed)
