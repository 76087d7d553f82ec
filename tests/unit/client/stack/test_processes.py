"""How the processes of a stack are started."""

from pathlib import Path

import pytest

from client.stack.child import ServiceProcess
from client.stack.processes import stack_children
from client.stack.settings import StackSettings


def services(**changes) -> dict[str, ServiceProcess]:
    values = {
        "data_dir": Path("/data"),
        "host": "127.0.0.1",
        "port": 8123,
        "api_key": "the-key",
        "environ": {},
        "swift_python": Path("/swift/bin/python"),
        "flower_port": 5555,
        "flower_password": "the-password",
        "deployment_secret": "the-seal",
    }
    _, children = stack_children(StackSettings(**{**values, **changes}))
    return {child.name: child.service for child in children}


def test_redis_comes_before_everything_else():
    first, second = stack_children(
        StackSettings(Path("/data"), "127.0.0.1", 8000, "k", {}, Path("/swift/bin/python"), flower_port=5555)
    )

    assert [child.name for child in first] == ["redis"]
    assert [child.name for child in second] == ["api", "scheduler", "deployer", "worker", "gateway", "duties", "flower"]


@pytest.mark.parametrize("name", ["api", "scheduler", "deployer", "worker", "gateway", "duties", "flower"])
def test_no_secret_is_in_an_argument(name):
    line = " ".join(services()[name].argv)

    assert "the-key" not in line
    assert "the-password" not in line
    assert "the-seal" not in line


def test_each_secret_is_known_to_those_only_who_need_it():
    having = {
        secret: [name for name, service in services().items() if any(secret in value for value in service.env.values())]
        for secret in ("the-key", "the-password", "the-seal")
    }

    assert having == {
        "the-key": ["api", "gateway"],
        "the-password": ["flower"],
        "the-seal": ["api", "deployer", "worker", "gateway"],
    }


def test_api_listens_where_it_was_asked_to():
    assert services()["api"].argv[-2:] == ("--bind", "127.0.0.1:8123")
    assert services(host="::1")["api"].argv[-2:] == ("--bind", "[::1]:8123")


def test_the_gateway_listens_beside_the_api_and_ends_soon_unless_told_otherwise():
    env = services(host="::1", gateway_port=9001)["gateway"].env
    told = services(environ={"GATEWAY_GRACE_SECONDS": "60", "GATEWAY_HOST": "0.0.0.0"})

    assert (env["GATEWAY_HOST"], env["GATEWAY_PORT"], env["GATEWAY_GRACE_SECONDS"]) == ("::1", "9001", "3")
    assert (told["gateway"].env["GATEWAY_HOST"], told["gateway"].env["GATEWAY_GRACE_SECONDS"]) == ("127.0.0.1", "60")
    assert "GATEWAY_HOST" not in told["scheduler"].env


def test_no_job_needs_the_duties_process():
    assert not services()["duties"].essential
    assert services()["duties"].argv[1:] == ("-m", "scheduler.duties")


def test_flower_can_be_left_out_and_is_not_essential():
    assert "flower" not in services(flower_port=None)
    assert not services()["flower"].essential
