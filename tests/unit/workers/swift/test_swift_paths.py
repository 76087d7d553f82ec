import json
from pathlib import Path

import pytest

from common.job_specs import JobSpec
from common.reasons import Reason
from common.swift.inputs import InputRefused, Roots, own_folders
from tests.builders import make_spec
from tests.model_files import TOKENIZER, write_safetensors
from workers.swift.paths import resolve_job_paths

HALF = (("half.jsonl",), ("half.jsonl", "more.jsonl"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    model = tmp_path / "models" / "base"
    model.mkdir(parents=True)
    (model / "config.json").write_text('{"model_type": "qwen2"}')
    (model / "tokenizer.json").write_text(TOKENIZER)
    write_safetensors(model / "model.safetensors", {})
    (tmp_path / "train.jsonl").write_text(json.dumps({"query": "a", "response": "b"}) + "\n")
    (tmp_path / "bad.jsonl").write_text("no JSON")
    return tmp_path.resolve()


def test_local_inputs_become_absolute_and_hub_ids_stay(root: Path) -> None:
    spec = make_spec(
        model_path="models/base",
        data_path="train.jsonl#10",
        output_dir="out/one",
        extra_args={"val_dataset": ["train.jsonl", "AI-ModelScope/alpaca#5"], "seed": 1},
    )

    paths = resolve_job_paths(spec, Roots((root,)))

    assert (paths.model_path, paths.data_paths) == (f"{root}/models/base", (f"{root}/train.jsonl#10",))
    assert paths.output_dir == root / "out" / "one"
    assert paths.resolved == {
        "train.jsonl": f"{root}/train.jsonl",
        "AI-ModelScope/alpaca#5": "AI-ModelScope/alpaca#5",
    }


def test_a_job_with_hub_ids_needs_no_files(root: Path) -> None:
    paths = resolve_job_paths(make_spec(output_dir="one"), Roots((root,)))

    assert (paths.model_path, paths.data_paths) == ("Qwen/Qwen2.5-7B-Instruct", ("AI-ModelScope/alpaca#100",))


@pytest.mark.parametrize(
    ("spec", "field", "reason"),
    [
        (make_spec(model_path="/etc"), "model_path", Reason.PATH_NOT_ALLOWED),
        (make_spec(data_path="/etc/passwd"), "data_path", Reason.PATH_NOT_ALLOWED),
        (make_spec(output_dir="/tmp/../etc"), "output_dir", Reason.PATH_NOT_ALLOWED),
        (make_spec(extra_args={"ref_model": "/etc"}), "extra_args.ref_model", Reason.PATH_NOT_ALLOWED),
        (make_spec(model_path="./models/gone"), "model_path", Reason.MODEL_NOT_FOUND),
        (make_spec(model_path="./models"), "model_path", Reason.MODEL_INVALID),
        (make_spec(data_path="gone.jsonl"), "data_path", Reason.DATA_NOT_FOUND),
        (make_spec(extra_args={"val_dataset": "gone.jsonl"}), "extra_args.val_dataset", Reason.DATA_NOT_FOUND),
        (make_spec(extra_args={"val_dataset": ["a/b", "bad.jsonl"]}), "extra_args.val_dataset", Reason.DATA_INVALID),
    ],
)
def test_what_cannot_be_used_is_refused_by_field_and_reason(
    root: Path, spec: JobSpec, field: str, reason: Reason
) -> None:
    with pytest.raises(InputRefused) as refused:
        resolve_job_paths(spec, Roots((root,)))

    assert (refused.value.problem.field, refused.value.problem.code) == (field, reason)


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        (make_spec(model_path="nodes/m"), "model_path"),
        (make_spec(data_path="datasets/d.jsonl"), "data_path"),
        (make_spec(data_path="."), "data_path"),
        (make_spec(output_dir="redis"), "output_dir"),
        (make_spec(extra_args={"val_dataset": ["a/b", "datasets/d.jsonl"]}), "extra_args.val_dataset"),
        (make_spec(extra_args={"adapters": "nodes/m"}), "extra_args.adapters"),
        (make_spec(env={"ROOT_IMAGE_DIR": "logs"}), "env.ROOT_IMAGE_DIR"),
    ],
)
def test_a_node_keeps_jobs_out_of_its_own_folders(root: Path, spec: JobSpec, field: str) -> None:
    for name in ("nodes/m", "datasets", "logs", "redis"):
        (root / name).mkdir(parents=True)
    (root / "datasets" / "d.jsonl").write_text("{}\n")

    with pytest.raises(InputRefused, match="keeps for itself") as refused:
        resolve_job_paths(spec, Roots((root,), own_folders(root)))

    assert (refused.value.problem.field, refused.value.problem.code) == (field, Reason.PATH_NOT_ALLOWED)


