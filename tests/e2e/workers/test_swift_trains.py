import json
from pathlib import Path

import pytest

from client.demo.job import ANSWER, QUESTION, TRAINING
from common.reasons import Reason
from common.swift.command.command import train_command
from common.swift.command.export_command import merge_command
from common.swift.inputs import check_data_path, check_model_path
from tests.builders import make_spec
from tests.e2e.workers.conftest import Bench, all_ended, tiny_spec
from tests.ports import free_port
from workers.swift.artefacts import has_optimizer_state, is_model_dir, last_checkpoint
from workers.swift.metrics import newest_progress
from workers.swift.metrics_tail import FILE_NAME, read_all
from workers.swift.verdict import ProcessEnd, judge_export
from workers.watchdog.signs import Signs

pytestmark = pytest.mark.e2e

# What the API fills in when a client sends nothing.
DEFAULTS = {
    "num_epochs": 1, "batch_size": 1, "learning_rate": 1e-4, "gradient_accumulation_steps": 4, "eval_steps": 100,
    "save_steps": 100, "save_total_limit": 2, "logging_steps": 5, "max_length": 2048, "warmup_ratio": 0.05,
    "dataloader_num_workers": 4, "dataset_num_proc": 4, "save_only_model": True, "torch_dtype": "bfloat16",
    "train_type": "lora", "lora_rank": 16, "lora_alpha": 32,
}  # fmt: skip


def test_the_demonstrations_job_teaches_the_model_its_answer(bench: Bench, tmp_path: Path) -> None:
    assert check_model_path(bench.model) == check_data_path(bench.dataset) == []
    spec = make_spec(params=TRAINING["llm_params"], extra_args=TRAINING["extra_args"])
    output, merged = tmp_path / "attempt-1", tmp_path / "merged"

    assert bench.train(spec, output).ok
    checkpoint = last_checkpoint(output)
    assert checkpoint is not None
    assert has_optimizer_state(checkpoint)
    [code] = bench.warm.run([{"argv": merge_command(checkpoint, merged), "log": str(tmp_path / "export.log")}])

    assert judge_export(ProcessEnd(code), is_model=is_model_dir(merged)).ok
    assert bench.demo("ask.py", str(bench.model), QUESTION) != ANSWER
    assert bench.demo("ask.py", str(merged), QUESTION) == ANSWER


def test_the_apis_default_parameters_are_accepted(bench: Bench, tmp_path: Path) -> None:
    verdict = bench.train(tiny_spec(DEFAULTS), tmp_path / "attempt-1")

    assert verdict.ok, verdict
    progress = newest_progress(read_all(tmp_path / "attempt-1" / FILE_NAME))
    assert progress is not None
    assert (progress.step, progress.max_steps, progress.percent) == (15, 15, 100.0)
    assert None not in (progress.loss, progress.epoch, progress.remaining_seconds, progress.seconds_per_step)


def test_half_precision_on_a_cpu_validation_and_odd_values_are_accepted(bench: Bench, tmp_path: Path) -> None:
    extra = {
        "torch_dtype": "bfloat16",
        "val_dataset": [f"{bench.dataset}#8"],
        "target_modules": ["q_proj", "v_proj"],
        "system": "--output_dir=/nowhere",
        "warmup_steps": 1,
        "report_to": ["none"],
        "columns": {"unused": "query"},
    }
    spec = tiny_spec({"eval_steps": 4, "warmup_ratio": 0.1, "num_epochs": 2}, extra_args=extra)
    output = tmp_path / "attempt-1"

    verdict = bench.train(spec, output, resolved={f"{bench.dataset}#8": f"{bench.dataset}#8"})

    assert verdict.ok, verdict
    arguments = json.loads((output / "args.json").read_text())
    assert (arguments["system"], arguments["target_modules"]) == ("--output_dir=/nowhere", ["q_proj", "v_proj"])
    assert (arguments["eval_steps"], arguments["torch_dtype"]) == (4, "bfloat16")
    assert any("eval_loss" in record for record in read_all(output / FILE_NAME))
    # What the watchdog of a training goes by: 16 steps, four evaluations of one batch each.
    seen = Signs(output, output.with_suffix(".log")).look()
    assert (seen.step, seen.max_steps, seen.evaluated, seen.saved[0]) == (16, 16, (4, 1), "checkpoint-16")
    assert min(seen.pace.step_seconds, seen.pace.evaluation_seconds) > 0
    assert seen.pace.pause_seconds == 0  # the bar shows each step


def test_an_attempt_goes_on_from_a_checkpoint(bench: Bench, tmp_path: Path) -> None:
    spec = tiny_spec({"num_epochs": 2, "save_steps": 10, "save_only_model": False, "logging_steps": 1})
    assert bench.train(spec, tmp_path / "attempt-1").ok

    verdict = bench.train(spec, tmp_path / "attempt-2", resume_from=str(tmp_path / "attempt-1" / "checkpoint-10"))

    assert verdict.ok, verdict
    first = next(read_all(tmp_path / "attempt-2" / FILE_NAME))
    assert first["global_step/max_steps"] == "11/16"


def test_a_loss_that_is_no_number_is_a_failure_despite_exit_0(bench: Bench, tmp_path: Path) -> None:
    spec = tiny_spec({"learning_rate": 1e6, "num_epochs": 2}, extra_args={"max_grad_norm": 0})

    assert bench.train(spec, tmp_path / "attempt-1").reason is Reason.DIVERGED


def test_an_unknown_option_fails_with_its_name(bench: Bench, tmp_path: Path) -> None:
    verdict = bench.train(tiny_spec(extra_args={"no_such_option": 1}), tmp_path / "attempt-1")

    assert verdict.reason is Reason.EXIT_NONZERO
    assert "remaining_argv: ['--no_such_option=1']" in verdict.message


def test_two_ranks_on_a_cpu_train_as_one(bench: Bench, tmp_path: Path) -> None:
    output = tmp_path / "attempt-1"
    argv = train_command(tiny_spec({"batch_size": 4}), bench.context(output, gpu_count=2))

    ranks = [
        bench.start(argv, tmp_path / f"rank-{rank}.log", env)
        for rank, env in enumerate(bench.environments(2, free_port()))
    ]
    codes = all_ended(ranks)

    assert codes == [0, 0], (tmp_path / "rank-0.log").read_text()[-2000:]
    progress = newest_progress(read_all(output / FILE_NAME))
    assert progress is not None
    assert (progress.step, progress.max_steps) == (8, 8)
