"""What is read of a body."""

import pytest

from deploy.gateway.bodies.asked import asked_in
from deploy.gateway.errors import Refusal


def test_the_model_is_found_wherever_it_is():
    body = b'{"messages": [{"model": "no"}], "x": {"model": "no"}, "model": "yes", "stream": true}'

    assert asked_in(body).model == "yes"
    assert asked_in('{"model": "通义"}'.encode()).model == "通义"


@pytest.mark.parametrize(
    ("stream", "streams"),
    [("true", True), ("false", False), ("null", False), ('"true"', None), ("1", None), ("0", None), ("[]", None)],
)
def test_a_stream_is_asked_for_by_true_alone(stream, streams):
    assert asked_in(b'{"model": "m", "stream": %s}' % stream.encode()).streams is streams


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "invalid_json"),
        (b"model=qwen", "invalid_json"),
        (b'{"model": "qwen"', "invalid_json"),
        (b'["model"]', "invalid_json"),
        (b'"qwen"', "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        (b'{"model": "\xff"}', "invalid_json"),
        (b'{"model": "\\ud800"}', "invalid_json"),
        ('{"model": "m"}'.encode("utf-16"), "invalid_json"),
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
        asked_in(body)

    assert (caught.value.status, caught.value.code) == (400, code)
