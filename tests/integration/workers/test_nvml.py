"""The inventory through the real pynvml, over a stand-in for the driver's library."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.eventually import PATIENCE_SECONDS

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
SOURCE = Path(__file__).parents[2] / "fakes" / "nvml" / "fake_nvml.c"
READ = """
import json, sys
from dataclasses import asdict
from workers.node.inventory.slots import reader
print(json.dumps([asdict(gpu) for gpu in reader("auto")()]))
"""
POLL = """
import sys
from pathlib import Path
import workers.node.inventory.poller as poller
from tests.eventually import eventually
from workers.node.inventory.slots import reader
poller.STALE_SECONDS = 0.3
polled = poller.InventoryPoller(reader("nvml"), 0.05)
def health():
    return {gpu.healthy for gpu in polled.gpus()}
polled.start()
eventually(health, lambda seen: seen == {True})
Path(sys.argv[1]).touch()
eventually(health, lambda seen: seen == {False})
Path(sys.argv[1]).unlink()
eventually(health, lambda seen: seen == {True})
print("recovered")
"""


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the stand-in, compiled."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        if os.environ.get("CI"):
            pytest.fail("no C compiler")
        pytest.skip("no C compiler")
    folder = tmp_path_factory.mktemp("nvml")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", folder / "libnvidia-ml.so.1", SOURCE], check=True)
    return folder


def run(script: str, driver: Path, *arguments: str, **environment: object) -> str:
    changed = {name: str(value) for name, value in environment.items()}
    process = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env={**os.environ, "LD_LIBRARY_PATH": str(driver), **changed},
        capture_output=True,
        text=True,
        check=False,
        timeout=3 * PATIENCE_SECONDS,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def test_gpus_are_named_by_uuid_with_what_they_have(driver: Path) -> None:
    gpus = json.loads(run(READ, driver))

    assert [gpu["uuid"] for gpu in gpus] == ["GPU-fake-0", "GPU-fake-1"]
    assert gpus[1] == {
        "uuid": "GPU-fake-1",
        "index": 1,
        "name": "NVIDIA Fake 80GB",
        "kind": "cuda",
        "memory_total_mib": 81920,
        "memory_used_mib": 2048,
        "utilization_percent": 42,
        "temperature_celsius": 55,
        "numa_node": None,
        "foreign_processes": [],
        "healthy": True,
    }


def test_a_gpu_that_fell_off_the_bus_is_there_and_not_to_be_used(driver: Path) -> None:
    gpus = json.loads(run(READ, driver, FAKE_NVML_LOST=1))

    assert [gpu["healthy"] for gpu in gpus] == [True, False]


def test_a_strangers_process_is_told_and_ours_is_not(driver: Path) -> None:
    stranger = json.loads(run(READ, driver, FAKE_NVML_PID=os.getpid()))
    assert stranger[0]["foreign_processes"] == [os.getpid()]

    with subprocess.Popen(["sleep", "600"], env={"SWIFT_TRAINER_ATTEMPT": "job:1"}) as ours:
        seen = json.loads(run(READ, driver, FAKE_NVML_PID=ours.pid))
        ours.kill()
    assert seen[0]["foreign_processes"] == []


def test_a_hanging_driver_leaves_the_worker_alive_and_its_gpus_unused(driver: Path, tmp_path: Path) -> None:
    hang = tmp_path / "hang"

    assert run(POLL, driver, str(hang), FAKE_NVML_HANG=hang) == "recovered\n"


def test_without_a_gpu_there_is_one_cpu_slot() -> None:
    gpus = json.loads(run(READ, Path("/nonexistent")))

    assert [(gpu["uuid"], gpu["kind"]) for gpu in gpus] == [("cpu-0", "cpu")]
