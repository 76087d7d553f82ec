import json
from pathlib import Path
from typing import Any

import pytest

from common.job_specs import TaskType
from common.swift.inputs.models.kind import task_type_of


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({"model_type": "qwen2"}, TaskType.LLM),
        ({"model_type": "qwen2_vl", "vision_config": {"depth": 2}}, TaskType.MLLM),
        ({"model_type": "qwen", "visual": {"width": 2}}, TaskType.MLLM),
        ({"model_type": "llama", "mm_vision_tower": "clip"}, TaskType.MLLM),
        ({"model_type": "qwen2_audio", "audio_config": {"d_model": 2}}, TaskType.MLLM),
        ({"model_type": "a_new_one"}, None),
        ([], None),
    ],
)
def test_the_settings_of_a_model_tell_what_it_reads(tmp_path: Path, config: Any, kind: TaskType | None) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))

    assert task_type_of(tmp_path) is kind


def test_of_what_cannot_be_read_nothing_is_told(tmp_path: Path) -> None:
    assert task_type_of(tmp_path) is None
    (tmp_path / "config.json").write_text("{")
    assert task_type_of(tmp_path) is None
