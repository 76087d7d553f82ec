import json
from typing import Any

API = "/api/v1"
NODE = {
    "name": "gpu-1", "state": "drained", "why": ["drained by ann: new disk", "silent for 70 s"], "takes_work": False,
    "heartbeat_age_seconds": 70.2, "gpus": {"total": 4, "free": 3, "busy": 1}, "jobs": ["one"], "held_by": ["two"],
    "swift_version": "4.6.0",
}  # fmt: skip


def test_nodes_are_listed_with_state_and_why(swt: Any, service: Any) -> None:
    service.on("GET", "/nodes", {"nodes": [NODE]}, under=API)

    lines = swt("nodes").stdout.splitlines()

    assert lines[0].split() == ["NODE", "STATE", "GPUS", "HEARD", "JOBS", "SWIFT", "WHY"]
    assert lines[1].split("  ")[0:2] == ["gpu-1", "drained"]
    for told in ("3/4 free", "1m 10s ago", "one, two (held)", "drained by ann: new disk; silent for 70 s"):
        assert told in lines[1]


def test_one_node_is_shown_with_the_packages_beside_its_ms_swift(swt: Any, service: Any) -> None:
    packages = {"torch": "2.13.0", "deepspeed": "0.18.0"}
    service.on("GET", "/nodes/gpu-1", {**NODE, "packages": packages, "quantizer_packages": {}}, under=API)

    lines = swt("nodes", "show", "gpu-1").stdout.splitlines()
    told = json.loads(swt("nodes", "show", "gpu-1", "-o", "json").stdout)

    assert [line.split(None, 1)[1] for line in lines if line.startswith("packages")] == [
        "deepspeed 0.18.0, torch 2.13.0"
    ]
    assert told["packages"] == packages


def test_drain_sends_why(swt: Any, service: Any) -> None:
    service.on("POST", "/nodes/gpu-1/drain", NODE, under=API)

    result = swt("nodes", "drain", "gpu-1", "--reason", "new disk")

    assert (result.exit_code, result.stdout) == (0, "gpu-1 is drained\n")
    assert service.bodies == [{"reason": "new disk"}]


def test_undrain_says_so(swt: Any, service: Any) -> None:
    service.on("POST", "/nodes/gpu-1/undrain", NODE, under=API)

    assert swt("nodes", "undrain", "gpu-1").stdout == "gpu-1 takes work again\n"


def test_lost_tells_what_became_of_its_jobs(swt: Any, service: Any) -> None:
    answer = {"node": NODE, "jobs": [{"job_id": "one", "became": "requeued"}]}
    service.on("POST", "/nodes/gpu-1/lost", answer, under=API)

    result = swt("nodes", "lost", "gpu-1", "--reason", "burnt", "--force")

    assert result.stdout == "gpu-1 is declared lost\none requeued\n"
    assert service.bodies == [{"reason": "burnt", "force": True}]


def test_forget_says_so_and_a_refusal_is_code_4(swt: Any, service: Any) -> None:
    service.on("DELETE", "/nodes/gpu-1", (204, None), under=API)
    service.on("DELETE", "/nodes/gpu-2", (409, {"code": "state_conflict", "detail": "it is alive"}), under=API)

    assert swt("nodes", "forget", "gpu-1").stdout == "gpu-1 forgotten\n"
    refused = swt("nodes", "forget", "gpu-2")
    assert (refused.exit_code, "it is alive" in refused.stderr) == (4, True)


def test_a_gpu_in_use_tells_that_its_node_is_drained(swt: Any, service: Any) -> None:
    gpu = {"id": 0, "node": "gpu-1", "status": "leased", "node_state": "drained", "job_id": "one"}
    service.on("GET", "/gpus", {"gpus": [gpu]})

    assert "leased (drained)" in swt("gpus").stdout


def test_stop_by_force_says_so_to_the_service(swt: Any, service: Any) -> None:
    service.on("POST", "/jobs/one/stop", {"job_id": "one", "status": "cancelled", "message": ""})

    assert swt("stop", "--force", "one").exit_code == 0
    assert dict(service.requests[-1].url.params) == {"force": "true"}
