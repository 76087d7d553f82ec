"""Makes the capture of a store: `python -m tests.old_stores.make FILE`, in a checkout of the version to be captured.

It runs that version's real processes, lets them make one record of every kind in every state, and writes down what
their Redis then holds. Only what the API and RealStack offer is used, so that any version can be captured with it.
"""

import json
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from lightkube.resources.core_v1 import Pod

from tests.eventually import PATIENCE_SECONDS, eventually
from tests.kube.fake.server import fake_cluster
from tests.kube.kubelet import Kubelet
from tests.old_stores.capture import write_capture
from tests.ports import free_port
from tests.real_stack import RealStack, fake_inputs

KEY = "a-key-that-only-the-capture-knows"
SETTINGS = {
    "API_KEY": KEY,
    "GPU_SLOTS": "cpu:8",
    "NODE_TTL_SECONDS": 300,
    "HINT_TIMEOUT_SECONDS": 300,
    "DEPLOY_PROBE_SECONDS": 0.2,
    "DEPLOY_RESTARTS_MAX": 0,
    "DEPLOY_DRAIN_SECONDS": 1,
    "DEPLOYMENT_SECRET": "a-secret-that-only-the-capture-knows",
    "K8S_IMAGE": "registry.internal/swift:1",
    "RATE_LIMIT": "",
}
QUICK = {"steps": 4, "seconds_per_step": 0.02}
LONG = {"steps": 4, "seconds_per_step": 0.02, "hang_at_step": 3}


def main() -> None:
    """Make every kind of record, and write them down while the processes are as they are."""
    target = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="swift-trainer-") as name, _stack(Path(name)) as stack:
        _fill(stack)
        with stack.frozen("scheduler"), stack.frozen("deployer"):
            write_capture(stack.redis_client(), target)


@contextmanager
def _stack(folder: Path) -> Iterator[RealStack]:
    """A running stack, with a cluster whose pods never get ready."""
    (folder / "cluster").mkdir()
    with fake_cluster(folder / "cluster") as cluster, cluster.admin() as admin:
        stack = RealStack(folder, free_port(), **SETTINGS, K8S_KUBECONFIG=cluster.kubeconfig("trainer"))
        stack.show_key(KEY)
        stack.start()
        try:
            yield stack
        finally:
            stack.replace("worker")
            stack.wait_until_ready()
            for pod_owner in stack.get_deployments(status="starting"):
                stack.deploy_http.delete(f"/jobs/{pod_owner['job_id']}")
            eventually(lambda: Kubelet(admin).end_deleted_pods() or list(admin.list(Pod)), lambda pods: not pods)
            stack.stop()


def _fill(stack: RealStack) -> None:
    _keys(stack)
    _datasets(stack)
    _ended_trainings(stack)
    _exports(stack)
    _deployments(stack)
    _gateway(stack)
    _second_node(stack)
    _running(stack)
    _waiting(stack)
    _under_a_silent_worker(stack)


def _keys(stack: RealStack) -> None:
    made = [_post(stack, "/keys", name=f"of-{scope}", scope=scope) for scope in ("read", "write", "admin")]
    _post(stack, "/keys", name="ends", scope="read", expires_in=86_400)
    stack.http.delete(f"http://127.0.0.1:{stack.port}/api/v1/keys/of-read").raise_for_status()
    stack.http.get("/jobs", headers={"Authorization": f"Bearer {made[1]['key']}"}).raise_for_status()


def _datasets(stack: RealStack) -> None:
    line = b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'
    done = _post(stack, "/datasets", name="train.jsonl", size=len(line))
    _post(stack, "/datasets", name="half.jsonl", size=1000)
    origin = f"http://127.0.0.1:{stack.port}"
    stack.http.put(origin + done["upload_url"], content=line).raise_for_status()
    data = {**fake_inputs(stack.folder, **QUICK), "data_path": "dataset:train.jsonl"}
    stack.submit(**data, output_dir="output/on-upload")
    stack.wait_for("on-upload", "completed", "failed")


def _ended_trainings(stack: RealStack) -> None:
    _train(
        stack, "trained", QUICK, priority=7, llm_params={"lora_rank": 4, "num_epochs": 2}, extra_args={"packing": False}
    )
    stack.wait_for("trained", "completed")
    _train(stack, "broken", {**QUICK, "fail_at_step": 2, "oom": True})
    stack.wait_for("broken", "failed")
    _train(stack, "unexported", {**QUICK, "export_exit_code": 1})
    stack.wait_for("unexported", "failed")
    _train(stack, "cancelled", LONG)
    stack.wait_for("cancelled", "running")
    stack.http.post("/jobs/cancelled/stop").raise_for_status()
    stack.wait_for("cancelled", "cancelled")
    _train(stack, "deployed-after", QUICK, deploy={"name": "after"})
    stack.wait_for("deployed-after", "completed")
    _train(stack, "removed", QUICK)
    stack.wait_for("removed", "completed")
    stack.http.delete("/jobs/removed").raise_for_status()


def _exports(stack: RealStack) -> None:
    done = _post(stack, "/training/jobs/trained/export")["export_job_id"]
    stack.wait_for(done, "completed")
    failed = _post(stack, "/training/jobs/unexported/export")["export_job_id"]
    stack.wait_for(failed, "failed")


