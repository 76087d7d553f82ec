"""From a submitted deployment to an answer at the gateway: all processes are the real ones, but for ms-swift."""

from collections.abc import Iterator

import openai
import pytest

from tests.ports import free_port
from tests.real_stack import PATIENCE_SECONDS, RealStack, eventually, fake_inputs

pytestmark = pytest.mark.integration


@pytest.fixture
def client(stack: RealStack) -> Iterator[openai.OpenAI]:
    port = free_port()
    process = stack.start_process("gateway", GATEWAY_PORT=port, GATEWAY_REFRESH_SECONDS=0.1)
    # Without an API_KEY this machine is answered whatever key it sends; openai wants one to be there.
    with openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none", max_retries=0) as connected:
        eventually(lambda: _names(connected), lambda names: names is not None, what="a gateway")
        yield connected
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0


def test_a_model_answers_by_its_name_from_ready_to_stopped(stack: RealStack, client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        _ask(client)

    job_id = stack.deploy(model_path=fake_inputs(stack.folder)["model_path"], name="spoken")["job_id"]
    eventually(lambda: _names(client), lambda names: names == ["spoken"])

    assert _ask(client).choices[0].message.content
    chunks = list(
        client.chat.completions.create(model="spoken", messages=[{"role": "user", "content": "hello"}], stream=True)
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)

    counted = eventually(
        lambda: stack.deploy_http.get(f"/jobs/{job_id}/metrics").json(), lambda traffic: traffic["requests"] == 2
    )
    assert (counted["errors"], counted["completion_tokens"] > 0, counted["mean_milliseconds"] > 0) == (0, True, True)

    stack.deploy_http.post(f"/jobs/{job_id}/stop")
    stack.wait_for_deployment(job_id, "stopped")
    eventually(lambda: _names(client), lambda names: names == [])
    with pytest.raises(openai.InternalServerError) as caught:
        _ask(client)
    assert caught.value.code == "no_healthy_replica"


def _ask(client: openai.OpenAI) -> openai.types.chat.ChatCompletion:
    return client.chat.completions.create(model="spoken", messages=[{"role": "user", "content": "hello"}])


def _names(client: openai.OpenAI) -> list[str] | None:
    try:
        return [entry.id for entry in client.models.list()]
    except openai.APIError:
        return None
