import json
from pathlib import Path
from typing import Any

import pytest

from common.swift.inputs.models.adapter import base_note, check_adapter
from common.swift.inputs.models.trained_on import check_further
from tests.model_files import make_adapter, make_model


def set_to(adapter: Path, **settings: Any) -> None:
    path = adapter / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | settings))


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"peft_type": "FOO"}, "its peft_type is FOO, which peft does not know"),
        ({"r": 99}, "its adapter_config.json says rank 99, and its weights have 8"),
        ({"target_modules": ["nope"]}, "names the modules nope, and its weights are of q_proj"),
        ({"target_modules": ["nope", "q_proj"]}, ""),
        ({"target_modules": ["self_attn.q_proj"]}, ""),
        ({"target_modules": "all-linear"}, ""),
        ({"r": 4, "rank_pattern": {"q_proj": 8}}, ""),
        ({"peft_type": "VERA", "r": 256}, ""),
    ],
)
def test_settings_that_are_not_of_the_weights_are_refused(tmp_path: Path, settings: Any, why: str) -> None:
    adapter = make_adapter(tmp_path / "a")
    set_to(adapter, **settings)

    messages = [problem.message for problem in check_adapter(adapter, str(make_model(tmp_path / "m")))]

    assert len(messages) == bool(why)
    assert all(message.startswith(f"{adapter} cannot be used: ") and why in message for message in messages)


@pytest.mark.parametrize("kind", ["PROMPT_TUNING", "P_TUNING", "PREFIX_TUNING"])
def test_an_adapter_of_prompts_is_not_trained_on(tmp_path: Path, kind: str) -> None:
    model, adapter = make_model(tmp_path / "m"), make_adapter(tmp_path / "a")
    set_to(adapter, peft_type=kind)

    [problem] = check_further("adapters", str(adapter), str(model))

    assert "learned what stands before a prompt" in problem.message
    assert check_further("ref_adapters", str(adapter), str(model)) == []


def test_an_adapter_whose_layers_the_model_has_none_of_is_refused(tmp_path: Path) -> None:
    shapes = {"transformer.h.0.attn.c_attn.lora_A.weight": (8, 64), "transformer.h.0.attn.c_attn.lora_B.weight": (9, 8)}
    adapter = make_adapter(tmp_path / "a", shapes)

    [problem] = check_adapter(adapter, str(make_model(tmp_path / "m")))

    assert "there is no layer h.0.attn.c_attn" in problem.message


def test_of_an_adapter_that_fits_another_model_a_note_tells(tmp_path: Path) -> None:
    adapter = make_adapter(tmp_path / "a", base="/models/llama")

    assert base_note(adapter, "/models/qwen") == (
        f"{adapter} was made for /models/llama, and fits /models/qwen by its shapes alone: look whether it is the same "
        "model"
    )
    assert base_note(adapter, "/other/llama") == base_note(make_adapter(tmp_path / "b"), "/models/qwen") == ""
