import pytest

from common.refusals import Refusal, dump_refusals, load_refusals, told, with_refusal


def refusal(node: str, message: str = "model_path: '/m' does not exist", session: int = 1) -> Refusal:
    return Refusal(node, "disk", session, "model_not_found", message)


def test_what_is_written_is_read_again() -> None:
    refusals = (refusal("a"), refusal("b", "模型"))

    assert load_refusals(dump_refusals(refusals)) == refusals
    assert load_refusals("") == ()


def test_a_later_refusal_of_a_node_takes_the_place_of_its_earlier_one() -> None:
    assert with_refusal((refusal("a"), refusal("b")), refusal("a", session=2)) == (
        refusal("b"),
        refusal("a", session=2),
    )


@pytest.mark.parametrize(
    ("refusals", "absent", "text"),
    [
        ([refusal("a", "x")], (), "x"),
        ([refusal("a", "x")], ("c (silent for 9 s)",), "x; these were not asked: c (silent for 9 s)"),
        (
            [refusal("a", "x"), refusal("b", "y")],
            (),
            "every node that could run it refused it: a: x | b: y",
        ),
        (
            [refusal(f"n{number}", "x") for number in range(1, 8)],
            (),
            "every node that could run it refused it: n1: x | n2: x | n3: x | n4: x | n5: x | and 2 more",
        ),
    ],
)
def test_one_refusal_is_told_as_it_was_said_and_several_with_who_said_it(refusals, absent, text) -> None:
    assert told(refusals, absent) == text
