"""Ports: the one asked for or an error, otherwise the first free one."""

import os
import socket
from collections.abc import Iterator

import pytest

from client.stack.errors import StackError
from client.stack.ports import choose_port, is_free
from tests.ports import free_port

pytestmark = pytest.mark.integration


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", free_port())) as listener:
        yield listener.getsockname()[1]


def test_a_taken_port_that_was_asked_for_is_refused_naming_the_listener(taken_port):
    with pytest.raises(StackError, match=rf"port {taken_port} on 127\.0\.0\.1 is taken by .*pid {os.getpid()}"):
        choose_port("127.0.0.1", 8000, taken_port, print)


def test_a_taken_usual_port_is_replaced_and_that_is_said(taken_port):
    said = []

    port = choose_port("127.0.0.1", taken_port, None, said.append)

    assert port > taken_port
    assert is_free("127.0.0.1", port)
    assert said[0].endswith(f"using {port}")


def test_a_port_that_is_promised_to_another_process_is_not_given_twice(taken_port):
    free = choose_port("127.0.0.1", taken_port, None, lambda _: None)

    assert choose_port("127.0.0.1", taken_port, None, lambda _: None, promised={free}) > free
    with pytest.raises(StackError, match=f"port {free} on 127"):
        choose_port("127.0.0.1", 8000, free, print, promised={free})


def test_a_port_that_was_just_left_is_free():
    port = free_port()  # one that no connection of another process gets meanwhile
    with socket.create_server(("127.0.0.1", port)) as listener, socket.create_connection(("127.0.0.1", port)):
        listener.accept()[0].close()

    assert choose_port("127.0.0.1", 8000, port, print) == port


def test_an_address_of_another_machine_is_refused_in_words():
    with pytest.raises(StackError, match=r"cannot listen on 192\.0\.2\.1:8000"):
        choose_port("192.0.2.1", 8000, 8000, print)
