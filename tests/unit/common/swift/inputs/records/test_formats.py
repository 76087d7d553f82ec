import json
from pathlib import Path
from typing import Any

import pytest

from common.reasons import Reason
from common.swift.inputs import check_data_path, judge_for

ASKED = {"role": "user", "content": "a"}
TURNS = [ASKED, {"role": "assistant", "content": "b"}]
MESSAGES = {"messages": TURNS}
WORSE = {"role": "assistant", "content": "c"}


def _fault(method: str, record: dict[str, Any], **extra: Any) -> str:
    return judge_for(method, extra)(record)


@pytest.mark.parametrize("method", ["dpo", "orpo", "simpo", "cpo", "rm"])
def test_a_comparison_needs_the_worse_answer(method: str) -> None:
    assert _fault(method, MESSAGES | {"rejected_response": "c"}) == ""
    assert _fault(method, MESSAGES | {"Rejected_Response": "c"}) == ""
    assert _fault(method, MESSAGES | {"rejected_messages": [ASKED, WORSE]}) == ""
    assert _fault(method, MESSAGES) == (
        f"{method} compares two answers and needs a column rejected_response or rejected_messages with the worse one"
    )
    assert "rejected_response" in _fault(method, MESSAGES | {"rejected_response": ""})
    assert "nothing to compare" in _fault(method, MESSAGES | {"rejected_response": "b"})


def test_a_column_under_another_name_is_told_how_to_be_renamed() -> None:
    record = {"prompt": "a", "response": "b", "worst": "c"}

    assert 'extra_args.columns {"worst": "rejected"}' in _fault("dpo", record)
    assert _fault("dpo", record, columns={"worst": "rejected"}) == ""
    assert _fault("dpo", record, columns='{"worst": "rejected"}') == ""


def test_the_names_under_which_comparisons_are_published_need_no_renaming() -> None:
    record = {"prompt": "a", "response": "b", "rejected": "c"}

    assert _fault("dpo", record) == ""
    assert _fault("dpo", record, columns={"rejected": "rejected_response"}) == ""
    assert _fault("dpo", record, columns='{"rejected": "rejected_response"}') == ""


@pytest.mark.parametrize("label", [True, False, 1, 0])
def test_kto_takes_a_label_that_is_true_or_false(label: object) -> None:
    assert _fault("kto", MESSAGES | {"label": label}) == ""


@pytest.mark.parametrize("label", ["true", "good", 2, [], None])
def test_kto_refuses_any_other_label(label: object) -> None:
    assert "label" in _fault("kto", MESSAGES | {"label": label})


def test_supervised_training_needs_an_answer() -> None:
    assert "no assistant turn" in _fault("sft", {"messages": [ASKED]})
    assert _fault("sft", {"messages": [ASKED], "positive_messages": [[WORSE]]}, task_type="embedding") == ""
    assert _fault("grpo", {"messages": [ASKED]}) == ""
    assert _fault("sft", {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}) == ""
    assert _fault("pt", {"text": "a"}) == ""


@pytest.mark.parametrize("message", ["text", 1, None, {"role": "robot", "content": "a"}, {"role": 7}])
def test_a_message_without_form_or_role_is_named(message: object) -> None:
    assert "column messages, message 2" in _fault("sft", {"messages": [ASKED, message, WORSE]})


def test_gkd_needs_a_teacher_or_what_the_teacher_is_to_know() -> None:
    assert "teacher_model" in _fault("gkd", MESSAGES)
    assert _fault("gkd", MESSAGES, teacher_model="owner/large") == ""
    assert _fault("gkd", MESSAGES | {"teacher_prompt": "the answer is b"}) == ""


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("a.jsonl", [MESSAGES | {"label": True}, MESSAGES | {"label": "yes"}], "line 2: column label"),
        ("a.json", [MESSAGES | {"label": True}, MESSAGES], "element 2: kto needs a column label"),
    ],
)
def test_the_record_is_found_in_the_file(tmp_path: Path, name: str, content: list[Any], where: str) -> None:
    path = tmp_path / name
    lines = "\n".join(map(json.dumps, content))
    path.write_text(json.dumps(content) if name.endswith(".json") else lines)

    [problem] = check_data_path(path, judge=judge_for("kto", {}))

    assert (problem.field, problem.code) == ("data_path", Reason.DATA_INVALID)
    assert where in problem.message


def test_a_csv_file_is_judged_by_its_first_row(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("query,response,label\na,b,True\n")
    (tmp_path / "bad.csv").write_text("query,response,label\na,b,wanted\n")

    assert check_data_path(tmp_path / "good.csv", judge=judge_for("kto", {})) == []
    [problem] = check_data_path(tmp_path / "bad.csv", judge=judge_for("kto", {}))
    assert "line 2: column label is 'wanted'" in problem.message
