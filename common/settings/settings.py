"""What the settings are, after they were read: one field for each."""

from dataclasses import dataclass
from pathlib import Path

from common.access.addresses import Network
from common.secret import Secret
from common.swift.inputs import Roots

# An API_KEY of fewer characters may be one that somebody made up.
GUESSABLE_BELOW = 32
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingsError(ValueError):
    """The settings are unusable; the message lists every problem."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Read-only settings; env/.env.example documents each."""

    environment: str
    # Redis
    redis_host: str
    redis_port: int
    redis_db: int
    redis_broker_db: int
    redis_password: Secret
    redis_socket: str
    # Logs of the service itself
    log_level: str
    log_format: str
    # API
    api_prefix: str
    app_host: str
    app_port: int
    api_key: Secret
    max_body_bytes: int
    inputs_visible_to_api: bool
    idempotency_hours: int
    rate_limit: str
    rate_limit_failed_auth: str
    trusted_proxies: tuple[Network, ...]
    cors_origins: frozenset[str]
    audit_max: int
    sse_max_clients: int
    sse_heartbeat_seconds: float
    metrics_open: bool
    client_silence_seconds: float
    # Gateway
    gateway_host: str
    gateway_port: int
    gateway_max_body_bytes: int
    gateway_connect_seconds: float
    gateway_first_byte_seconds: float
    gateway_idle_seconds: float
    gateway_eject_seconds: float
    gateway_refresh_seconds: float
    gateway_stale_seconds: float
    gateway_grace_seconds: float
    media_urls: str
    # Files
    data_dir: Path
    allowed_roots: Roots
    # Data sets
    dataset_max_bytes: int
    dataset_min_free_bytes: int
    dataset_upload_hours: int
    dataset_cache_bytes: int
    api_url: str
    # Retention
    retention_jobs_days: float
    retention_logs_days: float
    retention_metrics_days: float
    retention_results_days: float
    retention_audit_days: float
    # Scheduler
    queue_check_interval_seconds: float
    node_ttl_seconds: float
    hint_timeout_seconds: float
    pass_ttl_seconds: float
    infra_retries: int
    gpu_memory_threshold_percent: float
    gpu_memory_free_threshold_gb: float
    # Worker
    node_name: str
    node_labels: dict[str, str]
    gpu_slots: str
    swift_python: str
    heartbeat_seconds: float
    follow_seconds: float
    stop_grace_seconds: float
    drain_seconds: float
    stalled_after_seconds: float
    start_timeout_seconds: float
    hang_after_seconds: float
    swift_omp_threads: int
    attempt_cgroups: str
    followers_max: int
    log_file_max_bytes: int
    node_min_free_bytes: int
    # Deployments
    deploy_host: str
    deploy_advertise_host: str
    deploy_ports: tuple[int, int]
    deploy_ready_timeout_seconds: float
    deploy_probe_seconds: float
    deploy_probe_timeout_seconds: float
    deploy_unhealthy_seconds: float
    deploy_restarts_max: int
    deploy_restart_delay_seconds: float
    deploy_stable_seconds: float
    deploy_drain_seconds: float
    deployment_secret: Secret
    # Bounds in Redis
    log_head_bytes: int
    log_tail_bytes: int
    metrics_max: int
    events_max: int
    # Deployments in Kubernetes
    k8s_kubeconfig: str
    k8s_context: str
    k8s_namespace: str
    k8s_image: str
    k8s_image_pull_secret: str
    k8s_env_secret: str
    k8s_timeout_seconds: float
    # Deployments in clouds
    skypilot_python: str
    skypilot_timeout_seconds: float
    cloud_packages: tuple[str, ...]
    cloud_secrets: tuple[str, ...]
    # Celery
    celery_remote_control: bool

    def redis_url(self, db: int) -> str:
        """Address of one database, for redis-py; the password travels beside it, never inside."""
        if self.redis_socket:
            return f"unix://{self.redis_socket}?db={db}"
        return f"redis://{self.redis_host}:{self.redis_port}/{db}"

    @property
    def listens_beyond_loopback(self) -> bool:
        return self.app_host not in LOOPBACK_HOSTS
