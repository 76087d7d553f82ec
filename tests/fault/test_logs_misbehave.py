"""What a training writes, and what becomes of it, ends no training and holds up no end."""

import json
import os
from pathlib import Path

import pytest

from tests.fault.phases import output_folder, phase_file
from tests.fault.redis_refusals import FULL, refusing
from tests.fault.test_processes_die import assert_told_whole, let_go_on, train
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault


def test_a_long_training_ends(stack: RealStack) -> None:
    """The last line of its logging.jsonl holds all that it ever logged."""
    stack.submit(**fake_inputs(stack.folder, steps=3, summary_megabytes=3), output_dir="output/job")

    job = stack.wait_for("job", "completed")

    assert job["progress_detail"]["step"] == 3
    last = json.loads(stack.redis_client().lindex("st:job:job:metrics", -1))
    assert last["last_model_checkpoint"] == job["checkpoint_path"]
    assert {gpu["status"] for gpu in stack.get("/gpus")["gpus"]} == {"free"}


def test_lines_of_any_number_and_content_end_no_training(stack: RealStack) -> None:
    odd = [
        "",
        "{}",
        "[1]",
        "no json",
        "\xff\xfe",
        '{"note": "half \\ud800 a surrogate \\u0000"}',
        '{"loss": NaN, "grad_norm": -Infinity}',
        '{"remaining_time": "999999999d", "global_step/max_steps": "999999999999999/1"}',
    ]
    knobs = {"odd_lines": odd, "odd_times": 9000, "steps": 3}
    stack.submit(**fake_inputs(stack.folder, **knobs), output_dir="output/job")

    job = stack.wait_for("job", "completed")

    assert job["progress_detail"]["step"] == 3
    assert stack.get("/jobs/job/metrics", limit=1000)["metrics"]


def test_a_log_that_is_emptied_while_it_is_written_ends_no_training(stack: RealStack) -> None:
    stack.submit(**fake_inputs(stack.folder, log_megabytes=0.1, truncate_at_step=8, steps=10), output_dir="output/job")

    job = stack.wait_for("job", "completed")

    text = stack.log_of("job")
    assert text.count("End time of running main") == 1
    assert text.endswith(Path(job["log_file_path"]).read_bytes().decode())
    assert _shipped(stack) == len(text.encode())


def test_a_log_that_is_emptied_for_good_holds_up_no_end(stack: RealStack) -> None:
    before = train(stack)
    stack.kill("worker")
    let_go_on(before)
    eventually(lambda: phase_file(before, "train", "exit.json").exists(), bool, what="the end of its training")
    os.truncate(before["log_file_path"], 0)
    os.truncate(output_folder(before) / "logging.jsonl", 10)

    stack.start_process("worker")

    # Its last step is told by its checkpoint.
    assert stack.wait_for("job", "completed")["attempt"] == 1


@pytest.mark.parametrize("name", ["logging.jsonl", "output.log"])
def test_a_fifo_in_place_of_what_is_followed_holds_up_no_stop(stack: RealStack, name: str) -> None:
    before = train(stack)
    log, metrics = Path(before["log_file_path"]), output_folder(before) / "logging.jsonl"
    path, other = (log, metrics) if name == log.name else (metrics, log)
    path.unlink()
    os.mkfifo(path)
    # The follower looks at both in each round: the second line is of one that began when the FIFO was there.
    for line in ('{"looked": 1}', '{"looked": 2}'):
        _add_line(stack, other, line)

    stack.http.post("/jobs/job/stop").raise_for_status()

    assert stack.wait_for("job", "cancelled", timeout=30)["attempt"] == 1
    eventually(
        lambda: {gpu["status"] for gpu in stack.get("/gpus")["gpus"]}, lambda found: found == {"free"}, what="GPU"
    )


def test_a_log_that_is_cut_again_and_again_does_not_flood_redis(stack: RealStack) -> None:
    before = train(stack, log_megabytes=0.5)
    log = Path(before["log_file_path"])
    eventually(
        lambda: stack.job("job")["progress_detail"]["step"], lambda step: step == 10, what="the step it waits at"
    )
    eventually(lambda: _shipped(stack) - log.stat().st_size, lambda left: left == 0, what="the whole log")
    expected = _shipped(stack)
    for size in range(10, 0, -1):
        os.truncate(log, size)
        expected += size
        eventually(lambda: _shipped(stack), lambda end, expected=expected: end == expected, what=str(expected))
    let_go_on(before)

    stack.wait_for("job", "completed")


def test_a_redis_that_is_away_for_the_whole_end_holds_up_no_verdict_and_gets_the_log_whole(stack: RealStack) -> None:
    before = train(stack, log_megabytes=0.5)
    stack.redis.kill()
    let_go_on(before)
    eventually(lambda: _is_judged(before), bool, what="the verdict")

    stack.redis.start()

    assert_told_whole(stack, stack.wait_for("job", "completed"))


def test_a_redis_that_is_full_for_the_whole_end_holds_up_no_verdict_and_gets_the_log_whole(stack: RealStack) -> None:
    before = train(stack, log_megabytes=0.5)
    with refusing(stack.redis_client(), FULL):
        let_go_on(before)
        eventually(lambda: _is_judged(before), bool, what="the verdict")

    assert_told_whole(stack, stack.wait_for("job", "completed"))


def _is_judged(job: dict) -> bool:
    """Whether the worker has found its training good, and noted that on its disk."""
    return "trained" in json.loads(Path(job["log_file_path"]).with_name("attempt.json").read_text())


def _add_line(stack: RealStack, path: Path, line: str) -> None:
    """To the log or to logging.jsonl; returns when the follower has shipped it."""
    with path.open("a") as file:
        file.write(f"{line}\n")
    eventually(
        lambda: [stack.log_of("job"), *stack.redis_client().lrange("st:job:job:metrics", -2, -1)],
        lambda found: any(line in text for text in found),
        what=f"{line} of {path.name}",
    )


def _shipped(stack: RealStack) -> int:
    return int(stack.redis_client().hget("st:job:job:log:1", "end"))
