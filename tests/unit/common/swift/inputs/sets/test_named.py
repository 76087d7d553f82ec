from common.datasets import PinnedDataset
from common.swift.inputs.sets.named import named_data, pinned_data, with_data
from tests.builders import make_export_spec, make_spec

PINNED = f"dataset:eval.jsonl@{'a' * 64}.jsonl#5"
MIXED = {"val_dataset": ["org/set", PINNED], "chord_sft_dataset": "expert.jsonl", "ref_model": "base", "seed": 1}


def test_the_data_path_and_the_options_with_data_sets_are_named() -> None:
    assert named_data(make_spec(data_path="train.jsonl", extra_args=MIXED)) == [
        ("data_path", "train.jsonl"),
        ("extra_args.val_dataset", "org/set"),
        ("extra_args.val_dataset", PINNED),
        ("extra_args.chord_sft_dataset", "expert.jsonl"),
    ]


def test_an_export_opens_no_data_set_of_the_trainings_options() -> None:
    spec = make_export_spec(data_path=PINNED, extra_args=MIXED)

    assert named_data(spec) == [("data_path", PINNED)]
    assert with_data(spec, lambda field, _value: field).extra_args == MIXED


def test_uploaded_ones_are_told_with_their_fields() -> None:
    found = pinned_data(make_spec(data_path="train.jsonl", extra_args=MIXED))

    assert found == [("extra_args.val_dataset", PinnedDataset("eval.jsonl", f"{'a' * 64}.jsonl", "#5"))]


def test_each_is_replaced_where_it_stands_and_nothing_else_is() -> None:
    spec = with_data(make_spec(data_path="t", extra_args=MIXED), lambda field, value: f"{field}={value}")

    assert spec.training.data_path == "data_path=t"
    assert spec.extra_args == {
        "val_dataset": ["extra_args.val_dataset=org/set", f"extra_args.val_dataset={PINNED}"],
        "chord_sft_dataset": "extra_args.chord_sft_dataset=expert.jsonl",
        "ref_model": "base",
        "seed": 1,
    }


def test_what_is_no_text_is_left_for_the_check_of_options() -> None:
    odd = {"val_dataset": [None, 7, {"a": "b"}], "chord_sft_dataset": None}

    assert with_data(make_spec(extra_args=odd), lambda _field, _value: "changed").extra_args == odd


def test_each_of_several_has_its_place_in_the_list() -> None:
    spec = make_spec(data_path=("train.jsonl#9", PINNED), extra_args={"val_dataset": "org/set"})

    assert named_data(spec) == [
        ("data_path[0]", "train.jsonl#9"),
        ("data_path[1]", PINNED),
        ("extra_args.val_dataset", "org/set"),
    ]
    assert [field for field, _ in pinned_data(spec)] == ["data_path[1]"]
    assert with_data(spec, lambda field, _value: field).training.data_path == ("data_path[0]", "data_path[1]")


def test_a_list_of_one_stays_a_list() -> None:
    spec = with_data(make_spec(data_path=("t",)), lambda _field, value: value * 2)

    assert (spec.training.data_path, spec.training.data_paths) == (("tt",), ("tt",))
