"""A stack that serves with a fake swift: the real processes, the real launcher, short times."""

from collections.abc import Iterator

import pytest

from common.settings import load_settings
from common.store import open_store
from scheduler.audit import audit
from tests.ports import free_port
from tests.real_stack import RealStack

QUICK = {
    "GPU_SLOTS": "cpu:4",
    "DEPLOY_PROBE_SECONDS": 0.2,
    "DEPLOY_PROBE_TIMEOUT_SECONDS": 1,
    "DEPLOY_UNHEALTHY_SECONDS": 1,
    "DEPLOY_RESTART_DELAY_SECONDS": 0.1,
    "DEPLOY_RESTARTS_MAX": 2,
    "DEPLOY_READY_TIMEOUT_SECONDS": 20,
    "DEPLOY_DRAIN_SECONDS": 0.2,
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    running = RealStack(tmp_path_factory.mktemp("stack"), free_port(), **QUICK).start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def consistent(stack: RealStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After each test its deployments are gone, and records, indexes and leases agree."""
    yield
    for job in stack.get_deployments(size=100):
        if job["replica"] == 1:
            assert stack.deploy_http.delete(f"/jobs/{job['job_id']}").status_code == 204
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    store = open_store(load_settings())
    assert audit(store) == []
    assert store.nodes.leases() == {}
