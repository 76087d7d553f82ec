import json
from pathlib import Path

import pytest

from common.reasons import Reason
from common.swift.inputs import check_model_path
from tests.model_files import write_safetensors


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "qwen2"}')
    write_safetensors(folder / "model.safetensors", {})
    return folder


def test_a_model_with_config_and_weights_is_accepted(model: Path) -> None:
    assert check_model_path(model) == []


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"dtype": "float99"}, "says dtype float99, which PyTorch does not have"),
        ({"dtype": "bfloat16", "torch_dtype": "torch.bf16"}, "says torch_dtype torch.bf16, which PyTorch"),
        ({"num_hidden_layers": 9, "layer_types": ["full_attention"] * 2}, "num_hidden_layers 9, and has layer_types"),
        (
            {"text_config": {"num_hidden_layers": 1, "layer_types": []}},
            "num_hidden_layers 1, and has layer_types for 0",
        ),
    ],
)
def test_values_of_config_json_that_cannot_be_are_refused(model: Path, config: dict[str, object], why: str) -> None:
    (model / "config.json").write_text(json.dumps(config))

    (problem,) = check_model_path(model)

    assert (problem.code, why in problem.message) == (Reason.MODEL_INVALID, True), problem.message


@pytest.mark.parametrize(
    "config",
    [
        {"dtype": "bfloat16", "torch_dtype": "torch.float32"},
        {"dtype": None, "torch_dtype": "float8_e4m3fn"},
        {"num_hidden_layers": 2, "layer_types": ["full_attention", "sliding_attention"], "mlp_layer_types": None},
        {"auto_map": {"AutoConfig": "x.Y"}, "num_hidden_layers": 2, "layer_types": [], "dtype": "own"},
    ],
)
def test_other_values_of_config_json_are_left_to_transformers(model: Path, config: dict[str, object]) -> None:
    (model / "config.json").write_text(json.dumps(config))

    assert check_model_path(model) == []


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.gguf", "consolidated.00.pth"])
def test_other_kinds_of_weights_are_accepted(model: Path, name: str) -> None:
    (model / "model.safetensors").rename(model / name)

    assert check_model_path(model) == []


def test_a_missing_folder_is_not_found(tmp_path: Path) -> None:
    (problem,) = check_model_path(tmp_path / "gone")

    assert (problem.field, problem.code) == ("model_path", Reason.MODEL_NOT_FOUND)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "is empty"),
        ({"README.md": "x"}, "has no config.json"),
        ({"adapter_config.json": "{}", "adapter_model.safetensors": "x"}, "is an adapter, not a model"),
        ({"config.json": "{"}, "config.json is not a JSON object"),
        ({"config.json": "{}"}, "has no weights"),
        ({"config.json": "{}", "training_args.bin": "x", "optimizer.pt": "x"}, "has no weights"),
        ({"config.json": "{}", "model.safetensors": ""}, "model.safetensors is empty"),
        (
            {"config.json": "{}", "model.safetensors": "version https://git-lfs.github.com/spec/v1\noid x"},
            "is a Git LFS pointer",
        ),
    ],
)
def test_a_folder_that_cannot_be_loaded_is_refused_with_the_cause(
    tmp_path: Path, files: dict[str, str], why: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)

    (problem,) = check_model_path(tmp_path)

    assert problem.code is Reason.MODEL_INVALID
    assert why in problem.message


def test_a_file_is_no_model_folder(model: Path) -> None:
    (problem,) = check_model_path(model / "config.json")

    assert "is a file" in problem.message


def test_a_missing_shard_is_named(model: Path) -> None:
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    (model / "model.safetensors.index.json").write_text(json.dumps(index))
    (model / "model.safetensors").rename(model / "model-1.safetensors")

    (problem,) = check_model_path(model)

    assert "lacks 1 of the files that its index names, model-2.safetensors first" in problem.message


def test_of_two_sets_of_weights_one_has_to_be_complete(model: Path) -> None:
    (model / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": {"a": "pytorch_model-1.bin"}}))
    (model / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": "model.safetensors"}}))

    assert check_model_path(model) == []
