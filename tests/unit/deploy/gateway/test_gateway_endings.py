"""Whether a stream that is over is whole."""

import pytest

from deploy.gateway.forwarding.endings import before_another_event, ending_of, first_data
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


LONG = b"data: " + b"x" * (TAIL_BYTES + 100)


@pytest.mark.parametrize(
    ("stream", "between"),
    [
        (b"", b""),
        (CHUNK, b""),
        (b"data: {}\r\n\r\n", b""),
        (CHUNK + b"data: {}\n", b"\n"),
        (b"event: x\ndata: {}\r\n", b"\n"),
        (b"data: {}\r", b"\n\n"),
        (CHUNK + b"event: x\n", b""),
        (CHUNK + b": ping\n", b""),
        (CHUNK + b"data: {}", None),
        (CHUNK + b"eve", None),
        (LONG + b"\n", b"\n"),
        (LONG, None),
    ],
)
def test_another_event_can_follow_between_two_lines(stream, between):
    tail = AnswerTail()
    for place in range(0, len(stream), 1000):
        tail.add(stream[place : place + 1000])

    assert before_another_event(tail) == between


@pytest.mark.parametrize(
    ("stream", "data"),
    [
        (b"", None),
        (b": data: x\n\n:\n\n", None),
        (b"data: {}", None),
        (b"data: {}\n", None),
        (b": ping\n\nevent: x\n\ndata:\n\nevent: y\ndata: 1\ndata:2\n\ndata: 3\n\n", b"1\n2"),
        (b"data: 1\r\rdata: 2\r\r", b"1"),
        (b"data: 1\r\n\r\n", b"1"),
    ],
)
def test_the_first_data_of_a_stream_is_found(stream, data):
    assert first_data(stream) == data
