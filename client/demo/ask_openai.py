"""Asks a model that is served, as anybody would: by OpenAI's own client, which knows nothing of this service."""

import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

from client.stack.errors import StackError

if TYPE_CHECKING:
    from openai import OpenAI

MAX_ANSWER_TOKENS = 64
# In which the gateway hears of a server that answers.
NEWS_SECONDS = 60.0
POLL_SECONDS = 0.1


def check_client() -> None:
    """Raise StackError when OpenAI's client is not installed, before minutes are spent."""
    if find_spec("openai") is None:
        raise StackError("the demonstration asks through the package `openai`: install it, or run `make demo`")


def ask(base_url: str, api_key: str, model: str, question: str) -> str:
    """The model's answer. Raises StackError."""
    from openai import DefaultHttpxClient, OpenAI, OpenAIError  # noqa: PLC0415 - takes a second to import

    # A proxy from the environment cannot reach this machine's own loopback.
    with OpenAI(base_url=base_url, api_key=api_key, http_client=DefaultHttpxClient(trust_env=False)) as client:
        try:
            _wait_until_listed(client, model)
            answer = client.chat.completions.create(
                model=model,
                messages=[{"role": "user", "content": question}],
                temperature=0,
                max_tokens=MAX_ANSWER_TOKENS,
            )
        except OpenAIError as problem:
            raise StackError(f"{model} at {base_url} did not answer: {problem}") from problem
    return (answer.choices[0].message.content or "").strip()


def _wait_until_listed(client: "OpenAI", model: str) -> None:
    deadline = time.monotonic() + NEWS_SECONDS
    while model not in (names := [listed.id for listed in client.models.list()]):
        if time.monotonic() > deadline:
            raise StackError(f"{client.base_url} lists {names or 'nothing'}, and not {model}")
        time.sleep(POLL_SECONDS)
