"""The key of a server lies open nowhere: not in Redis, in a log, in an argument, nor in a file that others can read."""

import os
from pathlib import Path

import pytest

from common.secret import Secret
from common.store import Store
from deploy.routes import read_replicas
from deploy.sealing import SealBroken, unseal
from tests.integration.deploy.deployments.nothing_is_left import processes_of
from tests.integration.deploy.deployments.serving import ask, model
from tests.real_stack import RealStack

pytestmark = pytest.mark.integration

CHOSEN = "sk-chosen-by-the-user-and-read-by-nobody"


def everything_in_redis(store: Store, db_client: object) -> str:
    """All keys and values, of whatever type, of the state and of the messages."""
    found = []
    for client in (store.client, db_client):
        for key in client.scan_iter("*", count=1000):  # type: ignore[attr-defined]
            found += [key, repr(_value(client, key))]
    return "\n".join(found)


def _value(client: object, key: str) -> object:
    reads = {
        "string": lambda: client.get(key),  # type: ignore[attr-defined]
        "hash": lambda: client.hgetall(key),  # type: ignore[attr-defined]
        "list": lambda: client.lrange(key, 0, -1),  # type: ignore[attr-defined]
        "set": lambda: client.smembers(key),  # type: ignore[attr-defined]
        "zset": lambda: client.zrange(key, 0, -1),  # type: ignore[attr-defined]
        "stream": lambda: client.xrange(key),  # type: ignore[attr-defined]
        "none": lambda: "",  # answers of scripts are soon forgotten
    }
    return reads[client.type(key)]()  # type: ignore[attr-defined]


def files_with(folder: Path, texts: list[str]) -> list[Path]:
    needles = [text.encode() for text in texts]
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path for path in files if any(needle in _content(path) for needle in needles)]


def _content(path: Path) -> bytes:
    """Of a draft that took its final name meanwhile: nothing, the file of that name has it."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def test_a_key_is_shown_once_and_lies_open_nowhere(stack: RealStack, store: Store) -> None:
    made = stack.deploy(model_path=model(stack), name="made")
    chosen = stack.deploy(model_path=model(stack), name="chosen", api_key=CHOSEN)
    keys = [made["api_key"], chosen["api_key"]]
    assert keys[1] == CHOSEN
    assert len(keys[0]) > 40
    seen = [stack.wait_for_deployment(answer["job_id"], "running") for answer in (made, chosen)]
    assert [ask(job["endpoint"], key, job["name"]).status_code for job, key in zip(seen, keys, strict=True)] == [
        200
    ] * 2
    assert ask(seen[0]["endpoint"], CHOSEN, "made").status_code == 401

    answers = [stack.deploy_http.get(path).text for path in ("/jobs", "/queue", "/models", "/models/made")]
    for job in seen:
        paths = ("", "/status", "/logs?offset=0", "/events", "/lineage")
        answers += [stack.deploy_http.get(f"/jobs/{job['job_id']}{path}").text for path in paths]
    everywhere = "\n".join([*answers, everything_in_redis(store, stack.broker_client()), *processes_of(stack).values()])
    assert [key for key in keys if key in everywhere] == []

    # The spec of a runner, this user's alone, is the only file: the runner starts the server without Redis.
    open_files = files_with(stack.folder, keys)
    assert {path.name for path in open_files} == {"spec.json"}
    assert {path.stat().st_mode & 0o777 for path in open_files} == {0o600}
    assert all(path.stat().st_uid == os.getuid() for path in open_files)


def test_a_server_forgets_its_key_once_it_has_read_it(stack: RealStack) -> None:
    made = stack.deploy(model_path=model(stack), name="forgetful")
    seen = stack.wait_for_deployment(made["job_id"], "running")

    environment = Path(f"/proc/{seen['process_id']}/environ").read_bytes()

    assert made["api_key"].encode() not in environment
    assert b"a-secret-of-this-stack" not in environment


def test_another_secret_opens_nothing(stack: RealStack, store: Store) -> None:
    made = stack.deploy(model_path=model(stack), name="sealed")
    stack.wait_for_deployment(made["job_id"], "running")
    sealed = store.jobs.get(made["job_id"]).spec.serving.sealed_api_key  # type: ignore[union-attr]
    assert unseal(stack.settings(), sealed) == Secret(made["api_key"])
    assert [replica.api_key for replica in read_replicas(store, stack.settings())] == [Secret(made["api_key"])]

    other = RealStack(stack.folder, stack.port, **{**stack.environment, "DEPLOYMENT_SECRET": "another"}).settings()

    with pytest.raises(SealBroken, match="sealed with another DEPLOYMENT_SECRET"):
        unseal(other, sealed)
    assert read_replicas(store, other) == []  # nobody is sent to a server with a key that is none
