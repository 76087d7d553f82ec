import json
from pathlib import Path
from typing import Any

import pytest

from common.job_specs import TaskType
from common.reasons import Reason
from common.swift.inputs import InputRefused, Roots
from common.swift.inputs.data import look_at
from common.swift.inputs.records.formats import accept
from common.swift.inputs.sets.check import (
    check_data,
    check_media_folder,
    judges_for,
    media_folder,
    media_judge,
    other_variables,
)
from tests.builders import make_deployment, make_spec

ROW: dict[str, Any] = {"query": "<image>a", "response": "b"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"\x89PNG")
    return tmp_path.resolve()


def write(root: Path, *rows: dict[str, Any]) -> str:
    path = root / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


@pytest.mark.parametrize(
    ("field", "fits"),
    [("data_path", False), ("extra_args.val_dataset", False), ("extra_args.chord_sft_dataset", True)],
)
def test_expert_data_is_judged_as_that_of_sft_and_all_other_by_the_method(root: Path, field: str, fits: bool) -> None:
    found = check_data(make_spec(method="dpo"), field, write(root, ROW), accept)

    assert [(problem.field, problem.code) for problem in found] == ([] if fits else [(field, Reason.DATA_INVALID)])


def test_a_missing_picture_is_told_with_row_column_and_file(root: Path) -> None:
    path = write(root, {**ROW, "images": [f"{root}/pictures/a.png"]}, {**ROW, "images": [f"{root}/gone.png"]})
    spec = make_spec(task_type=TaskType.MLLM)

    [problem] = check_data(spec, "data_path", path, media_judge(spec, Roots((root,))))

    assert (problem.field, problem.code) == ("data_path", Reason.DATA_INVALID)
    assert problem.message == f"{path}, line 2: column images: '{root}/gone.png' does not exist on this machine"


def test_pictures_are_not_looked_for_on_a_machine_that_need_not_have_them(root: Path) -> None:
    spec = make_spec(task_type=TaskType.MLLM)
    blind = media_judge(spec, [root], has_files=False)

    assert check_data(spec, "data_path", write(root, {**ROW, "images": "/gone.png"}), blind) == []


def test_a_text_model_passes_over_videos_but_opens_images(root: Path) -> None:
    spec = make_spec(task_type=TaskType.LLM)
    video, image = write(root, {**ROW, "videos": ["/gone.mp4"], "audio": "x"}), {**ROW, "image": f"{root}/gone.png"}

    assert check_data(spec, "data_path", video, media_judge(spec, Roots((root,)))) == []
    assert len(check_data(spec, "data_path", write(root, image), media_judge(spec, Roots((root,))))) == 1


def test_a_renamed_column_counts_under_its_new_name(root: Path) -> None:
    path = write(root, {**ROW, "Bild": f"{root}/gone.png"})
    spec = make_spec(task_type=TaskType.MLLM, extra_args={"columns": {"bild": "images"}})

    [problem] = check_data(spec, "data_path", path, media_judge(spec, Roots((root,))))

    assert "column Bild: " in problem.message


def test_names_are_relative_to_the_folder_that_the_job_sends(root: Path) -> None:
    path = write(root, {**ROW, "images": ["a.png"]})
    spec = make_spec(task_type=TaskType.MLLM, env={"ROOT_IMAGE_DIR": "pictures"})

    assert media_folder(spec, Roots((root,))) == root / "pictures"
    assert check_media_folder(spec, Roots((root,))) == []
    assert check_data(spec, "data_path", path, media_judge(spec, Roots((root,)))) == []


def test_a_folder_that_is_not_there_or_outside_is_refused_by_its_field(root: Path) -> None:
    [gone] = check_media_folder(make_spec(env={"ROOT_IMAGE_DIR": "gone"}), Roots((root,)))
    with pytest.raises(InputRefused) as refused:
        check_media_folder(make_spec(env={"ROOT_IMAGE_DIR": "/etc"}), Roots((root,)))

    assert (gone.field, gone.message) == ("env.ROOT_IMAGE_DIR", f"{root}/gone is not a folder of this machine")
    assert (refused.value.problem.field, refused.value.problem.code) == (
        "env.ROOT_IMAGE_DIR",
        Reason.PATH_NOT_ALLOWED,
    )


def test_the_folder_is_no_variable_like_the_others_but_for_a_server(root: Path) -> None:
    environment = {"ROOT_IMAGE_DIR": "pictures", "FPS": "1"}
    training, server = make_spec(env=environment), make_deployment(env=environment).spec

    assert other_variables(training) == {"FPS": "1"}
    assert (media_folder(server, Roots((root,))), other_variables(server)) == (None, environment)


def test_answers_behind_the_first_are_counted_and_told(root: Path) -> None:
    rows = [{"prompt": "a", "chosen": "b", "rejected": each} for each in (["c", "d"], "c", ["c"], ["c", "d", "e"])]

    def notes(method: str, rows: list[dict[str, Any]]) -> tuple[str, ...]:
        verdict = look_at(write(root, *rows), judges_for(make_spec(method=method), "data_path", accept))
        assert verdict is not None
        return verdict.warnings()

    (_, told) = notes("dpo", rows)
    assert told.endswith("train.jsonl: in 2 of 4 rows column rejected has more than one answer: the first is used")
    [told] = notes("kto", [{"prompt": "a", "completion": ["b", "c"], "label": True}] * 3)[-1:]
    assert told.endswith("in 3 of 3 rows column completion has more than one answer: the first is used")
    [told] = notes("sft", [{"query": "a", "answers": ["b", "c"]}] * 2)[-1:]
    assert told.endswith("in 2 of 2 rows column answers has more than one answer: the first is used")
