"""A query may hold any bytes: those that should have been percent-encoded are, before anything parses them."""

from typing import Any
from urllib.parse import quote_from_bytes

from flask import Request

_ASCII = bytes(range(0x21, 0x7F)).decode()


class AnyQueryRequest(Request):
    """Flask's request; werkzeug's own fails on a query that is not UTF-8."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.query_string = quote_from_bytes(self.query_string, safe=_ASCII).encode()
