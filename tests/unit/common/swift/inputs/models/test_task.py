import json
from pathlib import Path

import pytest

from common.deployments import InferBackend
from common.swift.inputs import check_tasks
from common.swift.inputs.models.task import saved_task

TRANSFORMERS = InferBackend.TRANSFORMERS


def _made_for(folder: Path, task: object) -> Path:
    folder.mkdir()
    (folder / "args.json").write_text(json.dumps({"task_type": task}))
    return folder


@pytest.mark.parametrize(("saved", "task"), [("reranker", "reranker"), (None, ""), (7, "")])
def test_a_folder_says_what_it_was_trained_for(tmp_path: Path, saved: object, task: str) -> None:
    assert saved_task(_made_for(tmp_path / "m", saved)) == task
    assert saved_task(tmp_path / "nothing") == ""


def test_another_task_than_the_model_was_trained_for_is_refused(tmp_path: Path) -> None:
    model = _made_for(tmp_path / "m", "reranker")

    [problem] = check_tasks("embedding", TRANSFORMERS, model, {})

    assert str(problem) == (
        "extra_args.task_type: model_path was trained for reranker, as its args.json says, and is served for that: "
        "leave task_type out"
    )
    assert check_tasks("reranker", TRANSFORMERS, model, {}) == check_tasks("", TRANSFORMERS, model, {}) == []


def test_a_model_that_tells_no_task_is_served_for_the_one_that_is_asked_for(tmp_path: Path) -> None:
    assert check_tasks("embedding", TRANSFORMERS, tmp_path, {}) == []


def test_adapters_decide_for_their_model_and_are_all_for_one_task(tmp_path: Path) -> None:
    model = _made_for(tmp_path / "m", "causal_lm")
    near, far = _made_for(tmp_path / "a", "embedding"), _made_for(tmp_path / "b", "reranker")

    assert check_tasks("embedding", TRANSFORMERS, model, {"adapters.near": near}) == []

    [problem] = check_tasks("", TRANSFORMERS, model, {"adapters.near": near, "adapters.far": far})
    assert str(problem) == (
        "adapters.far: it was trained for reranker, and adapters.near for embedding: one server serves one task"
    )


@pytest.mark.parametrize(
    ("back_end", "task", "is_served"),
    [
        (InferBackend.VLLM, "reranker", True),
        (InferBackend.SGLANG, "embedding", True),
        (InferBackend.SGLANG, "reranker", False),
        (InferBackend.LMDEPLOY, "embedding", False),
        (InferBackend.LMDEPLOY, "causal_lm", True),
    ],
)
def test_a_back_end_that_would_serve_it_as_a_language_model_is_refused(
    tmp_path: Path, back_end: InferBackend, task: str, is_served: bool
) -> None:
    told = f"infer_backend: {back_end} does not serve models for {task}; transformers and vllm do"

    for asked, model in ((task, tmp_path), ("", _made_for(tmp_path / "m", task))):
        assert [str(problem) for problem in check_tasks(asked, back_end, model, {})] == ([] if is_served else [told])
