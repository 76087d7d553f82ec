from pathlib import Path
from typing import Any

import pytest

from common.swift.command.argv import OptionRefused
from workers.swift.environment import child_environment, needs_rank, rank_environments


def test_nothing_of_the_service_reaches_the_child() -> None:
    ours = {"REDIS_PASSWORD": "secret", "API_KEY": "k", "PYTHONPATH": "/app", "VIRTUAL_ENV": "/v", "LD_PRELOAD": "x.so"}

    environment = _environment(base=ours | {"PATH": "/bin", "LC_ALL": "C", "https_proxy": "http://proxy:1"})

    assert environment == {
        "PATH": "/bin",
        "LC_ALL": "C",
        "https_proxy": "http://proxy:1",
        "CUDA_VISIBLE_DEVICES": "GPU-a,GPU-b",
        "MODELSCOPE_CACHE": "/cache/modelscope",
        "HF_HOME": "/cache/huggingface",
        "TMPDIR": "/cache/tmp",
        "OMP_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }


def test_a_cpu_job_sees_no_gpu() -> None:
    assert _environment(on_cpu=True, gpu_ids=["cpu-0"])["CUDA_VISIBLE_DEVICES"] == ""


def test_the_nodes_own_cache_is_shared_and_its_hub_token_passes() -> None:
    environment = _environment(base={"HF_HOME": "/models/hf", "HF_TOKEN": "t", "HF_HUB_OFFLINE": "1"})

    assert (environment["HF_HOME"], environment["HF_TOKEN"], environment["HF_HUB_OFFLINE"]) == ("/models/hf", "t", "1")


def test_the_nodes_keys_for_trackers_are_for_trainings_alone() -> None:
    base = {
        "SWANLAB_API_KEY": "s",
        "SWANLAB_WEBHOOK_URL": "https://hook",
        "WANDB_API_KEY": "w",
        "MLFLOW_TRACKING_TOKEN": "m",
    }

    assert base.keys().isdisjoint(_environment(base=base))


def test_a_job_may_set_how_images_are_cut() -> None:
    assert (
        _environment(spec_env={"MAX_PIXELS": "1003520"}, temporary_dir=Path("/t")).items()
        >= {
            "MAX_PIXELS": "1003520",
            "TMPDIR": "/t",
        }.items()
    )


@pytest.mark.parametrize(
    "name",
    [
        "PATH", "LD_PRELOAD", "PYTHONPATH", "RAY_SWIFT_ARGS", "HF_ENDPOINT", "HF_TOKEN", "CUDA_VISIBLE_DEVICES",
        "NCCL_NET_PLUGIN", "NCCL_DEBUG_FILE", "OMP_NUM_THREADS", "MAX_PIXELS\n", "",
    ],
)  # fmt: skip
def test_a_variable_that_could_run_code_or_leak_a_token_is_refused(name: str) -> None:
    with pytest.raises(OptionRefused, match=r"^env\."):
        _environment(spec_env={name: "x"})


@pytest.mark.parametrize("value", ["a\0b", "\ud800", "a\nb", "x" * 1001])
def test_a_value_that_no_process_can_be_given_is_refused(value: str) -> None:
    with pytest.raises(OptionRefused, match=r"^env\.FPS: "):
        _environment(spec_env={"FPS": value})


def test_each_rank_knows_its_place() -> None:
    first, second = rank_environments({"A": "1"}, 2, 29511)

    shared = {"A": "1", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29511"}
    assert first == shared | {"RANK": "0", "LOCAL_RANK": "0"}
    assert second == shared | {"RANK": "1", "LOCAL_RANK": "1"}


def test_a_single_process_is_no_rank() -> None:
    assert rank_environments({"A": "1"}, 1, 29511) == [{"A": "1"}]


def test_with_deepspeed_even_a_single_process_has_a_rank() -> None:
    [alone] = rank_environments({"A": "1"}, 1, 29511, even_one=needs_rank({"deepspeed": "zero2"}))

    assert (alone["RANK"], alone["LOCAL_RANK"], alone["WORLD_SIZE"], alone["MASTER_PORT"]) == ("0", "0", "1", "29511")
    assert not needs_rank({"deepspeed": None, "packing": True})


def _environment(**changes: Any) -> dict[str, str]:
    values: dict[str, Any] = {
        "base": {},
        "spec_env": {},
        "cache_dir": Path("/cache"),
        "gpu_ids": ["GPU-a", "GPU-b"],
        "on_cpu": False,
        "omp_threads": 1,
    } | changes
    return child_environment(values.pop("base"), values.pop("spec_env"), **values)
