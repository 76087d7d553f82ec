"""The curl command that the demonstration prints does what the demonstration does."""

import json
import shlex
from pathlib import Path

from client.demo.curl import as_curl
from client.demo.job import job_body


def test_the_command_sends_the_same_body_and_no_key():
    body = job_body("/demo/model", "/demo/dataset.jsonl", "/demo/outputs/demo-1")

    words = shlex.split(as_curl("http://127.0.0.1:8000/api/v1/training/jobs", Path("/demo/api_key"), body))

    assert words[:4] == ["curl", "-X", "POST", "http://127.0.0.1:8000/api/v1/training/jobs"]
    assert "Authorization: Bearer $(cat /demo/api_key)" in words
    assert json.loads(words[-1]) == body
