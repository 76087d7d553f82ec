import json
from typing import Any

from swift_trainer.sdk import SwiftTrainer


def a_checkpoint(step: int, loss: float, **changes: Any) -> dict[str, Any]:
    return {
        "name": f"checkpoint-{step}",
        "path": f"/o/attempt-1/checkpoint-{step}",
        "step": step,
        "epoch": step / 10,
        "loss": loss,
        "evaluation": {"eval_loss": loss + 1, "eval_token_acc": 0.5},
        "size_bytes": 1536 * step,
        "resumable": False,
        "is_best": False,
        "is_last": False,
        "attempt": 1,
        "node": "gpu-1",
        **changes,
    }


FOUND = {
    "job_id": "a",
    "checkpoints": [a_checkpoint(20, 0.25, is_best=True, resumable=True), a_checkpoint(900, 4.5, is_last=True)],
    "total": 2,
    "checkpoint_path": "/o/attempt-1/checkpoint-20",
    "metric_for_best_model": "loss",
    "best_metric": 1.25,
    "last_metric": 5.5,
}


def test_checkpoints_are_listed_with_the_number_that_was_compared(swt: Any, service: Any) -> None:
    service.on("GET", "/jobs/a/checkpoints", FOUND)

    assert swt("checkpoints", "a").stdout.splitlines() == [
        "CHECKPOINT      EPOCH  LOSS  EVALUATION  SIZE     RESUMABLE  NOTE         PATH",
        "checkpoint-20   2      0.25  1.25        30KiB    yes        best, taken  /o/attempt-1/checkpoint-20",
        "checkpoint-900  90     4.5   5.5         1.32MiB  no         last         /o/attempt-1/checkpoint-900",
    ]


def test_checkpoints_as_json_are_what_the_service_said(swt: Any, service: Any) -> None:
    service.on("GET", "/jobs/a/checkpoints", FOUND)

    assert json.loads(swt("checkpoints", "a", "-o", "json").stdout) == FOUND


def test_of_a_running_training_nothing_is_taken_yet(swt: Any, service: Any) -> None:
    running = {
        "checkpoint_path": "",
        "metric_for_best_model": "",
        "checkpoints": [a_checkpoint(20, 1.0, evaluation={})],
    }
    service.on("GET", "/jobs/a/checkpoints", FOUND | running)

    assert swt("checkpoints", "a").stdout.splitlines()[1].split()[3:7] == ["-", "30KiB", "no", "-"]


def test_the_sdk_asks_for_them(client: SwiftTrainer, service: Any) -> None:
    service.on("GET", "/jobs/a/checkpoints", FOUND)

    assert client.jobs.checkpoints("a")["checkpoints"][0]["is_best"] is True
