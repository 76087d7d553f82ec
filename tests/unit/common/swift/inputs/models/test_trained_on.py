from pathlib import Path

import pytest

from common.reasons import Reason
from common.swift.inputs.models.trained_on import check_further, check_trained_model
from tests.model_files import make_adapter, make_model


def test_a_model_without_tokenizer_is_refused(tmp_path: Path) -> None:
    model = make_model(tmp_path / "model")
    (model / "tokenizer.json").unlink()

    [problem] = check_trained_model(model)

    assert (problem.field, problem.code) == ("model_path", Reason.MODEL_INVALID)
    assert f"{model} has no tokenizer (tokenizer.json, " in problem.message


@pytest.mark.parametrize(
    "name",
    ["tokenizer.json", "tokenizer.model", "tokenizer_config.json", "vocab.json", "vocab.txt", "spiece.model",
     "qwen.tiktoken", "tokenization_chatglm.py", "sentencepiece.bpe.model", "tekken.json"],
)  # fmt: skip
def test_any_kind_of_tokenizer_will_do(tmp_path: Path, name: str) -> None:
    model = make_model(tmp_path / "model")
    (model / "tokenizer.json").rename(model / name)
    if name == "tokenizer.model":
        (model / name).write_bytes(b"\n\x0e\n\x05<unk>")

    assert check_trained_model(model) == []


def test_an_adapter_to_go_on_with_is_one_and_of_the_model(tmp_path: Path) -> None:
    model, adapter = make_model(tmp_path / "model"), make_adapter(tmp_path / "adapter", base=str(tmp_path / "model"))
    (tmp_path / "empty").mkdir()

    def faults(name: str, folder: Path) -> list[str]:
        return [str(problem) for problem in check_further(name, str(folder), str(model))]

    assert faults("adapters", adapter) == []
    assert faults("adapters", model) == [f"extra_args.adapters: {model} is a whole model, not an adapter"]
    assert "no adapter: no adapter_config.json" in faults("adapters", tmp_path / "empty")[0]
    assert "does not exist" in faults("ref_adapters", tmp_path / "gone")[0]
    assert faults("teacher_model", model) == []
    assert "is an adapter, not a model" in faults("teacher_model", adapter)[0]
    assert faults("cached_dataset", tmp_path / "empty") == []
