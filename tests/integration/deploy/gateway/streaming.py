"""Requests for streams."""

import json
import socket
from typing import Any

from tests.integration.deploy.gateway.gateway_process import BEARER
from tests.real_stack import PATIENCE_SECONDS


def asking(model: str, **more: Any) -> dict[str, Any]:
    """Arguments for a client's `stream`."""
    return {
        "method": "POST",
        "url": "/v1/chat/completions",
        "json": {"model": model, "stream": True, "messages": [], **more},
    }


def raw_request(port: int, model: str, receive_buffer: int | None = None, version: str = "1.1") -> socket.socket:
    """A connection that has asked for a stream and does with it what the test likes."""
    body = json.dumps(asking(model)["json"]).encode()
    client = socket.socket()
    if receive_buffer is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.settimeout(PATIENCE_SECONDS)
    client.connect(("127.0.0.1", port))
    head = f"POST /v1/chat/completions HTTP/{version}\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    client.sendall(f"{head}Authorization: {BEARER['Authorization']}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
    client.sendall(body)
    return client


def request_that_reads_nothing(port: int, model: str) -> socket.socket:
    return raw_request(port, model, receive_buffer=4096)
