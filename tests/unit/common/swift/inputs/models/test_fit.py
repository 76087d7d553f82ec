"""Ways of training that the sizes of a model do not allow are refused before a GPU is taken."""

import json
from pathlib import Path
from typing import Any

import pytest

from common.swift.inputs.models.fit import model_misfits
from tests.builders import make_spec

CONFIG = {"model_type": "qwen2", "hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24}


def refused(folder: Path, tuner: str, extra: dict[str, Any], config: Any = CONFIG) -> list[str]:
    (folder / "config.json").write_text(json.dumps(config))
    found = model_misfits(make_spec(params={"train_type": tuner}, extra_args=extra), folder)
    return [problem.field for problem in found]


@pytest.mark.parametrize(
    ("tuner", "wrong", "right"),
    [
        ("llamapro", {"llamapro_num_new_blocks": 5}, {"llamapro_num_new_blocks": 4}),
        ("llamapro", {"llamapro_num_groups": 25}, {"llamapro_num_groups": 24}),
        ("full", {"lisa_activated_layers": 99}, {"lisa_activated_layers": 2}),
        ("boft", {"boft_block_size": 9}, {"boft_block_size": 7, "target_modules": ["q_proj"]}),
        ("boft", {"boft_block_size": 7}, {}),
        ("boft", {"boft_block_num": 5, "boft_block_size": 0}, {"boft_block_num": 8, "boft_block_size": 0}),
    ],
)
def test_a_size_that_the_model_does_not_allow_is_refused_at_its_option(
    tmp_path: Path, tuner: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    assert refused(tmp_path, tuner, wrong) == [f"extra_args.{next(iter(wrong))}"]
    assert refused(tmp_path, tuner, right) == refused(tmp_path, "lora", wrong) == []


def test_longlora_is_for_llama_alone(tmp_path: Path) -> None:
    llama = {**CONFIG, "model_type": "llama"}

    assert refused(tmp_path, "longlora", {}) == ["params.train_type"]
    assert refused(tmp_path, "longlora", {}, llama) == refused(tmp_path, "longlora", {"model_type": "llama"}) == []


def test_of_a_model_that_sees_its_language_part_is_looked_at(tmp_path: Path) -> None:
    seeing = {"model_type": "seer", "text_config": CONFIG}

    assert refused(tmp_path, "full", {"lisa_activated_layers": 99}, seeing) == ["extra_args.lisa_activated_layers"]


@pytest.mark.parametrize("config", [{}, [], {"num_hidden_layers": "many"}])
def test_a_model_that_tells_no_sizes_allows_all(tmp_path: Path, config: Any) -> None:
    assert refused(tmp_path, "llamapro", {"llamapro_num_new_blocks": 5}, config) == []
    assert model_misfits(make_spec(params={"train_type": "boft"}), tmp_path / "nowhere") == []
