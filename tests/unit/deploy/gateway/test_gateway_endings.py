"""Whether a stream that is over is whole."""

import pytest

from deploy.gateway.forwarding.endings import ending_of, has_begun
from deploy.gateway.forwarding.usage import TAIL_BYTES, AnswerTail

CHUNK = b'data: {"choices":[{"delta":{"content":"[DONE]"},"finish_reason":"stop"}]}\n\n'
ERROR = b'data: {"error":{"message":"no memory","type":"server_error","param":null,"code":null}}\n\n'


def is_whole(path: str, stream: bytes) -> bool:
    tail, ending = AnswerTail(), ending_of(path)
    for place in range(0, len(stream), 1000):
        tail.add(stream[place : place + 1000])
    assert ending is not None
    return ending(tail)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions"])
@pytest.mark.parametrize(
    ("stream", "whole"),
    [
        (CHUNK + b"data: [DONE]\n\n", True),
        (CHUNK + b"data:[DONE]\r\n\r\n", True),
        (CHUNK + b'data: [DONE]\n\n: usage {"prompt_tokens":1}\n\n', True),
        (CHUNK + b"data: [DONE]", True),
        (CHUNK + ERROR, True),
        (CHUNK + b"event: error\n" + ERROR, True),
        (CHUNK, False),
        (CHUNK + b": [DONE]\n\n", False),
        (b"data: [DONE]\n\n" + CHUNK, False),
        (ERROR + CHUNK, False),
        (CHUNK + b'data: {"error":null}\n\n', False),
        (CHUNK + b'data: {"error": {"mess', False),
        (CHUNK + b"data: " + b"[" * TAIL_BYTES, False),
    ],
)
def test_a_completion_ends_with_done_or_an_error(path, stream, whole):
    assert is_whole(path, stream) is whole


@pytest.mark.parametrize("last", ["response.completed", "response.failed", "response.incomplete", "error"])
def test_a_response_ends_with_one_of_its_last_events(last):
    begun = b'event: response.created\ndata: {"type":"response.created","response":{}}\n\n'
    end = f'event: {last}\ndata: {{"type":"{last}","sequence_number":9}}\n\n'.encode()

    assert is_whole("/v1/responses", begun + end)
    assert is_whole("/v1/responses", begun + ERROR)
    assert not is_whole("/v1/responses", begun)
    assert not is_whole("/v1/responses", end + begun)


def test_a_last_event_that_is_too_long_to_be_kept_is_no_fault():
    last = b'data: {"type":"response.completed","response":{"output":"' + b"x" * TAIL_BYTES + b'"}}\n\n'

    assert is_whole("/v1/responses", last)


def test_nobody_knows_how_other_streams_end():
    assert ending_of("/v1/audio/speech") is None


@pytest.mark.parametrize(
    ("stream", "begun"),
    [
        (b"", False),
        (b"\n\r\n", False),
        (b": data: x\n\n:\n", False),
        (b": ping\r\rd", True),
        (b"data: x", True),
        (b": ping\n\nevent: x", True),
    ],
)
def test_comments_are_no_begin(stream, begun):
    assert has_begun(stream) is begun
