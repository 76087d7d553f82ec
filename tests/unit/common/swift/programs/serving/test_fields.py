"""Each read of a field: absent, null, the right type, a wrong one, too much."""

from collections.abc import Callable
from typing import Any

import pytest

from common.swift.programs.serving.errors import ApiError
from common.swift.programs.serving.fields import Fields

READS: dict[str, Callable[[Fields], Any]] = {
    "text": lambda fields: fields.text("x"),
    "needed_text": lambda fields: fields.needed_text("x"),
    "word": lambda fields: fields.word("x", ("a", "b"), "a"),
    "needed word": lambda fields: fields.word("x", ("a", "b")),
    "flag": lambda fields: fields.flag("x"),
    "whole": lambda fields: fields.whole("x", 1, 9),
    "number": lambda fields: fields.number("x", 0, 2),
    "items": lambda fields: fields.items("x"),
    "object": lambda fields: fields.object("x"),
}
TAKEN = [
    ("text", "a", "a"), ("text", "", ""), ("needed_text", "a", "a"), ("word", "b", "b"), ("needed word", "b", "b"),
    ("flag", True, True), ("flag", False, False), ("whole", 1, 1), ("whole", 9, 9), ("whole", 8.0, 8),
    ("number", 0, 0.0), ("number", 2, 2.0), ("number", 0.5, 0.5), ("items", [], []), ("items", [1], [1]),
    ("object", {}, {}), ("object", {"a": 1}, {"a": 1}),
]  # fmt: skip
ABSENT = [
    ("text", None), ("word", "a"), ("flag", False), ("whole", None), ("number", None), ("items", None),
    ("object", None),
]  # fmt: skip
WRONG_TYPES = [
    ("text", 1, "a string", "an integer"), ("text", ["a"], "a string", "an array"),
    ("needed_text", {}, "a string", "an object"), ("word", True, "a string", "a boolean"),
    ("flag", 1, "a boolean", "an integer"), ("flag", "true", "a boolean", "a string"),
    ("whole", True, "an integer", "a boolean"), ("whole", 1.5, "an integer", "a decimal"),
    ("whole", "1", "an integer", "a string"), ("number", True, "a number", "a boolean"),
    ("number", "0.5", "a number", "a string"), ("number", [], "a number", "an array"),
    ("items", {}, "an array", "an object"), ("items", "ab", "an array", "a string"),
    ("object", [], "an object", "an array"), ("object", False, "an object", "a boolean"),
]  # fmt: skip
WRONG_VALUES = [
    ("word", "c", "Invalid value for 'x': 'c'; allowed: a, b."),
    ("word", "", "Invalid value for 'x': ''; allowed: a, b."),
    ("word", "c" * 1000, f"Invalid value for 'x': '{'c' * 80}'; allowed: a, b."),
    ("whole", 0, "Invalid value for 'x': 0 is outside 1 to 9."),
    ("whole", 10, "Invalid value for 'x': 10 is outside 1 to 9."),
    ("whole", 10.0, "Invalid value for 'x': 10 is outside 1 to 9."),
    ("whole", -(10**400), f"Invalid value for 'x': -1{'0' * 38} is outside 1 to 9."),
    ("number", 2.5, "Invalid value for 'x': 2.5 is outside 0 to 2."),
    ("number", float("nan"), "Invalid value for 'x': nan is outside 0 to 2."),
    ("number", float("inf"), "Invalid value for 'x': inf is outside 0 to 2."),
    ("number", 10**400, f"Invalid value for 'x': 1{'0' * 39} is outside 0 to 2."),
]


@pytest.mark.parametrize(("read", "value", "wanted"), TAKEN)
def test_a_right_value_is_taken(read: str, value: Any, wanted: Any) -> None:
    taken = READS[read](Fields({"x": value}))

    assert (taken, type(taken)) == (wanted, type(wanted))


@pytest.mark.parametrize("body", [{}, {"x": None}], ids=["absent", "null"])
@pytest.mark.parametrize(("read", "wanted"), ABSENT)
def test_null_counts_as_absent(read: str, wanted: Any, body: dict[str, Any]) -> None:
    assert READS[read](Fields(body)) == wanted
    assert not Fields(body).has("x")


@pytest.mark.parametrize("body", [{}, {"x": None}, {"x": ""}], ids=["absent", "null", "empty"])
def test_what_is_needed_is_missed_by_name(body: dict[str, Any]) -> None:
    error = _refused(READS["needed_text"], body, "thing.")

    assert (error.status, error.code, error.param) == (400, "missing_required_parameter", "thing.x")
    assert error.message == "Missing required parameter: 'thing.x'."


