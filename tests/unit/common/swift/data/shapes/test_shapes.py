import pytest

from common.swift.data.shapes import Aim, Shapes, goal_of
from common.swift.inputs import judge_for, renamed_columns
from tests.shapes.case import Case, Row, turns
from tests.shapes.cases import BAD, CASES, GOOD, HI


def _shapes(method: str, **extra: object) -> Shapes:
    return Shapes(goal_of(method, extra), renamed_columns(extra))


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.method}: {case.name}") for case in CASES])
def test_a_known_shape_has_no_fault(case: Case) -> None:
    judge = judge_for(case.method, case.extra)

    assert [judge(record) for record in case.records] == [""] * len(case.records)


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.method}: {case.name}") for case in CASES])
def test_what_is_read_is_of_a_shape_that_is_read_as_it_is(case: Case) -> None:
    shapes = _shapes(case.method, **{name: value for name, value in case.extra.items() if name != "columns"})
    first = _shapes(case.method, **case.extra).read(case.records[0])

    assert shapes.read(first) == first


@pytest.mark.parametrize(
    ("method", "record", "note"),
    [
        (
            "dpo",
            {"id": "1", "system": "s", "instruction": "i", "input": "", "chosen": "a", "rejected": "b"},
            (
                "dpo data: chosen is the better answer, rejected the worse one; "
                "the prompt is made of system, instruction, input; not used: id"
            ),
        ),
        (
            "dpo",
            {"chosen": HI + GOOD, "rejected": HI + BAD},
            "dpo data: chosen is the better answer, rejected the worse one; both have the prompt in them",
        ),
        ("dpo", {"messages": HI + GOOD, "rejected_response": "bad"}, ""),
        ("sft", {"messages": HI + GOOD, "id": 7}, ""),
        ("sft", {"query": "a", "response": "b"}, ""),
        (
            "sft",
            {"instruction": "a", "context": "c", "response": "b", "category": "d"},
            "sft data: the prompt is made of instruction, context, the answer is response; not used: category",
        ),
        (
            "sft",
            {"text": "a", "url": "u"},
            "sft data: text is learned as it stands, as no column is a prompt; not used: url",
        ),
        ("sft", {"response": "a"}, "sft data: response is learned as it stands, as no column is a prompt"),
        (
            "sft",
            {"source": "a", "target": "b", "type": "c"},
            "sft data: the prompt is made of source, the answer is target; not used: type",
        ),
        ("grpo", {"Q": "a", "A": "b"}, "grpo data: the prompt is made of Q"),
        (
            "sft",
            {"messages": [*HI, {**GOOD[0], "reasoning_content": "hm"}]},
            (
                "sft data: reasoning_content of the messages in messages is not used; to learn it, write it at the "
                "beginning of content, as <think>…</think>"
            ),
        ),
        (
            "kto",
            {"prompt": "a", "completion": "b", "label": True},
            (
                "kto data: the prompt is made of prompt, the answer is completion; "
                "label tells whether the answer is wanted"
            ),
        ),
    ],
)
def test_what_was_recognised_is_told(method: str, record: Row, note: str) -> None:
    assert _shapes(method).note(record) == note


@pytest.mark.parametrize(
    "columns", [{"text": "response"}, '{"text": "response"}', {"title": "query", "text": "response"}]
)
def test_what_somebody_has_said_is_the_answer_is_learned(columns: object) -> None:
    assert "would be learned without one" in _shapes("sft").fault({"title": "a", "text": "b"})
    assert _shapes("sft", columns=columns).fault({"title": "a", "text": "b"}) == ""


def test_a_column_that_is_filled_in_another_record_counts_there() -> None:
    shapes = _shapes("sft")

    assert shapes.read({"prompt": "hi", "response": "good", "question": ""})["messages"] == HI + GOOD
    assert "could both be the question" in shapes.fault({"prompt": "hi", "response": "good", "question": "ho"})
    assert shapes.fault({"text": "a", "note": ""}) == ""
    assert "would be learned without one" in shapes.fault({"text": "a", "note": "b"})


@pytest.mark.parametrize("name", ["id", "user_id", "db_id", "uniqueKey", "name", "source", "lang", "url", "file_path"])
def test_no_hint_takes_what_tells_of_the_record_for_an_answer(name: str) -> None:
    for record in ({"query": "hi", name: "x"}, {"query": "hi", "question": "good", name: "x"}, {name: "x"}):
        assert f'"{name}": "' not in _shapes("sft").fault(record)
        assert f'"{name}": "' not in _shapes("dpo").fault(record)


def test_the_second_answer_has_the_tools_and_pictures_of_the_first() -> None:
    record = {"prompt": "hi", "chosen": "good", "rejected": "bad", "tools": ["t"], "images": ["a.png"], "other": 1}

    read = _shapes("dpo").read(record)

    assert read["rejected_tools"] == ["t"]
    assert read["rejected_images"] == ["a.png"]
    assert "rejected_other" not in read


def test_the_tools_of_openais_preferences_are_found_beside_the_messages() -> None:
    asked = {"messages": HI, "tools": [{"type": "function"}]}

    read = _shapes("dpo").read({"input": asked, "preferred_output": GOOD, "non_preferred_output": BAD})

    assert (read["tools"], read["rejected_tools"]) == ([{"type": "function"}], [{"type": "function"}])


@pytest.mark.parametrize("arguments", ["", " ", None, "{}", {}])
def test_a_call_without_arguments_has_an_empty_object(arguments: object) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "clock", "arguments": arguments}}
    record = {"messages": [*HI, {"role": "assistant", "content": None, "tool_calls": [call]}]}

    [_, turn] = _shapes("sft").read(record)["messages"]

    assert turn["tool_calls"] == [{"id": "c", "type": "function", "function": {"name": "clock", "arguments": {}}}]


@pytest.mark.parametrize("written", ['{"name": "clock", "arguments": ""}', '{"name": "clock"}'])
def test_a_written_call_without_arguments_has_them_too(written: str) -> None:
    [_, turn] = _shapes("sft").read({"messages": [*HI, *turns(("tool_call", written))]})["messages"]

    assert turn["content"] == {"name": "clock", "arguments": {}}


def test_columns_that_another_record_of_the_file_has_do_not_count_where_they_are_null() -> None:
    record = {"prompt": "hi", "chosen": "good", "rejected": "bad", "messages": None, "rejected_response": None}

    assert _shapes("dpo").read(record) == {"messages": HI + GOOD, "rejected_messages": HI + BAD}


def test_data_that_nothing_is_asked_of_are_left_alone() -> None:
    assert _shapes("pt").read({"anything": 1}) == {"anything": 1}
    assert _shapes("sft", task_type="prm").fault({"anything": 1}) == ""


def test_a_number_of_labels_alone_makes_a_classifier_as_ms_swift_takes_it() -> None:
    assert goal_of("sft", {"num_labels": 3}) == goal_of("sft", {"num_labels": 3, "task_type": "seq_cls"})
    assert goal_of("sft", {"num_labels": 3, "task_type": "causal_lm"}).aim is Aim.REPLY
