"""Proof that deployments left nothing behind: no process and so no listener, no lease, no record out of order."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common.store import Store, keys
from common.store.consistency import inconsistencies
from tests.real_stack import RealStack, eventually


def forget_all(stack: RealStack) -> None:
    """Delete all deployments, which stops them first."""
    first = [job["job_id"] for job in stack.get_deployments(size=100) if job["replica"] == 1]
    with ThreadPoolExecutor(8) as pool:
        for answer in pool.map(lambda job_id: stack.deploy_http.delete(f"/jobs/{job_id}"), first):
            assert answer.status_code == 204, answer.text
    eventually(stack.deleting, lambda left: left == [], what="the end of all deployments")


def assert_nothing_is_left(stack: RealStack, store: Store) -> None:
    eventually(lambda: inconsistencies(store), lambda problems: problems == [], what="consistency")
    assert store.nodes.leases() == {}
    assert store.models.all() == []
    assert list(store.client.scan_iter("st:job:*~*")) == []
    assert store.client.zcard(keys.DEPLOYMENTS) == 0
    # A runner ends a moment after it has written how its phase ended.
    eventually(lambda: processes_of(stack), lambda found: found == {}, what="the end of all runners")


def processes_of(stack: RealStack) -> dict[int, str]:
    """Every process that was started for an attempt of this stack: its runner and whatever came of it."""
    mark = f"{stack.folder}/nodes/".encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            argv, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if mark in argv + environment:
            found[int(folder.name)] = argv.replace(b"\0", b" ").decode(errors="replace")
    return found
