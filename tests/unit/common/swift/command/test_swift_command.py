from dataclasses import replace
from typing import Any

import pytest

from common.job_specs import JobSpec, TaskType
from common.swift.command.argv import OptionRefused
from common.swift.command.command import CommandContext, train_command
from common.swift.options import METHODS
from common.swift.tuners import needs_merge
from tests.builders import make_spec

ON_GPU = CommandContext("4.6.0", "/models/base", ("/data/train.jsonl#100",), "/out/attempt-1")
ON_CPU = replace(ON_GPU, on_cpu=True)


def test_a_small_job_on_a_gpu_becomes_one_command() -> None:
    spec = make_spec(params={"num_epochs": 2, "batch_size": 4, "learning_rate": 1e-4, "train_type": "lora"})

    assert train_command(spec, ON_GPU) == [
        "-m",
        "swift.cli.sft",
        "--model=/models/base",
        "--dataset=/data/train.jsonl#100",
        "--output_dir=/out/attempt-1",
        "--add_version=false",
        "--check_model=false",
        "--num_train_epochs=2",
        "--per_device_train_batch_size=4",
        "--per_device_eval_batch_size=4",
        "--learning_rate=0.0001",
        "--tuner_type=lora",
    ]


def test_ms_swift_3_calls_the_tuner_train_type() -> None:
    spec = make_spec(params={"train_type": "lora"})

    assert "--train_type=lora" in train_command(spec, replace(ON_GPU, swift_version="3.12.1"))
    assert "--tuner_type=lora" in train_command(spec, replace(ON_GPU, swift_version=""))


def test_a_model_from_a_hub_is_checked_by_ms_swift() -> None:
    assert not _options(make_spec(), replace(ON_GPU, model_path="Qwen/Qwen2.5-7B")).keys() & {"check_model"}


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_its_entry_point(method: str) -> None:
    argv = train_command(make_spec(method=method), ON_GPU)

    assert argv[1] == {"sft": "swift.cli.sft", "pt": "swift.cli.pt"}.get(method, "swift.cli.rlhf")
    assert (f"--rlhf_type={method}" in argv) == (method not in {"sft", "pt"})


def test_an_unknown_method_or_parameter_is_refused() -> None:
    with pytest.raises(OptionRefused, match=r"^method: .*sft"):
        train_command(make_spec(method="os"), ON_GPU)
    with pytest.raises(OptionRefused, match=r"^external_plugins: not a known parameter"):
        train_command(make_spec(params={"external_plugins": "x.py"}), ON_GPU)


def test_a_cpu_trains_in_plain_float32() -> None:
    options = _options(make_spec(params={"torch_dtype": "bfloat16"}), ON_CPU)

    assert options.items() >= {"use_cpu": "true", "torch_dtype": "float32", "fp16": "false", "bf16": "false"}.items()
    assert "ddp_backend" not in options


def test_bfloat16_on_a_cpu_has_to_be_asked_for_twice() -> None:
    spec = make_spec(params={"torch_dtype": "bfloat16"}, extra_args={"torch_dtype": "bfloat16"})

    options = _options(spec, ON_CPU)

    assert options["torch_dtype"] == "bfloat16"
    assert not options.keys() & {"fp16", "bf16"}


def test_several_ranks_on_a_cpu_speak_gloo() -> None:
    assert _options(make_spec(), replace(ON_CPU, gpu_count=2))["ddp_backend"] == "gloo"
    assert "ddp_backend" not in _options(make_spec(), replace(ON_GPU, gpu_count=2))


def test_an_extra_option_wins_over_a_typed_parameter() -> None:
    spec = make_spec(params={"learning_rate": 1e-4, "batch_size": 4}, extra_args={"per_device_eval_batch_size": 1})

    options = _options(spec, ON_GPU)

    assert (options["per_device_train_batch_size"], options["per_device_eval_batch_size"]) == ("4", "1")


def test_learning_rates_of_vision_parts_unfreeze_these_parts() -> None:
    spec = make_spec(task_type=TaskType.MLLM, params={"vit_lr": 1e-5, "aligner_lr": 2e-5})

    assert (
        _options(spec, ON_GPU).items()
        >= {
            "vit_lr": "1e-05",
            "freeze_vit": "false",
            "aligner_lr": "2e-05",
            "freeze_aligner": "false",
        }.items()
    )


def test_a_part_that_the_user_freezes_gets_no_learning_rate() -> None:
    spec = make_spec(task_type=TaskType.MLLM, params={"vit_lr": 1e-5}, extra_args={"freeze_vit": True})

    assert _options(spec, ON_GPU)["freeze_vit"] == "true"
    assert "vit_lr" not in _options(spec, ON_GPU)


def test_a_text_model_gets_no_learning_rates_of_vision_parts() -> None:
    assert not _options(make_spec(params={"vit_lr": 1e-5}), ON_GPU).keys() & {"vit_lr", "freeze_vit"}


def test_evaluation_steps_are_passed_with_validation_data_only() -> None:
    params = {"eval_steps": 10}

    assert "eval_steps" not in _options(make_spec(params=params), ON_GPU)
    with_data = make_spec(params=params, extra_args={"split_dataset_ratio": 0.1})
    assert _options(with_data, ON_GPU)["eval_steps"] == "10"


def test_warm_up_is_counted_in_steps_or_as_a_ratio_never_both() -> None:
    spec = make_spec(params={"warmup_ratio": 0.05}, extra_args={"warmup_steps": 5})

    assert not _options(spec, ON_GPU).keys() & {"warmup_ratio"}
    assert _options(make_spec(params={"warmup_ratio": 0.05}), ON_GPU)["warmup_ratio"] == "0.05"


def test_full_tuning_has_no_lora_options_and_nothing_to_merge() -> None:
    spec = make_spec(params={"train_type": "full", "lora_rank": 16, "lora_alpha": 32})

    assert not _options(spec, ON_GPU).keys() & {"lora_rank", "lora_alpha"}
    assert not needs_merge(spec)
    assert needs_merge(make_spec(params={"train_type": "lora"}))
    assert not needs_merge(make_spec(params={"train_type": "vera"}))


def test_an_attempt_resumes_from_the_checkpoint_it_is_given() -> None:
    assert _options(make_spec(), replace(ON_GPU, resume_from="/out/a/checkpoint-5"))["resume_from_checkpoint"] == (
        "/out/a/checkpoint-5"
    )
    assert "resume_from_checkpoint" not in _options(make_spec(), ON_GPU)


def _options(spec: JobSpec, context: CommandContext) -> dict[str, Any]:
    pairs = [item[2:].partition("=") for item in train_command(spec, context)[2:]]
    return {name: value for name, _, value in pairs}
