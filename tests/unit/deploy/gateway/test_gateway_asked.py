"""What is read of a body."""

import pytest

from deploy.gateway.bodies.asked import model_in
from deploy.gateway.errors import Refusal


def test_the_model_is_found_wherever_it_is():
    assert model_in(b'{"messages": [{"model": "no"}], "x": {"model": "no"}, "model": "yes", "stream": true}') == "yes"
    assert model_in('{"model": "通义"}'.encode()) == "通义"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "invalid_json"),
        (b"model=qwen", "invalid_json"),
        (b'{"model": "qwen"', "invalid_json"),
        (b'["model"]', "invalid_json"),
        (b'"qwen"', "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b'{"x": ' + b"[" * 100_000, "invalid_json"),
        (b"{}", "missing_required_parameter"),
        (b'{"model": ""}', "missing_required_parameter"),
        (b'{"model": null}', "missing_required_parameter"),
        (b'{"model": 7}', "missing_required_parameter"),
    ],
)
def test_other_bodies_are_refused(body, code):
    with pytest.raises(Refusal) as caught:
        model_in(body)

    assert (caught.value.status, caught.value.code) == (400, code)
