import json
from pathlib import Path
from typing import Any

import pytest

from common.deployments import Serving
from common.job_specs import JobSpec
from common.reasons import Reason
from common.swift.inputs import InputRefused, Roots
from tests.builders import make_spec
from tests.model_files import make_adapter, make_model
from workers.lives.server.model_paths import ModelPaths, model_paths


def _spec(model: Path | str, **adapters: Path | str) -> JobSpec:
    paths = {name: str(path) for name, path in adapters.items()}
    return make_spec(model_path=str(model), work=Serving("qwen", "1", adapters=paths))


def _refusal(spec: JobSpec, root: Path) -> tuple[str, Reason, str]:
    with pytest.raises(InputRefused) as refused:
        model_paths(spec, Roots((root,)))
    problem = refused.value.problem
    return problem.field, problem.code, problem.message


def _checkpoint(folder: Path, base: Any) -> Path:
    adapter = make_adapter(folder)
    (adapter / "args.json").write_text(json.dumps({"model": str(base)}))
    return adapter


def test_a_model_with_adapters_is_resolved_below_the_roots(tmp_path: Path) -> None:
    model, adapter = make_model(tmp_path / "m"), make_adapter(tmp_path / "a", rank=32)

    places = model_paths(_spec("m", sql="a"), Roots((tmp_path,)))

    assert places == ModelPaths(str(model), "", {"sql": str(adapter)}, 32)


def test_a_hub_id_stays_as_it_is(tmp_path: Path) -> None:
    assert model_paths(_spec("Qwen/Qwen2.5-7B"), Roots((tmp_path,))) == ModelPaths("Qwen/Qwen2.5-7B")


def test_a_checkpoint_brings_its_base(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m")
    checkpoint = _checkpoint(tmp_path / "c", model)

    assert model_paths(_spec(checkpoint), Roots((tmp_path,))) == ModelPaths(str(model), str(checkpoint), {}, 8)


def test_the_base_that_a_checkpoint_names_has_to_be_below_a_root_too(tmp_path: Path) -> None:
    root = tmp_path / "root"
    outside = make_model(tmp_path / "outside")

    found = _refusal(_spec(_checkpoint(root / "c", outside)), root)

    assert found[:2] == ("model_path", Reason.PATH_NOT_ALLOWED)


def test_the_base_that_a_checkpoint_names_is_checked_like_any_model(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m")
    (model / "args.json").write_text('{"external_plugins": ["x.py"]}')
    assert _refusal(_spec(_checkpoint(tmp_path / "c", model)), tmp_path)[1] is Reason.OPTION_REFUSED

    field, _, message = _refusal(_spec(_checkpoint(tmp_path / "d", _checkpoint(tmp_path / "e", model))), tmp_path)
    assert (field, "is an adapter itself" in message) == ("model_path", True)


def test_an_adapter_of_another_model_is_refused_by_its_name(tmp_path: Path) -> None:
    make_model(tmp_path / "m", {"model.layers.0.self_attn.q_proj.weight": (32, 32)})
    make_adapter(tmp_path / "a")

    field, reason, message = _refusal(_spec("m", sql="a"), tmp_path)

    assert (field, reason) == ("adapters.sql", Reason.MODEL_INVALID)
    assert "does not fit" in message


def test_an_adapter_is_not_fetched_from_a_hub(tmp_path: Path) -> None:
    make_model(tmp_path / "m")

    field, reason, _ = _refusal(_spec("m", sql="someone/adapter"), tmp_path)

    assert (field, reason) == ("adapters.sql", Reason.PATH_NOT_ALLOWED)


def test_a_task_that_the_checkpoint_was_not_trained_for_is_refused(tmp_path: Path) -> None:
    checkpoint = make_adapter(tmp_path / "c")
    saved = {"model": str(make_model(tmp_path / "m")), "task_type": "embedding"}
    (checkpoint / "args.json").write_text(json.dumps(saved))
    spec = make_spec(model_path=str(checkpoint), work=Serving("qwen", "1"), extra_args={"task_type": "reranker"})

    field, reason, message = _refusal(spec, tmp_path)

    assert (field, reason) == ("extra_args.task_type", Reason.OPTION_REFUSED)
    assert message.startswith("model_path was trained for embedding")