def test_columns_that_the_job_renames_count_as_text(root: Path) -> None:
    (root / "odd.jsonl").write_text('{"frage": "a", "antwort": "b"}\n')
    spec = make_spec(data_path="odd.jsonl", output_dir="one")

    with pytest.raises(InputRefused, match="frage, antwort"):
        resolve_job_paths(spec, Roots((root,)))

    renamed = make_spec(
        data_path="odd.jsonl", output_dir="one", extra_args={"columns": {"frage": "query", "antwort": "response"}}
    )
    assert resolve_job_paths(renamed, Roots((root,))).data_paths == (f"{root}/odd.jsonl",)


def test_names_that_are_links_are_told_with_what_was_checked_behind_them(root: Path) -> None:
    (root / "blob").write_text((root / "train.jsonl").read_text())
    (root / "linked.jsonl").symlink_to("blob")
    (root / "model").symlink_to("models/base")
    spec = make_spec(model_path="model", data_path="linked.jsonl#5", extra_args={"val_dataset": ["train.jsonl"]})

    paths = resolve_job_paths(spec, Roots((root,)))

    assert (paths.model_path, paths.data_paths) == (f"{root}/model", (f"{root}/linked.jsonl#5",))
    assert paths.links == {f"{root}/model": f"{root}/models/base", f"{root}/linked.jsonl": f"{root}/blob"}


def test_several_data_sets_are_found_each_by_itself_and_opened_in_their_order(root: Path) -> None:
    (root / "linked.jsonl").symlink_to(root / "train.jsonl")
    spec = make_spec(model_path="models/base", data_path=("train.jsonl#5", "org/set", "linked.jsonl", "train.jsonl"))

    paths = resolve_job_paths(spec, Roots((root,)))

    assert paths.data_paths == (f"{root}/train.jsonl#5", "org/set", f"{root}/linked.jsonl", f"{root}/train.jsonl")
    assert paths.links == {f"{root}/linked.jsonl": f"{root}/train.jsonl"}


def test_of_several_data_sets_the_one_that_cannot_be_used_is_named(root: Path) -> None:
    for name, reason in (("gone.jsonl", Reason.DATA_NOT_FOUND), ("bad.jsonl", Reason.DATA_INVALID)):
        with pytest.raises(InputRefused) as refused:
            resolve_job_paths(make_spec(data_path=("train.jsonl", name)), Roots((root,)))

        assert (refused.value.problem.field, refused.value.problem.code) == ("data_path[1]", reason)


def test_rows_that_cannot_be_used_are_weighed_against_those_of_all_data_sets(root: Path) -> None:
    good, null = ({"query": "a", "response": answer} for answer in ("b", None))
    (root / "half.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (good, null, null)))
    (root / "more.jsonl").write_text((json.dumps(good) + "\n") * 20)
    alone, beside = (make_spec(model_path="models/base", data_path=names) for names in HALF)

    assert len(resolve_job_paths(beside, Roots((root,))).data_paths) == 2
    with pytest.raises(InputRefused, match=r"half\.jsonl: 2 of 3 answers are null, first in line 2"):
        resolve_job_paths(alone, Roots((root,)))
