import io
import json
import zipfile
from pathlib import Path

import pytest

from common.swift.inputs import check_adapter, check_model_path
from common.swift.inputs.models.trained_on import check_trained_model
from tests.model_files import make_adapter, make_model, write_safetensors

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 12\n"
AGAIN = "copy it again, whole"


def whole_safetensors() -> bytes:
    head = json.dumps({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
    return len(head).to_bytes(8, "little") + head + bytes(16)


def saved_by_torch() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", b"x" * 200)
    return file.getvalue()


def named(value: object) -> str:
    """A test's name has no bytes in it: an archive holds the time at which it was made."""
    return value if isinstance(value, str) else "content"


WHOLE = whole_safetensors()
DAMAGED = [
    ("safetensors", WHOLE[:-1], f"is cut off: it has {len(WHOLE) - 1} of the {len(WHOLE)} bytes"),
    ("safetensors", WHOLE[:20], f"is cut off; {AGAIN}"),
    ("safetensors", WHOLE[:5], f"is cut off; {AGAIN}"),
    ("safetensors", WHOLE[:8] + b"}" + WHOLE[9:], f"has a damaged head; {AGAIN}"),
    ("safetensors", b"\xff" * 40, "is no safetensors file"),
    ("safetensors", POINTER, "is a Git LFS pointer"),
    ("safetensors", b"<html>404</html>", "is an HTML page, in place of the weights"),
    ("safetensors", bytes(5000), "is full of zero bytes, as a crash or a full disk leaves them"),
    ("bin", b"", "is empty"),
    ("bin", bytes(5000), "is full of zero bytes"),
    ("bin", saved_by_torch()[:-30], f"is cut off; {AGAIN}"),
    ("bin", POINTER, "is a Git LFS pointer"),
]


@pytest.mark.parametrize(("ending", "content", "why"), DAMAGED, ids=named)
def test_weights_that_are_damaged_are_told(tmp_path: Path, ending: str, content: bytes, why: str) -> None:
    model, adapter = make_model(tmp_path / "m"), make_adapter(tmp_path / "a")
    for folder, name in ((model, {"bin": "pytorch_model"}.get(ending, "model")), (adapter, "adapter_model")):
        for path in folder.glob("*.safetensors"):
            path.unlink()
        (folder / f"{name}.{ending}").write_bytes(content)

    messages = [*check_model_path(model), *check_adapter(adapter, "Qwen/x")]

    assert [why in problem.message for problem in messages] == [True, True], messages


@pytest.mark.parametrize(("ending", "content"), [("safetensors", WHOLE), ("bin", saved_by_torch())], ids=named)
def test_weights_that_are_whole_are_taken(tmp_path: Path, ending: str, content: bytes) -> None:
    model = make_model(tmp_path / "m")
    (model / "model.safetensors").unlink()
    (model / f"model.{ending}").write_bytes(content)

    assert check_trained_model(model) == []


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "tokenizer_config.json", "generation_config.json"])
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"a": {"b": 1', f"is not a JSON object: it is damaged, or cut off; {AGAIN}"),
        (b"", "is not a JSON object"),
        (bytes(30), "is not a JSON object"),
        (POINTER, "is a Git LFS pointer"),
    ],
)
def test_files_of_settings_that_are_damaged_are_told(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    model = make_model(tmp_path / "m")
    (model / name).write_bytes(content)

    [problem] = check_trained_model(model)

    assert f"{model / name} {why}" in problem.message


def test_a_tokenizer_that_was_not_fetched_is_told(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m")
    (model / "tokenizer.model").write_bytes(POINTER)

    [problem] = check_trained_model(model)

    assert f"{model}/tokenizer.model is a Git LFS pointer" in problem.message


def test_settings_are_read_anew_when_they_were_mended(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m")
    (model / "tokenizer_config.json").write_text("{")
    assert len(check_trained_model(model)) == 1

    (model / "tokenizer_config.json").write_text('{"limit": NaN}')

    assert check_trained_model(model) == []


@pytest.mark.parametrize("content", ["{", "null"])
def test_the_settings_of_an_adapter_are_judged_too(tmp_path: Path, content: str) -> None:
    adapter = make_adapter(tmp_path / "a")
    (adapter / "adapter_config.json").write_text(content)

    [problem] = check_adapter(adapter, "Qwen/x")

    assert f"adapter_config.json is not a JSON object: it is damaged, or cut off; {AGAIN}" in problem.message


def test_a_numbered_file_that_is_missing_is_named_without_an_index(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m")
    (model / "model.safetensors").replace(model / "model-00001-of-00002.safetensors")
    [problem] = check_model_path(model)
    assert "lacks 1 of the files that the others are numbered with, model-00002-of-00002.safetensors first" in (
        problem.message
    )

    write_safetensors(model / "model-00002-of-00002.safetensors", {})

    assert check_model_path(model) == []
