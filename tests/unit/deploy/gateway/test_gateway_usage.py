"""Token counts, read from the end of an answer that passes by."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.gateway.forwarding.usage import TAIL_BYTES, AnswerTail, Usage

USAGE = {"prompt_tokens": 11, "completion_tokens": 22, "total_tokens": 33}
STREAM = (
    b'data: {"choices":[{"delta":{"content":"a \\"usage\\": {\\"prompt_tokens\\": 9} b"}}],"usage":null}\n\n'
    b'data: {"choices":[],"usage":' + json.dumps(USAGE).encode() + b"}\n\ndata: [DONE]\n\n"
)


def tail_of(*chunks: bytes) -> AnswerTail:
    tail = AnswerTail()
    for chunk in chunks:
        tail.add(chunk)
    return tail


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        (USAGE, Usage(11, 22)),
        ({"prompt_tokens": 7, "total_tokens": 7}, Usage(7, 0)),
        ({"input_tokens": 3, "output_tokens": 4, "output_tokens_details": {"reasoning_tokens": 1}}, Usage(3, 4)),
        ({"total_tokens": 5}, Usage(5, 0)),
        ({"prompt_tokens": None}, None),
        ({"prompt_tokens": -1, "completion_tokens": "many"}, None),
        ({}, None),
    ],
)
def test_every_kind_of_answer_is_understood(usage, counted):
    body = json.dumps({"object": "x", "data": [1.5] * 10, "usage": usage, "model": "qwen"}).encode()

    assert tail_of(body).usage() == counted


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_however_a_stream_is_cut_into_chunks_its_last_count_is_found(cuts):
    places = sorted({0, len(STREAM), *cuts})
    chunks = [STREAM[start:end] for start, end in pairwise(places)]

    assert tail_of(*chunks).usage() == Usage(11, 22)


def test_what_a_model_says_of_usage_is_not_counted():
    assert tail_of(STREAM.partition(b"\n\n")[0]).usage() is None


def test_a_count_in_a_comment_is_one_that_no_client_sees():
    told = b'data: {"choices":[]}\n\n: usage ' + json.dumps(USAGE).encode() + b"\n\ndata: [DONE]\n\n"

    assert tail_of(told[:40], told[40:]).usage() == Usage(11, 22)
    assert (
        tail_of(b'data: {"choices":[{"delta":{"content":"\\n: usage {\\"prompt_tokens\\": 9}"}}]}\n\n').usage() is None
    )


def test_the_last_of_running_counts_wins():
    events = [b'data: {"usage": {"prompt_tokens": 1, "completion_tokens": %d}}\n\n' % done for done in range(100)]

    assert tail_of(*events).usage() == Usage(1, 99)


def test_a_torn_count_does_not_hide_the_one_before():
    assert tail_of(b'{"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n{"usage":{"prompt_').usage() == Usage(1, 2)


@pytest.mark.parametrize("size", [1, 700, 5 * TAIL_BYTES])
def test_memory_is_bounded(size):
    tail = AnswerTail()
    for _ in range(20 * TAIL_BYTES // size):
        tail.add(b"x" * size)

    assert TAIL_BYTES <= sum(map(len, tail._chunks)) < 2 * TAIL_BYTES
