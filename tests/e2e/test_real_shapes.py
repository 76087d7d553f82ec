"""Data in shapes of their own through the whole service with the real ms-swift: all rows are used, and told how."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from client.demo.job import job_body
from swift_trainer.sdk import SwiftTrainer
from tests.e2e.conftest import PHASE_SECONDS
from tests.ports import free_port
from tests.real_stack import RealStack
from tests.shapes.case import Row, turns

pytestmark = pytest.mark.e2e

DEMO = Path(__file__).parents[2] / "client" / "demo"
ROWS = 8
CLOCK = {"type": "function", "function": {"name": "clock", "parameters": {"type": "object", "properties": {}}}}


def _called(number: int) -> list[Row]:
    call = {"id": "c", "type": "function", "function": {"name": "clock", "arguments": "" if number % 2 else "{}"}}
    return [
        *turns(("user", f"time {number}?")),
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "12"},
        *turns(("assistant", f"It is {number}.")),
    ]


def _flat(number: int) -> Row:
    asked = {"id": f"r{number}", "system": "be short", "instruction": f"double {number}", "input": ""}
    return asked | {"chosen": str(2 * number), "rejected": str(3 * number + 1)}


def _lists(number: int) -> Row:
    asked = turns(("user", f"add {number}"))
    return {"chosen": asked + turns(("assistant", "1")), "rejected": asked + turns(("assistant", "2"))}


def _documents(number: int) -> Row:
    return {"query": f"find {number}", "response": f"doc {number}", "rejected_response": ["other", "more"]}


SHAPES: dict[str, tuple[Any, dict[str, Any], str]] = {
    "dpo-flat": (
        _flat,
        {"method": "dpo"},
        (
            "dpo data: chosen is the better answer, rejected the worse one; "
            "the prompt is made of system, instruction, input; not used: id"
        ),
    ),
    "dpo-lists": (
        _lists,
        {"method": "dpo"},
        "dpo data: chosen is the better answer, rejected the worse one; both have the prompt in them",
    ),
    "rerank-flat": (
        _documents,
        {"extra_args": {"task_type": "reranker", "loss_type": "pointwise_reranker"}},
        "reranker data: response fits query, rejected_response does not",
    ),
    "tools": (lambda number: {"tools": [CLOCK], "messages": _called(number)}, {}, ""),
}


@pytest.fixture(scope="module")
def stack(swift_python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    folder = tmp_path_factory.mktemp("stack")
    subprocess.run([swift_python, "-P", DEMO / "make_tiny_model.py", folder / "model"], check=True, capture_output=True)
    for name, (record, _, _) in SHAPES.items():
        lines = (json.dumps(record(number)) + "\n" for number in range(ROWS))
        (folder / f"{name}.jsonl").write_text("".join(lines))
    (folder / "questions.jsonl").write_text('{"query": "a"}\n' * ROWS)
    running = RealStack(folder, free_port(), SWIFT_PYTHON=swift_python, GPU_SLOTS="cpu:2", NODE_TTL_SECONDS=60).start()
    yield running
    running.stop()


def _body(stack: RealStack, name: str, **asked: Any) -> dict[str, Any]:
    body = job_body(str(stack.folder / "model"), str(stack.folder / f"{name}.jsonl"), f"output/{name}")
    extra = {**body["extra_args"], **asked.pop("extra_args", {})}
    small = {"num_epochs": 1, "batch_size": 2, "gradient_accumulation_steps": 1, "logging_steps": 1, "max_length": 1024}
    return {**body, "export": False, **asked, "extra_args": extra, "llm_params": {**body["llm_params"], **small}}


def test_every_row_of_a_known_shape_is_used_and_the_answer_says_what_it_was_taken_for(stack: RealStack) -> None:
    for name, (_, asked, note) in SHAPES.items():
        answer = stack.submit(**_body(stack, name, **asked))
        told = [f"data_path: {stack.folder / name}.jsonl: {note}"] if note else []
        assert [line for line in answer.get("notes", []) if " data: " in line] == told

    for name in SHAPES:
        job = stack.wait_for(name, "completed", timeout=PHASE_SECONDS)
        assert (job["rows_given"], job["rows_used"]) == (ROWS, ROWS)
        assert job["progress_detail"]["max_steps"] == ROWS // 2
        assert SHAPES[name][2] in stack.log_of(name)


def test_several_data_sets_are_joined_and_another_evaluated_on(stack: RealStack) -> None:
    files = {name: stack.folder / f"{name}.jsonl" for name in ("pairs", "turns", "sent", "checked")}
    files["pairs"].write_text('{"instruction": "add", "input": "1", "output": "2"}\n' * ROWS)
    files["turns"].write_text((json.dumps({"messages": turns(("user", "a"), ("assistant", "b"))}) + "\n") * 20)
    files["sent"].write_text('{"query": "a", "response": "b", "system": "be short"}\n' * 3)
    files["checked"].write_text('{"query": "a", "response": "c"}\n' * 4)
    with SwiftTrainer(f"http://127.0.0.1:{stack.port}") as client:
        for name in ("sent", "checked"):
            client.datasets.push(files[name])
    wanted = [str(files["pairs"]), f"{files['turns']}#5", "dataset:sent.jsonl", f"{files['pairs']}#2"]
    body = _body(stack, "several", val_dataset=[f"{files['pairs']}#1", "dataset:checked.jsonl"]) | {"data_path": wanted}

    foretold = stack.http.post("/jobs/validate", json=body).json()
    stack.submit(**body)
    job = stack.wait_for("several", "completed", timeout=PHASE_SECONDS)

    rows = ROWS + 5 + 3 + 2
    assert (job["rows_given"], job["rows_used"], job["rows_dropped"]) == (rows, rows, [])
    assert foretold["steps"]["steps"] == job["progress_detail"]["max_steps"] == rows // 2
    assert [path.partition("@")[0] for path in job["data_path"]] == [*wanted[:2], "dataset:sent.jsonl", wanted[3]]
    saved = json.loads((Path(job["checkpoint_path"]) / "args.json").read_text())
    assert (saved["dataset"][0], saved["dataset"][1], saved["dataset"][3]) == (wanted[0], wanted[1], wanted[3])
    assert (len(saved["dataset"]), len(saved["val_dataset"])) == (4, 2)
    assert "'eval_loss'" in stack.log_of("several")


def test_questions_without_answers_are_refused_with_the_first_of_them(stack: RealStack) -> None:
    answer = stack.http.post("/jobs", json=_body(stack, "questions"))

    assert answer.status_code == 422
    assert "line 1: there is no answer to learn in the columns query" in answer.text
