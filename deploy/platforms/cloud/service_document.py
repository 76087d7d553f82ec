"""A deployment as SkyPilot's service, as its YAML file would say it; pure."""

import base64
import gzip
import io
import shlex
import tarfile
from collections.abc import Mapping, Sequence
from typing import Any

from common.asked_media import ANY
from common.deployments import InferBackend, Serving
from common.jobs import Job
from deploy.platforms.cloud.options import CloudOptions, PlatformOptions, platform_options
from deploy.platforms.labels import dns_label
from deploy.platforms.serve_programs import LAUNCHER

SERVER_PORT = 8000
SERVER_KEY_VARIABLE = "SWIFT_TRAINER_SERVER_KEY"
MEDIA_URLS_VARIABLE = "SWIFT_TRAINER_MEDIA_URLS"
# SkyPilot adds the number of the replica, and clouds cut what is longer than some 35 characters.
_NAME_MAX = 28

_ENGINES = {InferBackend.VLLM: "vllm", InferBackend.SGLANG: "sglang[all]", InferBackend.LMDEPLOY: "lmdeploy"}
_FOLDER = "swift-deploy"
_PYTHON = "swift-deploy/venv/bin/python"
_ARCHIVE = "programs.tar.gz"
_END_OF_FILE = "END_OF_PROGRAMS"


def service_name(deployment_id: str) -> str:
    """What SkyPilot calls the deployment."""
    return dns_label(deployment_id, "swift-", _NAME_MAX)


def service_document(
    job: Job, serve_argv: Sequence[str], programs: Mapping[str, str], cloud: CloudOptions
) -> dict[str, Any]:
    """The service.

    `serve_argv` are the options of `swift deploy`, for a server that listens on all interfaces at SERVER_PORT;
    `programs` are the texts of LAUNCHER, which takes them, and of what it needs beside it. Secrets are named, their
    values are not in it.
    """
    serving, options = job.spec.serving, platform_options(job.spec.serving.platform)
    document: dict[str, Any] = {
        "name": service_name(job.id),
        "service": _service(serving, options),
        "resources": _resources(job, serving, options),
        "envs": dict(sorted(job.spec.env.items())) | _media(cloud),
        "secrets": dict.fromkeys((SERVER_KEY_VARIABLE, *cloud.secret_names)),
        "setup": _setup(programs, [*cloud.packages, *filter(None, [_ENGINES.get(serving.infer_backend)])]),
        "run": _run(serve_argv),
    }
    if options.bucket:
        document["file_mounts"] = {options.bucket.mount_path: {"source": options.bucket.source, "mode": "MOUNT"}}
    return {name: value for name, value in document.items() if value != {}}


def _service(serving: Serving, options: PlatformOptions) -> dict[str, Any]:
    probe = {"path": "/health", "initial_delay_seconds": options.startup_seconds, "timeout_seconds": 15}
    if options.autoscaling is None:
        return {"readiness_probe": probe, "replicas": serving.replicas}
    policy = {
        "min_replicas": options.autoscaling.min_replicas,
        "max_replicas": options.autoscaling.max_replicas,
        "target_qps_per_replica": options.autoscaling.target_qps_per_replica,
    }
    return {"readiness_probe": probe, "replica_policy": policy}


def _resources(job: Job, serving: Serving, options: PlatformOptions) -> dict[str, Any]:
    wanted = {
        "infra": options.infra,
        "accelerators": f"{options.accelerator}:{job.spec.gpus}" if job.spec.gpus else "",
        "cpus": options.cpus,
        # GB; "+" means at least.
        "memory": f"{-(-serving.memory_mib // 1024)}+" if serving.memory_mib else "",
        "disk_size": options.disk_size_gb,
        "use_spot": options.use_spot,
        "ports": SERVER_PORT,
    }
    return {name: value for name, value in wanted.items() if value}


def _media(cloud: CloudOptions) -> dict[str, str]:
    return {MEDIA_URLS_VARIABLE: ANY} if cloud.media_urls == ANY else {}


def _setup(programs: Mapping[str, str], packages: Sequence[str]) -> str:
    return "\n".join(
        [
            "set -e",
            "cd ~",
            f"mkdir -p {_FOLDER}",
            f"base64 -d > {_FOLDER}/{_ARCHIVE} <<'{_END_OF_FILE}'",
            base64.encodebytes(_archive(programs)).decode().rstrip("\n"),
            _END_OF_FILE,
            f"python3 -m tarfile -e {_FOLDER}/{_ARCHIVE} {_FOLDER}",
            "python3 -m venv swift-deploy/venv",
            f"{_PYTHON} -m pip install --upgrade pip",
            f"{_PYTHON} -m pip install {shlex.join(packages)}",
            "",
        ]
    )


def _archive(programs: Mapping[str, str]) -> bytes:
    """A file of tar, which packs what the texts have in common, too: a zip file of them is too long for an argument of
    Linux. The same for the same texts: a document that differs is taken for another one.
    """
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for path, text in sorted(programs.items()):
            entry, data = tarfile.TarInfo(path), text.encode()
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(content.getvalue(), mtime=0)


def _run(serve_argv: Sequence[str]) -> str:
    return f"cd ~\nexec {_PYTHON} {_FOLDER}/{LAUNCHER} {shlex.join(serve_argv)}\n"
