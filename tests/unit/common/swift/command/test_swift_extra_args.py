from typing import Any

import pytest

from common.reasons import Reason
from common.swift.command.argv import OptionRefused
from common.swift.command.extra_args import checked_extra_args, named_paths
from common.swift.options.refused import PATHS, REFUSED


@pytest.mark.parametrize(
    "extra",
    [
        {"model_type": "qwen2", "template": "qwen"},
        {"max_steps": 10, "warmup_steps": 5, "report_to": ["none"]},
        {"deepspeed": "zero2_offload", "fsdp": "fsdp2"},
        {"columns": {"text": "query"}},
        {"system": "/no_think", "target_regex": "^(?!.*visual).*", "stop_words": ["/end"]},
        {"adalora_deltaT": 2, "model_author": ["me", "us"], "vllm_server_base_url": ["http://127.0.0.1:8000"]},
        {"attn_impl": "flash_attn", "norm_bbox": "none"},
    ],
)
def test_an_option_that_only_shapes_the_training_passes_unchanged(extra: dict[str, Any]) -> None:
    assert checked_extra_args(extra, {}) == extra


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_refused_option_is_refused_with_its_reason(name: str) -> None:
    with pytest.raises(OptionRefused) as refused:
        checked_extra_args({name: "x"}, {})

    assert (refused.value.option, refused.value.why) == (name, REFUSED[name])
    assert refused.value.reason is Reason.OPTION_REFUSED


@pytest.mark.parametrize("name", sorted(REFUSED.keys() | PATHS))
def test_no_abbreviation_that_argparse_would_complete_gets_through(name: str) -> None:
    for length in range(1, len(name)):
        if name[:length] in {"fsdp", "deepspeed"} | PATHS:  # options of their own
            continue
        with pytest.raises(OptionRefused):
            checked_extra_args({name[:length]: "x"}, {})


@pytest.mark.parametrize("name", ["--model", "no_add_version", "no_add_v", "Seed", "a b", "a=b", "", "x" * 1000 + "\n"])
def test_a_name_that_is_no_plain_option_name_is_refused(name: str) -> None:
    with pytest.raises(OptionRefused):
        checked_extra_args({name: "x"}, {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rope_scaling", "/etc/passwd"),
        ("columns", "./columns"),
        ("columns", "columns.json"),
        ("lr_scheduler_kwargs", "~/secret"),
        ("max_memory", "file:secret"),
        ("system", "prompt.txt"),
        ("system", "/data/prompt.TXT"),
        ("new_special_tokens", ["<a>", "tokens.txt"]),
        ("deepspeed", "my_zero.json"),
        ("deepspeed", {"zero_optimization": {}}),
        ("fsdp", "full_shard"),
    ],
)
def test_a_value_that_ms_swift_would_open_as_a_file_is_refused(name: str, value: Any) -> None:
    with pytest.raises(OptionRefused, match=f"^{name}: "):
        checked_extra_args({name: value}, {})


def test_models_and_data_sets_are_passed_as_resolved() -> None:
    extra = {"val_dataset": ["val.jsonl#10", "org/set"], "ref_model": "base"}

    assert named_paths(extra) == [("val_dataset", "val.jsonl#10"), ("val_dataset", "org/set"), ("ref_model", "base")]
    assert checked_extra_args(
        extra, {"val.jsonl#10": "/data/val.jsonl#10", "org/set": "org/set", "base": "/models/base"}
    ) == {
        "val_dataset": ["/data/val.jsonl#10", "org/set"],
        "ref_model": ["/models/base"],
    }


def test_a_data_set_that_was_not_resolved_is_refused() -> None:
    with pytest.raises(OptionRefused, match="not below an allowed root"):
        checked_extra_args({"val_dataset": "/etc/passwd"}, {})
