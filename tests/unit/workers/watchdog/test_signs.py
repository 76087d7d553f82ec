import json
import os
from pathlib import Path

import pytest

from workers.watchdog.signs import Signs
from workers.watchdog.silence import Seen


@pytest.fixture
def output(tmp_path: Path) -> Path:
    folder = tmp_path / "attempt-1"
    folder.mkdir()
    return folder


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "output.log"


def logged(output: Path, *steps: int, seconds: int = 10, **more: object) -> None:
    with (output / "logging.jsonl").open("a") as file:
        for step in steps:
            times = {"elapsed_time": f"{step * seconds}s", "train_speed(s/it)": 0.25}
            line = {"loss": 1.0, "global_step/max_steps": f"{step}/100", **times, **more}
            file.write(json.dumps(line) + "\n")


def test_nothing_is_seen_before_anything_is_written(output: Path, log: Path) -> None:
    assert Signs(output, log).look() == Signs(output / "nowhere", log).look() == Seen()


def test_steps_and_their_pace_are_read_from_the_metrics(output: Path, log: Path) -> None:
    logged(output, 1, 5, 10, 15)
    with (output / "logging.jsonl").open("a") as file:
        file.write('{"eval_loss": 1.0, "eval_steps_per_second": 0.5, "elapsed_time": "1h 0m 0s"}\n')
    logged(output, 20)

    seen = Signs(output, log).look()

    assert (seen.step, seen.max_steps, seen.evaluated) == (20, 100, (1, 0))
    assert (seen.pace.step_seconds, seen.pace.evaluation_seconds, seen.pace.pause_seconds) == (10, 2, 50)


def test_of_steps_shorter_than_a_second_the_average_counts(output: Path, log: Path) -> None:
    logged(output, 1, 2, 3, seconds=0)

    assert Signs(output, log).look().pace.step_seconds == 0.25


def test_a_second_look_reads_on_and_knows_as_much_as_a_first(output: Path, log: Path) -> None:
    signs = Signs(output, log)
    logged(output, 1, 5)
    signs.look()
    logged(output, 10, 15)

    assert signs.look() == Signs(output, log).look()


def test_bars_show_steps_that_are_not_logged_yet(output: Path, log: Path) -> None:
    logged(output, 1, 50)
    log.write_bytes(
        b"\rTrain:  50%|\xe2\x96\x88  | 50/100 [00:01<00:01]\rTrain:  57%|\xe2\x96\x88 | 57/100 [00:02<00:01]"
    )

    seen = Signs(output, log).look()

    assert (seen.step, seen.max_steps, seen.pace.pause_seconds) == (57, 100, 0)


def test_bars_show_how_far_an_evaluation_is(output: Path, log: Path) -> None:
    log.write_bytes(b"\rTrain:  50%|x  | 50/100 [00:01<00:01]\n\rVal:  10%|x | 3/30 [00:01<00:10,  2.0it/s]")
    signs = Signs(output, log)
    first = signs.look()
    log.write_bytes(b"x" * 100_000)  # a flood that hides the bar tells nothing

    assert first.evaluated == (0, 3)
    assert signs.look() == first


def test_a_log_that_grows_is_no_sign(output: Path, log: Path) -> None:
    logged(output, 1)
    signs = Signs(output, log)
    before = signs.look()
    log.write_text("[rank0] NCCL WARN: waiting\n" * 1000)

    assert signs.look() == before


def test_the_newest_checkpoint_shows_that_it_grows(output: Path, log: Path) -> None:
    signs = Signs(output, log)
    seen = [signs.look()]
    folder = output / "checkpoint-50"
    folder.mkdir()
    seen.append(signs.look())
    for size in (10, 20):
        (folder / "model.safetensors").write_bytes(b"x" * size)
        seen.append(signs.look())

    assert [view.saved for view in seen] == [
        (),
        ("checkpoint-50", 1, seen[1].saved[2]),
        ("checkpoint-50", 2, seen[2].saved[2]),
        ("checkpoint-50", 2, seen[2].saved[2] + 10),
    ]


def test_when_files_changed_last_is_told_by_their_times(output: Path, log: Path) -> None:
    logged(output, 1)
    os.utime(output / "logging.jsonl", (1000, 1000))
    assert Signs(output, log).changed_at() == 1000

    log.touch()
    os.utime(log, (2000, 2000))
    assert Signs(output, log).changed_at() == 2000


def test_metrics_that_were_emptied_are_read_anew(output: Path, log: Path) -> None:
    logged(output, 1, 2, 3)
    signs = Signs(output, log)
    signs.look()
    os.truncate(output / "logging.jsonl", 0)
    logged(output, 4)

    assert signs.look().step == 4
