from common.swift.inputs.marks import input_marks, mark
from tests.builders import make_deployment, make_spec


def test_the_model_and_each_data_set_have_a_mark() -> None:
    assert input_marks(make_spec(model_path="m", data_path="a")) == (mark("m"), mark("a"))
    assert input_marks(make_spec(model_path="m", data_path=("a", "b"))) == (mark("m"), mark("a"), mark("b"))


def test_a_server_reads_no_data() -> None:
    spec = make_deployment().spec

    assert input_marks(spec) == (mark(spec.model_path),)
