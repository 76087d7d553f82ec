import json
from typing import Any

import pytest

COUNTS = {"requests": 3, "errors": 1, "prompt_tokens": 6, "completion_tokens": 8, "mean_milliseconds": 5.1}
USAGE = {
    "keys": [{"key_id": "k9", "name": "ci", **COUNTS, "last_at": "2026-01-02T03:04:05Z", "models": []}],
    "models": [{"model": "bot", **COUNTS, "requests": 2, "last_at": None}],
}


@pytest.fixture(autouse=True)
def answered(service: Any) -> None:
    service.on("GET", "/usage", USAGE, under="/api/v1")


def test_usage_is_shown_by_key(swt: Any) -> None:
    heading, row = swt("usage").stdout.splitlines()

    assert heading.split("  ")[0] == "KEY"
    assert row.split() == ["ci", "3", "1", "6", "8", "5.1", "2026-01-02T03:04:05Z", "k9"]


def test_usage_is_shown_by_model(swt: Any) -> None:
    heading, row = swt("usage", "--by", "model").stdout.splitlines()

    assert heading.startswith("MODEL")
    assert row.split() == ["bot", "2", "1", "6", "8", "5.1", "-"]


def test_usage_as_json_is_what_the_service_answered(swt: Any) -> None:
    assert json.loads(swt("usage", "-o", "json").stdout) == USAGE
