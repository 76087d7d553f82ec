import io
import json
import zipfile
from pathlib import Path

import pytest

from common.swift.inputs.models.trained_on import check_trained_model
from tests.model_files import TOKENIZER, make_model, write_safetensors


def zipped(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, b"x")
    return file.getvalue()


def why_not(model: Path) -> str:
    return "".join(problem.message for problem in check_trained_model(model))


@pytest.mark.parametrize(
    "content",
    ["{}", '{"version": "1.0"}', '{"model": {}}', '{"model": null}', '{"model": {"type": "Bpe", "vocab": {"a": 0}}}',
     '{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]}}', '{"added_tokens": [], "model": "BPE"}'],
)  # fmt: skip
def test_json_that_is_no_tokenizer_is_refused(tmp_path: Path, content: str) -> None:
    model = make_model(tmp_path / "m")
    (model / "tokenizer.json").write_text(content)

    assert why_not(model).startswith(f"{model}/tokenizer.json is no tokenizer (")

    (model / "tokenizer.json").write_text(TOKENIZER + "  ")

    assert why_not(model) == ""


@pytest.mark.parametrize("config", [{}, {"hidden_size": 64}, {"model_type": ""}])
def test_settings_that_name_no_kind_of_model_are_refused(tmp_path: Path, config: dict[str, object]) -> None:
    model = make_model(tmp_path / "m")
    (model / "config.json").write_text(json.dumps(config))

    assert why_not(model) == f"{model} does not say what model it is: its config.json lacks model_type"

    (model / "config.json").write_text(json.dumps({**config, "auto_map": {"AutoConfig": "a.Config"}}))

    assert why_not(model) == ""


@pytest.mark.parametrize("content", [b"junk" * 99, b"{}", b"GGUF\x03", zipped("readme.txt")], ids=range(4))
@pytest.mark.parametrize("name", ["pytorch_model.bin", "pytorch_model-00001-of-00001.bin", "model.pt"])
def test_weights_that_torch_did_not_write_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    model = make_model(tmp_path / "m")
    (model / "model.safetensors").unlink()
    (model / name).write_bytes(content)

    assert why_not(model).startswith(f"{model / name} holds no weights of torch: ")


@pytest.mark.parametrize("content", [zipped("archive/data.pkl"), b"\x80\x02\x8a\n" + bytes(9), b"a" * 257 + b"ustar"])
def test_each_way_in_which_torch_wrote_weights_is_taken(tmp_path: Path, content: bytes) -> None:
    model = make_model(tmp_path / "m")
    (model / "model.safetensors").unlink()
    (model / "pytorch_model.bin").write_bytes(content)

    assert why_not(model) == ""


def test_a_model_that_is_made_to_be_run_is_refused(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m")
    (model / "model.safetensors").rename(model / "model-q4.gguf")

    assert "model-q4.gguf is GGUF, which is made to be run and cannot be trained" in why_not(model)


def test_an_index_of_another_model_is_refused(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m")
    shard = "model-00001-of-00001.safetensors"
    (model / "model.safetensors").unlink()
    write_safetensors(model / shard, {"a.weight": (4, 4)})
    index = model / "model.safetensors.index.json"

    index.write_text(json.dumps({"weight_map": {"a.weight": shard, "b.weight": shard}}))
    assert why_not(model).startswith(f"{model / shard} lacks b.weight, which {index.name} says it has")
    index.write_text("{}")
    assert why_not(model).startswith(f"{index} names no weights")
    index.write_text(json.dumps({"weight_map": {"a.weight": shard}}))
    assert why_not(model) == ""


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"vocab.json": "{}", "merges.txt": "a b\n"}, "vocab.json is no vocabulary"),
        ({"vocab.json": '{"a": "b"}', "merges.txt": "a b\n"}, "vocab.json is no vocabulary"),
        ({"vocab.json": '{"a": 0}', "merges.txt": ""}, "merges.txt has no pairs of tokens"),
        ({"vocab.json": '{"a": 0}', "merges.txt": "#version: 0.2\n<html>404 not found\n"}, "merges.txt has no pairs"),
        ({"vocab.json": '{"a": 0}', "merges.txt": "#version: 0.2\na b\n"}, ""),
        ({"tokenizer.model": ""}, "tokenizer.model is no model of sentencepiece"),
        ({"tokenizer.model": "junk"}, "tokenizer.model is no model of sentencepiece"),
        ({"tokenizer.model": "IQ== 0\nIg== 1\n"}, ""),
    ],
)
def test_other_kinds_of_tokenizers_are_looked_into(tmp_path: Path, files: dict[str, str], why: str) -> None:
    model = make_model(tmp_path / "m")
    (model / "tokenizer.json").unlink()
    for name, content in files.items():
        (model / name).write_text(content)

    assert (why in why_not(model)) if why else why_not(model) == ""
