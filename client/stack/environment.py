"""Which variables of the caller's environment a process of a local stack gets: what it needs, and no secret beside.

An allow-list: nobody can tell beforehand what else is kept in an environment.
"""

import re
from collections.abc import Mapping

# How a process finds programs, files and words, whatever it does.
OF_EVERY_PROGRAM = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TZDIR|TMPDIR|XDG_\w+|VIRTUAL_ENV|PYTHON\w+|LD_\w+|DYLD_\w+"
    r"|OMP_NUM_THREADS|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE"
)

# The service's settings that are no secrets. The stack itself sets where things listen and lie.
SETTINGS = frozenset(
    {
        "ENVIRONMENT", "REDIS_DB", "REDIS_BROKER_DB", "LOG_LEVEL", "LOG_FORMAT", "API_PREFIX", "MAX_BODY_BYTES",
        "IDEMPOTENCY_HOURS", "RATE_LIMIT", "RATE_LIMIT_FAILED_AUTH", "TRUSTED_PROXIES", "AUDIT_MAX", "SSE_MAX_CLIENTS",
        "SSE_HEARTBEAT_SECONDS", "METRICS_OPEN", "CLIENT_SILENCE_SECONDS", "GATEWAY_MAX_BODY_BYTES",
        "GATEWAY_CONNECT_SECONDS", "GATEWAY_FIRST_BYTE_SECONDS", "GATEWAY_IDLE_SECONDS", "GATEWAY_EJECT_SECONDS",
        "GATEWAY_REFRESH_SECONDS", "GATEWAY_STALE_SECONDS", "GATEWAY_GRACE_SECONDS", "MEDIA_URLS", "ALLOWED_ROOTS",
        "DATASET_MAX_BYTES", "DATASET_MIN_FREE_BYTES", "DATASET_UPLOAD_HOURS", "DATASET_CACHE_BYTES", "API_URL",
        "RETENTION_JOBS_DAYS", "RETENTION_LOGS_DAYS", "RETENTION_METRICS_DAYS", "RETENTION_RESULTS_DAYS",
        "RETENTION_AUDIT_DAYS",
        "QUEUE_CHECK_INTERVAL", "NODE_TTL_SECONDS", "HINT_TIMEOUT_SECONDS", "PASS_TTL_SECONDS", "INFRA_RETRIES",
        "GPU_MEMORY_THRESHOLD", "GPU_MEMORY_FREE_THRESHOLD_GB", "NODE_NAME", "NODE_LABELS", "HEARTBEAT_SECONDS",
        "FOLLOW_SECONDS", "STOP_GRACE_SECONDS", "DRAIN_SECONDS", "STALLED_AFTER_SECONDS", "START_TIMEOUT_SECONDS",
        "HANG_AFTER_SECONDS", "SWIFT_OMP_THREADS", "ATTEMPT_CGROUPS", "FOLLOWERS_MAX", "LOG_FILE_MAX_BYTES",
        "NODE_MIN_FREE_BYTES", "DEPLOY_HOST", "DEPLOY_ADVERTISE_HOST", "DEPLOY_PORT_RANGE",
        "DEPLOY_READY_TIMEOUT_SECONDS", "DEPLOY_PROBE_SECONDS", "DEPLOY_PROBE_TIMEOUT_SECONDS",
        "DEPLOY_UNHEALTHY_SECONDS", "DEPLOY_RESTARTS_MAX", "DEPLOY_RESTART_DELAY_SECONDS", "DEPLOY_STABLE_SECONDS",
        "DEPLOY_DRAIN_SECONDS", "LOG_HEAD_BYTES", "LOG_TAIL_BYTES", "METRICS_MAX", "EVENTS_MAX", "K8S_KUBECONFIG",
        "K8S_CONTEXT", "K8S_NAMESPACE", "K8S_IMAGE", "K8S_IMAGE_PULL_SECRET", "K8S_ENV_SECRET", "K8S_TIMEOUT_SECONDS",
        "SKYPILOT_PYTHON", "SKYPILOT_TIMEOUT_SECONDS", "CLOUD_PACKAGES", "CLOUD_SECRETS", "CELERY_REMOTE_CONTROL",
    }
)  # fmt: skip

# A proxy's address may have a password in it.
_PROXIES = r"(?i:https?_proxy|no_proxy|all_proxy)"
_DOOR = r"CORS_ORIGINS"  # the others would refuse `*`: they have no API_KEY
OF_ONE = {
    "api": re.compile(rf"{_DOOR}|GUNICORN_CMD_ARGS|PROMETHEUS_MULTIPROC_DIR"),
    "gateway": re.compile(_DOOR),
    # All that a training may get of it (workers/swift/environment.py), the hubs' and trackers' tokens among it.
    "worker": re.compile(
        rf"{_PROXIES}|HF_\w+|USE_HF|MODELSCOPE_\w+|SWANLAB_\w+|WANDB_\w+|MLFLOW_\w+|TRANSFORMERS_\w+|CUDA_\w+|NVIDIA_\w+|NCCL_\w+"
    ),
    # The credentials of clusters and clouds; what CLOUD_SECRETS names besides.
    "deployer": re.compile(
        rf"{_PROXIES}|KUBECONFIG|KUBERNETES_\w+|SKYPILOT_\w+|AWS_\w+|AZURE_\w+|ARM_\w+|GOOGLE_\w+|CLOUDSDK_\w+|GCLOUD_\w+"
        r"|OCI_\w+|LAMBDA_\w+|RUNPOD_\w+|VAST_\w+|NEBIUS_\w+|DIGITALOCEAN_\w+|DO_\w+|IBM_\w+|VSPHERE_\w+"
    ),
    "flower": re.compile(r"FLOWER_(?!BASIC_AUTH)\w+"),
}
_NOTHING = re.compile(r"(?!)")


def of_every_program(environ: Mapping[str, str]) -> dict[str, str]:
    """What a program that knows nothing of the service gets."""
    return {name: value for name, value in environ.items() if OF_EVERY_PROGRAM.fullmatch(name)}


def passed_on(environ: Mapping[str, str], process: str) -> dict[str, str]:
    """What the process gets of it, beside what the stack sets itself."""
    own = OF_ONE.get(process, _NOTHING)
    named = set(environ.get("CLOUD_SECRETS", "").split(",")) if process == "deployer" else set()
    return of_every_program(environ) | {
        name: value for name, value in environ.items() if name in SETTINGS or name in named or own.fullmatch(name)
    }
