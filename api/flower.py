"""Flower with its password before everything that it answers: `python -m api.flower`, and Flower's own options.

Flower itself leaves its pages open without a password, and `/metrics`, `/healthcheck` and `/static` with one.
"""

import binascii
import hmac
import logging
import os
import sys
from base64 import b64decode
from collections.abc import Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote

import flower.command
from flower.app import Flower
from tornado.httputil import HTTPServerRequest
from tornado.log import gen_log
from tornado.web import RequestHandler

from common.messaging.app import make_app
from common.messaging.redis_password import RedisPassword
from common.settings import SettingsError, load_settings

VARIABLE = "FLOWER_BASIC_AUTH"
PASSWORD_MIN = 16
# What everybody on this machine could read in the list of processes.
SECRET_OPTIONS = ("basic_auth", "broker_api", "cookie_secret", "oauth2_key", "oauth2_secret")


class GuardedFlower(Flower):  # type: ignore[misc]  # Flower has no types
    """Finds a handler, of whatever path, only for who knows the password."""

    def __init__(self, **kwargs: Any) -> None:
        # Told by the environment, or by a flowerconfig.py, which Flower has read by now.
        if not all(_is_strong(one) for one in kwargs["options"].basic_auth or [""]):
            sys.exit(f"flower: set {VARIABLE}=<user>:<password>, a password of at least {PASSWORD_MIN} characters")
        super().__init__(**kwargs)

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        if knows(request.headers.get("Authorization", ""), self.options.basic_auth):
            return super().find_handler(request, **kwargs)
        return self.get_handler_delegate(request, _Refuse)

    @cached_property
    def broker_uri_with_password(self) -> str:
        """For the lengths of the queues, which Flower asks a Redis client of its own for."""
        uri, password = str(super().broker_uri_with_password), RedisPassword.known
        return uri.replace("://", f"://:{quote(password.reveal(), safe='')}@", 1) if password else uri


class _Refuse(RequestHandler):
    """Answers every method alike."""

    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "DELETE", "PATCH", "PUT", "OPTIONS")

    def check_xsrf_cookie(self) -> None:
        """It changes nothing."""

    def prepare(self) -> None:
        self.set_status(401)
        self.set_header("WWW-Authenticate", 'Basic realm="flower"')
        self.finish("send Flower's user and password\n")


def leave_headers_out(record: logging.LogRecord) -> bool:
    """Tornado quotes what it cannot read of a request, the value of `Authorization` whole."""
    if str(record.msg).startswith("Malformed HTTP message"):
        sender = record.args[0] if isinstance(record.args, tuple) and record.args else "somebody"
        record.msg, record.args = "Malformed HTTP message from %s: a request that is no HTTP", (sender,)
    return True


def knows(header: str, allowed: Sequence[str]) -> bool:
    """Whether the header has one of these `user:password`."""
    scheme, _, encoded = header.partition(" ")
    try:
        sent = b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return scheme.lower() == "basic" and any(hmac.compare_digest(sent, one.encode()) for one in allowed)


def _is_strong(user_and_password: str) -> bool:
    user, _, password = user_and_password.partition(":")
    return bool(user) and len(password) >= PASSWORD_MIN


def main() -> None:
    told = sys.argv[1:]
    for option in (argument.lstrip("-").partition("=")[0].replace("-", "_") for argument in told):
        if option in SECRET_OPTIONS:
            sys.exit(f"flower: everybody on this machine can read arguments: set FLOWER_{option.upper()} instead")
    try:
        app = make_app(load_settings())
    except SettingsError as problem:
        sys.exit(f"flower: {problem}")
    os.environ.setdefault("FLOWER_ADDRESS", "127.0.0.1")
    os.environ.pop("FLOWER_UNAUTHENTICATED_API", None)
    flower.command.Flower = GuardedFlower
    gen_log.addFilter(leave_headers_out)
    app.start(["flower", *told, "--read-only"])


if __name__ == "__main__":
    main()
