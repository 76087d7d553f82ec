"""The matrix: each rule of the API with each client that has the call, against real deployments behind a gateway."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.clients import rules_of_answers, rules_of_requests, rules_of_vectors
from tests.e2e.clients.clients import ALL, MODEL, NODE, PROGRAMS, Client, absence
from tests.e2e.clients.deployment import Deployment, deployment
from tests.e2e.clients.lessons import NAME, SING, TOOLS, WEATHER, WHO
from tests.e2e.clients.rules import Rule
from tests.e2e.clients.types import typescript_faults

pytestmark = pytest.mark.e2e

RULES = [*rules_of_requests.RULES, *rules_of_answers.RULES, *rules_of_vectors.RULES]
CASES = [pytest.param(rule, name, id=f"{rule.name}-{name}") for rule in RULES for name in rule.clients]
LONG = 1500  # tokens


@pytest.fixture(scope="module")
def deployed(swift_python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployment(swift_python, tmp_path_factory.mktemp("clients"), list(ALL)) as made:
        yield made


@pytest.fixture
def client(deployed: Deployment, name: str) -> Client:
    if why := absence(name):
        pytest.skip(why)
    return deployed.clients[name]


@pytest.mark.parametrize(("rule", "name"), CASES)
def test_the_rule_holds(rule: Rule, client: Client) -> None:
    rule.check(client)


@pytest.mark.parametrize("name", ALL)
def test_a_client_that_leaves_ends_the_generation(deployed: Deployment, client: Client) -> None:
    """A server that went on would be at work for as long as a whole answer takes."""
    before = _spent(deployed)
    client.chat(SING, max_tokens=LONG)
    whole = _spent(deployed) - before

    client.chat(SING, "leave", max_tokens=LONG)
    left = _spent(deployed)
    time.sleep(whole)  # in which the rest of the answer would be made

    assert _spent(deployed) - left < whole / 4
    assert client.chat(WHO).text == NAME


def test_the_answers_are_of_the_types_of_the_client_for_node(deployed: Deployment, tmp_path: Path) -> None:
    """All that the rules above were answered, by TypeScript's compiler; some of it where only this test runs."""
    if why := absence(NODE):
        pytest.skip(why)
    client = deployed.clients[NODE]
    client.chat(WEATHER, tools=TOOLS)
    client.stream(WEATHER, tools=TOOLS, logprobs=True, stream_options={"include_usage": True})
    client.ask("completion", model=MODEL, prompt=WHO, max_tokens=4, logprobs=1)

    assert typescript_faults(client.seen, tmp_path, PROGRAMS / "node_modules") == ""


def _spent(deployed: Deployment) -> float:
    """Seconds of a processor that the server has used."""
    fields = Path(f"/proc/{deployed.server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
