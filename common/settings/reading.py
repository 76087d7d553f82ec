"""Reads the settings from the environment and env/.env.<ENVIRONMENT>: once, all problems at a time."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

from environs import Env, EnvValidationError
from marshmallow.validate import Length, OneOf, Range, Regexp

from common.access.origins import ANY, ORIGINS, origins_in
from common.asked_media import DENY, POLICIES
from common.secret import Secret
from common.settings.settings import LOOPBACK_HOSTS, Settings, SettingsError
from common.settings.values import (
    ENV_FOLDER,
    NAMES,
    NODE_NAME,
    NODE_NAME_ERROR,
    ORIGINS_ERROR,
    PORTS,
    PORTS_ERROR,
    RATE,
    SENDABLE,
    SENDABLE_ERROR,
    networks_in,
    port_range,
    roots,
    validate_networks,
    variable_names,
)


def load_settings(env_folder: Path = ENV_FOLDER) -> Settings:
    """Settings from the environment, filled up from env/.env.<ENVIRONMENT>, which never wins over it.

    Raises SettingsError that names every wrong value.
    """
    env = Env(eager=False)
    named_file = env_folder / f".env.{os.environ.get('ENVIRONMENT', 'dev')}"
    if named_file.is_file():
        env.read_env(str(named_file), recurse=False, override=False)
    settings = _read(env)
    try:
        env.seal()
    except EnvValidationError as problem:
        raise SettingsError(_describe(problem)) from problem
    _refuse_open_door(settings)
    return settings


def _read(env: Env) -> Settings:
    positive = Range(min=0, min_inclusive=False)
    port = Range(min=1, max=65535)
    database = Range(min=0, max=1023)
    rate = Regexp(RATE, error="Must look like 600/minute, or be empty for no limit.")
    names = Regexp(NAMES, error="Must be names of environment variables, separated by commas.")
    data_dir = env.path("DATA_DIR", Path("data")).expanduser().absolute()
    return Settings(
        environment=env.str("ENVIRONMENT", "dev"),
        redis_host=env.str("REDIS_HOST", "localhost"),
        redis_port=env.int("REDIS_PORT", 6379, validate=port),
        redis_db=env.int("REDIS_DB", 0, validate=database),
        redis_broker_db=env.int("REDIS_BROKER_DB", 1, validate=database),
        redis_password=Secret(env.str("REDIS_PASSWORD", "")),
        redis_socket=env.str("REDIS_SOCKET", ""),
        log_level=env.str("LOG_LEVEL", "INFO", validate=OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])),
        log_format=env.str("LOG_FORMAT", "auto", validate=OneOf(["auto", "json", "console"])),
        api_prefix=env.str("API_PREFIX", "/api/v1").rstrip("/"),
        app_host=env.str("APP_HOST", "127.0.0.1"),
        app_port=env.int("APP_PORT", 8000, validate=port),
        api_key=Secret(env.str("API_KEY", "", validate=Regexp(SENDABLE, error=SENDABLE_ERROR))),
        max_body_bytes=env.int("MAX_BODY_BYTES", 1024 * 1024, validate=Range(min=1024)),
        inputs_visible_to_api=env.bool("INPUTS_VISIBLE_TO_API", False),
        idempotency_hours=env.int("IDEMPOTENCY_HOURS", 24, validate=positive),
        rate_limit=env.str("RATE_LIMIT", "600/minute", validate=rate),
        rate_limit_failed_auth=env.str("RATE_LIMIT_FAILED_AUTH", "20/minute", validate=rate),
        trusted_proxies=networks_in(env.str("TRUSTED_PROXIES", "", validate=validate_networks)),
        cors_origins=origins_in(env.str("CORS_ORIGINS", "", validate=Regexp(ORIGINS, error=ORIGINS_ERROR))),
        audit_max=env.int("AUDIT_MAX", 10_000, validate=Range(min=10)),
        sse_max_clients=env.int("SSE_MAX_CLIENTS", 1000, validate=Range(min=0, max=10_000)),
        sse_heartbeat_seconds=env.float("SSE_HEARTBEAT_SECONDS", 15.0, validate=positive),
        metrics_open=env.bool("METRICS_OPEN", False),
        client_silence_seconds=env.float("CLIENT_SILENCE_SECONDS", 30.0, validate=positive),
        gateway_host=env.str("GATEWAY_HOST", "127.0.0.1"),
        gateway_port=env.int("GATEWAY_PORT", 8001, validate=port),
        gateway_max_body_bytes=env.int("GATEWAY_MAX_BODY_BYTES", 64 * 1024**2, validate=Range(min=1024)),
        gateway_connect_seconds=env.float("GATEWAY_CONNECT_SECONDS", 2.0, validate=positive),
        gateway_first_byte_seconds=env.float("GATEWAY_FIRST_BYTE_SECONDS", 600.0, validate=positive),
        gateway_idle_seconds=env.float("GATEWAY_IDLE_SECONDS", 300.0, validate=positive),
        gateway_eject_seconds=env.float("GATEWAY_EJECT_SECONDS", 5.0, validate=Range(min=0)),
        gateway_refresh_seconds=env.float("GATEWAY_REFRESH_SECONDS", 0.5, validate=positive),
        gateway_stale_seconds=env.float("GATEWAY_STALE_SECONDS", 600.0, validate=Range(min=0)),
        gateway_grace_seconds=env.float("GATEWAY_GRACE_SECONDS", 30.0, validate=Range(min=0)),
        media_urls=env.str("MEDIA_URLS", DENY, validate=OneOf(POLICIES)),
        data_dir=data_dir,
        allowed_roots=roots(env.str("ALLOWED_ROOTS", ""), data_dir),
        dataset_max_bytes=env.int("DATASET_MAX_BYTES", 10 * 1024**3, validate=Range(min=1)),
        dataset_min_free_bytes=env.int("DATASET_MIN_FREE_BYTES", 1024**3, validate=Range(min=0)),
        dataset_upload_hours=env.int("DATASET_UPLOAD_HOURS", 24, validate=Range(min=0)),
        dataset_cache_bytes=env.int("DATASET_CACHE_BYTES", 50 * 1024**3, validate=positive),
        api_url=env.str(
            "API_URL", "", validate=Regexp(r"^(https?://\S+)?$", error="Must start with http:// or https://.")
        ),
        retention_jobs_days=env.float("RETENTION_JOBS_DAYS", 180.0, validate=Range(min=0)),
        retention_logs_days=env.float("RETENTION_LOGS_DAYS", 30.0, validate=Range(min=0)),
        retention_metrics_days=env.float("RETENTION_METRICS_DAYS", 90.0, validate=Range(min=0)),
        retention_results_days=env.float("RETENTION_RESULTS_DAYS", 7.0, validate=Range(min=0)),
        retention_audit_days=env.float("RETENTION_AUDIT_DAYS", 365.0, validate=Range(min=0)),
        queue_check_interval_seconds=env.float("QUEUE_CHECK_INTERVAL", 5.0, validate=positive),
        node_ttl_seconds=env.float("NODE_TTL_SECONDS", 30.0, validate=positive),
        hint_timeout_seconds=env.float("HINT_TIMEOUT_SECONDS", 10.0, validate=positive),
        pass_ttl_seconds=env.float("PASS_TTL_SECONDS", 30.0, validate=positive),
        infra_retries=env.int("INFRA_RETRIES", 3, validate=Range(min=0)),
        gpu_memory_threshold_percent=env.float("GPU_MEMORY_THRESHOLD", 10.0, validate=Range(min=0, max=100)),
        gpu_memory_free_threshold_gb=env.float("GPU_MEMORY_FREE_THRESHOLD_GB", 0.0, validate=Range(min=0)),
        node_name=env.str("NODE_NAME", "", validate=Regexp(NODE_NAME, error=NODE_NAME_ERROR)) or socket.gethostname(),
        node_labels=env.dict("NODE_LABELS", {}, subcast_values=str),
        gpu_slots=env.str("GPU_SLOTS", "auto"),
        swift_python=env.str("SWIFT_PYTHON", ".venv-swift/bin/python", validate=Length(min=1)),
        heartbeat_seconds=env.float("HEARTBEAT_SECONDS", 2.0, validate=positive),
        follow_seconds=env.float("FOLLOW_SECONDS", 0.25, validate=positive),
        stop_grace_seconds=env.float("STOP_GRACE_SECONDS", 30.0, validate=Range(min=0)),
        drain_seconds=env.float("DRAIN_SECONDS", 60.0, validate=Range(min=0)),
        stalled_after_seconds=env.float("STALLED_AFTER_SECONDS", 900.0, validate=positive),
        start_timeout_seconds=env.float("START_TIMEOUT_SECONDS", 3600.0, validate=positive),
        hang_after_seconds=env.float("HANG_AFTER_SECONDS", 0.0, validate=Range(min=0)),
        swift_omp_threads=env.int("SWIFT_OMP_THREADS", 1, validate=Range(min=1)),
        attempt_cgroups=env.str("ATTEMPT_CGROUPS", "auto", validate=OneOf(["auto", "off"])),
        followers_max=env.int("FOLLOWERS_MAX", 64, validate=Range(min=1)),
        log_file_max_bytes=env.int("LOG_FILE_MAX_BYTES", 1024**3, validate=Range(min=0)),
        node_min_free_bytes=env.int("NODE_MIN_FREE_BYTES", 1024**3, validate=Range(min=0)),
        deploy_host=env.str("DEPLOY_HOST", "127.0.0.1"),
        deploy_advertise_host=env.str("DEPLOY_ADVERTISE_HOST", ""),
        deploy_ports=port_range(env.str("DEPLOY_PORT_RANGE", "30000-30999", validate=Regexp(PORTS, error=PORTS_ERROR))),
        deploy_ready_timeout_seconds=env.float("DEPLOY_READY_TIMEOUT_SECONDS", 1800.0, validate=positive),
        deploy_probe_seconds=env.float("DEPLOY_PROBE_SECONDS", 5.0, validate=positive),
        deploy_probe_timeout_seconds=env.float("DEPLOY_PROBE_TIMEOUT_SECONDS", 5.0, validate=positive),
        deploy_unhealthy_seconds=env.float("DEPLOY_UNHEALTHY_SECONDS", 60.0, validate=positive),
        deploy_restarts_max=env.int("DEPLOY_RESTARTS_MAX", 5, validate=Range(min=0)),
        deploy_restart_delay_seconds=env.float("DEPLOY_RESTART_DELAY_SECONDS", 1.0, validate=positive),
        deploy_stable_seconds=env.float("DEPLOY_STABLE_SECONDS", 600.0, validate=positive),
        deploy_drain_seconds=env.float("DEPLOY_DRAIN_SECONDS", 10.0, validate=Range(min=0)),
        deployment_secret=Secret(env.str("DEPLOYMENT_SECRET", "")),
        log_head_bytes=env.int("LOG_HEAD_BYTES", 256 * 1024, validate=Range(min=1024)),
        log_tail_bytes=env.int("LOG_TAIL_BYTES", 1024 * 1024, validate=Range(min=1024)),
        metrics_max=env.int("METRICS_MAX", 20_000, validate=Range(min=10)),
        events_max=env.int("EVENTS_MAX", 1_000, validate=Range(min=10)),
        k8s_kubeconfig=env.str("K8S_KUBECONFIG", ""),
        k8s_context=env.str("K8S_CONTEXT", ""),
        k8s_namespace=env.str("K8S_NAMESPACE", ""),
        k8s_image=env.str("K8S_IMAGE", ""),
        k8s_image_pull_secret=env.str("K8S_IMAGE_PULL_SECRET", ""),
        k8s_env_secret=env.str("K8S_ENV_SECRET", ""),
        k8s_timeout_seconds=env.float("K8S_TIMEOUT_SECONDS", 10.0, validate=positive),
        skypilot_python=env.str("SKYPILOT_PYTHON", ".venv-skypilot/bin/python", validate=Length(min=1)),
        skypilot_timeout_seconds=env.float("SKYPILOT_TIMEOUT_SECONDS", 120.0, validate=positive),
        cloud_packages=tuple(env.str("CLOUD_PACKAGES", "torch==2.13.0 ms-swift==4.6.0 llguidance").split()),
        cloud_secrets=variable_names(env.str("CLOUD_SECRETS", "", validate=names)),
        celery_remote_control=env.bool("CELERY_REMOTE_CONTROL", False),
    )


def _describe(problem: EnvValidationError) -> str:
    found = problem.error_messages
    items = found.items() if isinstance(found, Mapping) else [("settings", found)]
    lines = [f"  {name}: {' '.join(map(str, messages))}" for name, messages in sorted(items)]
    return "these settings are wrong:\n" + "\n".join(lines)


def _refuse_open_door(settings: Settings) -> None:
    if ANY in settings.cors_origins and not settings.api_key:
        raise SettingsError(
            "CORS_ORIGINS=* without an API_KEY lets every web page that is looked at on this machine run jobs here: "
            "set API_KEY, or name the origins"
        )
    if len(settings.api_key) >= 16:
        return
    if settings.listens_beyond_loopback:
        raise SettingsError(
            f"APP_HOST={settings.app_host} is reachable from other machines and whoever may submit a job may run code: "
            "set API_KEY to a secret of at least 16 characters, or APP_HOST=127.0.0.1"
        )
    if settings.gateway_host not in LOOPBACK_HOSTS:
        raise SettingsError(
            f"GATEWAY_HOST={settings.gateway_host} is reachable from other machines and anybody could use the models: "
            "set API_KEY to a secret of at least 16 characters, or GATEWAY_HOST=127.0.0.1"
        )
