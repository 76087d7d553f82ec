"""What is said of a value that names nothing."""

from pathlib import Path

import pytest

from common.reasons import Reason
from common.swift.inputs import Roots, locate
from common.swift.inputs.places.unknown_names import unknown_name

OF_DATA = "no file or folder below an allowed root, no uploaded data set (dataset:NAME) and no id on a hub"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("data_path", "alpaca", f"'alpaca' is {OF_DATA}"),
        ("extra_args.val_dataset[0]", "gone.jsonl", f"'gone.jsonl' is {OF_DATA}"),
        ("data_path", '["a.jsonl","b.jsonl"]', "is the text of a list; send a list"),
        ("data_path", " a.jsonl", "has blanks at its beginning or its end"),
        ("model_path", "old-job", "'old-job' is no job of this service, no folder below an allowed root"),
        ("extra_args.adapters", "old-job", "'old-job' is no job of this service"),
    ],
)
def test_a_name_of_nothing_is_told_by_what_it_could_be(tmp_path: Path, field: str, value: str, why: str) -> None:
    (problem,) = unknown_name(field, value, locate(value, Roots((tmp_path,))).opened)

    code = Reason.DATA_NOT_FOUND if "dat" in field else Reason.MODEL_NOT_FOUND
    assert (problem.field, problem.code, why in problem.message) == (field, code, True), problem.message
    assert str(tmp_path) not in problem.message


def test_what_is_there_and_what_was_sent_whole_is_left_to_the_checks(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{}")

    assert unknown_name("data_path", "a.jsonl#3", f"{tmp_path}/a.jsonl#3") == []
    assert unknown_name("data_path", f"{tmp_path}/gone.jsonl", f"{tmp_path}/gone.jsonl") == []