@pytest.mark.parametrize("body", [{}, {"x": None}], ids=["absent", "null"])
def test_a_word_without_a_default_is_needed(body: dict[str, Any]) -> None:
    error = _refused(READS["needed word"], body)

    assert (error.code, error.param) == ("missing_required_parameter", "x")


@pytest.mark.parametrize(("read", "value", "wanted", "got"), WRONG_TYPES)
def test_a_wrong_type_is_told(read: str, value: Any, wanted: str, got: str) -> None:
    error = _refused(READS[read], {"x": value}, "of.")

    assert (error.status, error.code, error.param) == (400, "invalid_type", "of.x")
    assert error.message == f"Invalid type for 'of.x': expected {wanted}, but got {got} instead."


@pytest.mark.parametrize(("read", "value", "message"), WRONG_VALUES)
def test_a_wrong_value_is_told(read: str, value: Any, message: str) -> None:
    error = _refused(READS[read], {"x": value})

    assert (error.status, error.code, error.param) == (400, "invalid_value", "x")
    assert error.message == message


def test_a_field_within_is_named_by_its_way() -> None:
    error = _refused(lambda fields: fields.inner("x").inner("y").flag("z"), {"x": {"y": {"z": 1}}})

    assert error.param == "x.y.z"
    assert Fields({}).inner("x").body == {}


def test_a_field_that_nobody_knows_is_refused_unless_it_is_dropped() -> None:
    error = _refused(lambda fields: fields.only({"x"}), {"x": 1, "y" * 1000: 2})

    assert (error.status, error.code, error.param) == (400, "unknown_parameter", "y" * 80)
    Fields({"y": None}).only({"x"})
    Fields({"y": 1}, drop=True).only({"x"})


@pytest.mark.parametrize("empty", [[], {}, "", 0])
def test_an_empty_value_asks_for_what_is_refused(empty: Any) -> None:
    assert _refused(lambda fields: fields.refuse({"x": "is not there"}), {"x": empty}).param == "x"


def test_a_field_that_is_refused_may_say_nothing() -> None:
    for nothing in (None, False):
        Fields({"x": nothing}).refuse({"x": "is not there"})
    Fields({"x": True}, drop=True).refuse({"x": "is not there"})

    error = _refused(lambda fields: fields.refuse({"x": "is not there"}), {"x": True})

    assert (error.status, error.code, error.param) == (400, "unsupported_parameter", "x")
    assert error.message == (
        "Unsupported parameter: 'x' is not there. Leave it out, or send drop_params: true to have it left out."
    )


def test_a_field_that_is_limited_may_say_what_is_done_anyhow() -> None:
    limited: dict[str, tuple[Any, ...]] = {"x": ("auto", "default")}
    for value in (None, "auto", "default"):
        Fields({"x": value}).limit(limited)
    Fields({"x": "flex"}, drop=True).limit(limited)

    error = _refused(lambda fields: fields.limit(limited), {"x": "flex"})

    assert (error.status, error.code, error.param) == (400, "unsupported_value", "x")
    assert error.message == "Unsupported value: 'x' may be auto or default only."
    error = _refused(lambda fields: fields.limit({"x": (False, ["text"])}), {"x": True})
    assert error.message == "Unsupported value: 'x' may be false or [\"text\"] only."


def test_what_is_dropped_is_dropped_within_as_well() -> None:
    fields = Fields.of_request({"drop_params": True, "x": {"y": [{"z": 1}, {"z": 2}]}})

    for each in fields.inner("x").each("y"):
        each.only(set())
        each.refuse({"z": "is not there"})
        each.limit({"z": (0,)})
    assert Fields.of_request({"drop_params": False}).drop is False
    assert _refused(Fields.of_request, {"drop_params": "yes"}).param == "drop_params"


def test_each_object_of_an_array_has_its_place() -> None:
    def read(fields: Fields) -> None:
        for each in fields.inner("x").each("y"):
            each.flag("z")

    assert _refused(read, {"x": {"y": [{}, {"z": 1}]}}, "of.").param == "of.x.y[1].z"
    assert _refused(read, {"x": {"y": [{}, 5]}}).param == "x.y[1]"
    assert _refused(read, {"x": {"y": {}}}).param == "x.y"
    assert Fields({}).each("y") == []
    assert [each.place for each in Fields({"y": [{}]}).each("y")] == ["y[0]"]


def _refused(read: Callable[[Any], Any], body: dict[str, Any], prefix: str = "") -> ApiError:
    with pytest.raises(ApiError) as caught:
        read(body if read == Fields.of_request else Fields(body, prefix))
    return caught.value
