import json
from pathlib import Path
from typing import Any

import pytest

from common.reasons import Reason
from common.swift.inputs import InputRefused, ServedModel, check_served_model, resolve_served_model
from tests.model_files import make_adapter, make_model


def _saved(folder: Path, **arguments: Any) -> Path:
    (folder / "args.json").write_text(json.dumps({"model": "Qwen/Qwen2.5-7B", "external_plugins": []} | arguments))
    return folder


def test_a_merged_model_with_the_arguments_that_training_left_is_served_as_it_is(tmp_path: Path) -> None:
    model = _saved(make_model(tmp_path / "m"), template="qwen", attn_impl="sdpa", model_kwargs={"MAX_PIXELS": 1})

    assert check_served_model(model) == []
    assert resolve_served_model(model) == ServedModel(str(model))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"external_plugins": ["/tmp/x.py"]}, "external_plugins, which run code"),
        ({"external_plugins": "x.py"}, "external_plugins, which run code"),
        ({"custom_register_path": ["a.py"]}, "custom_register_path, which run code"),
        ({"model_kwargs": {"LD_PRELOAD": "/x.so"}}, "LD_PRELOAD"),
        ({"model_kwargs": '{"FPS": 2}'}, "in the environment"),
        ({"attn_impl": "someone/kernels"}, "not fetched from a hub"),
        ({"experts_impl": "someone/kernels"}, "not fetched from a hub"),
        ({"system": "/etc/passwd.txt"}, "the value names a file"),
        ({"new_special_tokens": ["<a>", "secret.txt"]}, "the value names a file"),
        ({"rope_scaling": "/etc/rope.json"}, "the value names a file"),
    ],
)
@pytest.mark.parametrize("make", [make_model, make_adapter])
def test_saved_arguments_that_run_code_or_open_files_are_refused(
    tmp_path: Path, arguments: dict[str, Any], why: str, make: Any
) -> None:
    folder = _saved(make(tmp_path / "m"), **arguments)

    [problem] = check_served_model(folder, "source")

    assert (problem.field, problem.code) == ("source", Reason.OPTION_REFUSED)
    assert why in problem.message
    assert "args.json" in problem.message


@pytest.mark.parametrize("content", ["[]", "{", "[" * 100_000])
def test_saved_arguments_that_ms_swift_would_stumble_over_are_told(tmp_path: Path, content: str) -> None:
    model = make_model(tmp_path / "m")
    (model / "args.json").write_text(content)

    [problem] = check_served_model(model)

    assert (problem.code, "not a JSON object" in problem.message) == (Reason.MODEL_INVALID, True)


def test_a_folder_that_is_neither_says_what_it_lacks(tmp_path: Path) -> None:
    [problem] = check_served_model(tmp_path)
    assert "is empty" in problem.message

    [problem] = check_served_model(tmp_path / "gone")
    assert problem.code is Reason.MODEL_NOT_FOUND


def test_a_checkpoint_stands_for_its_base_and_itself(tmp_path: Path) -> None:
    checkpoint = _saved(make_adapter(tmp_path / "checkpoint-10", base="/cache/elsewhere"))

    assert check_served_model(checkpoint) == []
    assert resolve_served_model(checkpoint) == ServedModel("Qwen/Qwen2.5-7B", str(checkpoint))


def test_a_base_that_moved_is_looked_for_where_training_found_it(tmp_path: Path) -> None:
    base = make_model(tmp_path / "base")
    checkpoint = _saved(make_adapter(tmp_path / "checkpoint-10", base=str(base)), model="/gone/base")

    assert resolve_served_model(checkpoint).model_path == str(base)


def test_an_adapter_without_a_base_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="names no base model"):
        resolve_served_model(make_adapter(tmp_path / "a"))