def _deployments(stack: RealStack) -> None:
    eventually(lambda: stack.get_deployments(status="running"), lambda jobs: len(jobs) == 1, what="the one after")
    stopped = _deploy(stack, "stopped")
    for verb, state in (("stop", "stopped"), ("start", "running"), ("stop", "stopped")):
        stack.wait_for_deployment(stopped, "stopped" if verb == "start" else "running")
        stack.deploy_http.post(f"/jobs/{stopped}/{verb}").raise_for_status()
        stack.wait_for_deployment(stopped, state)
    for version in ("v1", "v2"):
        stack.wait_for_deployment(_deploy(stack, "talks", version=version), "running")
    eventually(lambda: stack.get_deployments(status="running"), lambda jobs: len(jobs) == 2, what="v2 in v1's place")
    stack.wait_for_deployment(_deploy(stack, "broken-server", fail_at_start=True), "failed")
    body = {"model_path": "Qwen/Qwen2.5-0.5B-Instruct", "name": "far", "deploy_target": "k8s", "replicas": 2}
    far = stack.deploy(**body)["job_id"]
    eventually(lambda: stack.deployment(far), lambda job: job["status"] in {"assigned", "starting"}, what="the cluster")
    _deploy(stack, "loads", never_ready=True)


def _gateway(stack: RealStack) -> None:
    port = free_port()
    process = stack.start_process("gateway", GATEWAY_PORT=port, GATEWAY_REFRESH_SECONDS=0.1)
    body = {"model": "talks", "messages": [{"role": "user", "content": "hello"}]}
    headers = {"Authorization": f"Bearer {_post(stack, '/keys', name='talker', scope='write')['key']}"}
    url = f"http://127.0.0.1:{port}/v1/chat/completions"
    eventually(lambda: _status(url, body, headers), lambda status: status == 200, what="an answer")
    client = stack.redis_client()
    eventually(lambda: client.zcard("st:traffic:used"), bool, what="counted traffic")
    process.terminate()
    process.wait(PATIENCE_SECONDS)


def _second_node(stack: RealStack) -> None:
    """One that is drained, and one that was declared lost under a job."""
    worker = stack.add_node(2, GPU_SLOTS="cpu:1")
    eventually(lambda: stack.get("/gpus")["gpus"], lambda gpus: len(gpus) == 9, what="the second node")
    _post(stack, "/nodes/node-2/drain", reason="its fan is replaced")
    stack.terminate(worker)
    lost = stack.add_node(3, GPU_SLOTS="cpu:1")
    eventually(lambda: stack.get("/gpus")["gpus"], lambda gpus: len(gpus) >= 10, what="the third node")
    stack.kill(lost)
    _post(stack, "/nodes/node-3/lost", force=True, reason="it burnt down")


def _running(stack: RealStack) -> None:
    for name in ("runs", "told-to-stop", "to-be-removed", "ended-by-force"):
        _train(stack, name, LONG)
        stack.wait_for(name, "running")


def _waiting(stack: RealStack) -> None:
    headers = {"Idempotency-Key": "once-and-no-more"}
    body = {**fake_inputs(stack.folder), "output_dir": "output/too-big", "gpus": 8, "priority": 9}
    stack.http.post("/jobs", json=body, headers=headers).raise_for_status()
    _train(stack, "held", QUICK, auto_start=False)
    _train(stack, "not-yet-deployed", LONG, deploy={"name": "later"}, auto_start=False)
    stack.wait_for("too-big", "queued")


def _under_a_silent_worker(stack: RealStack) -> None:
    """What its node was told and has not done: it is frozen until the capture is written."""
    stack.processes["worker"].send_signal(signal.SIGSTOP)
    stack.http.post("/jobs/told-to-stop/stop").raise_for_status()
    stack.http.post("/jobs/ended-by-force/stop", params={"force": "true"}).raise_for_status()
    stack.http.delete("/jobs/to-be-removed").raise_for_status()
    _train(stack, "assigned", QUICK, priority=10)
    stack.wait_for("assigned", "assigned")
    stack.http.post("/queue/processor/stop").raise_for_status()
    _train(stack, "while-paused", QUICK)


def _train(stack: RealStack, name: str, knobs: dict[str, Any], **body: Any) -> None:
    stack.submit(**fake_inputs(stack.folder, **knobs), output_dir=f"output/{name}", **body)


def _deploy(stack: RealStack, name: str, version: str = "", **knobs: Any) -> str:
    body = {"version": version} if version else {}
    return str(stack.deploy(model_path=fake_inputs(stack.folder, **knobs)["model_path"], name=name, **body)["job_id"])


def _post(stack: RealStack, path: str, **body: Any) -> dict[str, Any]:
    url = f"http://127.0.0.1:{stack.port}/api/v1{path}"
    response = stack.http.post(url, json=body) if body else stack.http.post(url)
    assert response.status_code < 300, f"{path}: {response.text}"
    return response.json()


def _status(url: str, body: dict[str, Any], headers: dict[str, str]) -> int:
    try:
        return httpx2.post(url, content=json.dumps(body), headers=headers, trust_env=False).status_code
    except httpx2.TransportError:
        return 0


if __name__ == "__main__":
    main()
