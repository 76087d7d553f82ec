"""What is told of the checkpoints that a training has saved so far."""

from pathlib import Path

from common.checkpoints import Checkpoint
from tests.builders import make_job
from tests.unit.workers.outputs.saved import an_output, log, save
from workers.outputs.saved import described, whole_checkpoints


def test_a_checkpoint_is_told_with_its_numbers_and_its_size(tmp_path: Path) -> None:
    output = an_output(tmp_path, make_job())
    checkpoint = save(output, 20, 5.25)
    for name in ("optimizer.pt", "scheduler.pt"):
        (checkpoint / name).write_bytes(b"12345")
    size = sum(path.stat().st_size for path in checkpoint.iterdir())
    log(output, {"loss": 9.9, "epoch": 0.5, "global_step/max_steps": "25/100"})

    assert described(whole_checkpoints(output), 1, "gpu-1") == {
        "checkpoint-20": Checkpoint(
            "checkpoint-20", str(checkpoint), 20, 1, "gpu-1", size, True, 0.4, 2.0, {"eval_loss": 5.25}
        )
    }


def test_a_loss_that_was_logged_before_is_that_of_the_next_checkpoint(tmp_path: Path) -> None:
    output = an_output(tmp_path, make_job())
    for step in (7, 9):
        log(output, {"loss": step, "epoch": step / 10, "global_step/max_steps": f"{step}/100"})
    (output / "checkpoint-10").mkdir()

    told = described([output / "checkpoint-10", output / "checkpoint-8"], 1, "gpu-1")

    assert [(one.loss, one.epoch, one.evaluation) for one in told.values()] == [(9.0, 0.9, {}), (7.0, 0.7, {})]


def test_what_is_half_written_or_an_earlier_attempts_is_not_told(tmp_path: Path) -> None:
    output = an_output(tmp_path, make_job())
    save(output, 100)
    save(output, 20)
    save(output, 40, whole=False)
    (output / "checkpoint-60").symlink_to("checkpoint-20")
    (output / "checkpoint-last").mkdir()

    assert [path.name for path in whole_checkpoints(output)] == ["checkpoint-20", "checkpoint-100"]
    assert [path.name for path in whole_checkpoints(output, but={"checkpoint-20"})] == ["checkpoint-100"]


def test_a_folder_that_is_not_there_yet_has_none(tmp_path: Path) -> None:
    assert whole_checkpoints(tmp_path / "attempt-1") == []
    assert described([], 1, "gpu-1") == {}
