"""The environment that a swift process gets: an allow-list of the node's, what the job asks for, its GPUs."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common.swift.command.job_environment import checked_job_environment

# Nothing of ours passes (REDIS_*, PYTHONPATH, VIRTUAL_ENV): the child neither reaches Redis nor imports our code.
FROM_NODE = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|LD_LIBRARY_PATH|CUDA_HOME|CUDA_PATH"
    r"|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(?i:https?_proxy|no_proxy|all_proxy)"
    r"|HF_ENDPOINT|HF_TOKEN|HF_HOME|HF_HUB_OFFLINE|HF_DATASETS_OFFLINE|TRANSFORMERS_OFFLINE|USE_HF"
    r"|MODELSCOPE_API_TOKEN|MODELSCOPE_CACHE|MODELSCOPE_DOMAIN|MODELSCOPE_ENVIRONMENT"
)


def child_environment(
    base: Mapping[str, str],
    spec_env: Mapping[str, str],
    *,
    cache_dir: Path,
    gpu_ids: Sequence[str],
    on_cpu: bool,
    omp_threads: int,
    temporary_dir: Path | None = None,
) -> dict[str, str]:
    """The environment of one attempt; raises OptionRefused for a variable that a job may not set.

    `base` is the worker's own environment. A cache that the node sets (HF_HOME, MODELSCOPE_CACHE) is shared by its
    jobs and wins over `cache_dir`. Without a `temporary_dir` the child writes below the cache.
    """
    caches = {"MODELSCOPE_CACHE": str(cache_dir / "modelscope"), "HF_HOME": str(cache_dir / "huggingface")}
    own = {
        "CUDA_VISIBLE_DEVICES": "" if on_cpu else ",".join(gpu_ids),
        # A folder that does not exist is passed over: Python then takes the system's.
        "TMPDIR": str(temporary_dir or cache_dir / "tmp"),
        "OMP_NUM_THREADS": str(omp_threads),
        "PYTHONUNBUFFERED": "1",
    }
    return caches | _from_node(base) | checked_job_environment(spec_env) | own


def rank_environments(
    base: Mapping[str, str], rank_count: int, master_port: int, *, even_one: bool = False
) -> list[dict[str, str]]:
    """One environment per rank on this node; a single process gets no rank at all, unless `even_one` needs it."""
    if rank_count == 1 and not even_one:
        return [dict(base)]
    shared = {
        "WORLD_SIZE": str(rank_count),
        "LOCAL_WORLD_SIZE": str(rank_count),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(master_port),
    }
    return [dict(base) | shared | {"RANK": str(rank), "LOCAL_RANK": str(rank)} for rank in range(rank_count)]


def needs_rank(extra_args: Mapping[str, Any]) -> bool:
    """Whether ms-swift cannot do without a rank though it is alone: deepspeed looks for MPI then, and fails."""
    return any(extra_args.get(name) for name in ("deepspeed", "teacher_deepspeed"))


def _from_node(base: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in base.items() if FROM_NODE.fullmatch(name)}
