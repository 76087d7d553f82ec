"""The processes of a local stack: how each is started and how it shows that it is ready."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from client.stack.child import Child, Service, ServiceProcess
from client.stack.embedded_redis import EmbeddedRedis
from client.stack.errors import StackError
from client.stack.readiness import answers_200, asks_for_a_password, at_once, consumers_wait, deployer_waits
from client.stack.settings import StackSettings, child_environ, reachable

API_GRACE_SECONDS = 3  # an event stream that a browser holds open would otherwise delay every stop
GATEWAY_GRACE_SECONDS = 3  # whoever stops a stack on a laptop waits for answers under way no longer
FLOWER_USER = "admin"
CONSUMERS = 2


def stack_children(settings: StackSettings) -> list[list[Child]]:
    """The stages of the stack: Redis first, then all that talks to it, side by side."""
    redis = EmbeddedRedis(settings.data_dir)
    consume = consumers_wait(redis.socket_path, CONSUMERS)

    def env(process: str) -> dict[str, str]:
        return child_environ(settings, redis.socket_path, process)

    def trusted(process: str) -> dict[str, str]:
        """For whoever makes, or needs, the keys of model servers."""
        return {**env(process), "DEPLOYMENT_SECRET": settings.deployment_secret}

    services = [
        _api(settings, trusted("api")),
        _service(settings, "scheduler", ("scheduler.main",), env("scheduler"), consume),
        _service(settings, "deployer", ("deploy.main",), trusted("deployer"), deployer_waits(redis.socket_path)),
        _service(settings, "worker", ("workers.main",), trusted("worker"), consume),
        _gateway(settings, trusted("gateway")),
        # Nobody waits for what it does, and no job needs it.
        _service(settings, "duties", ("scheduler.duties",), env("duties"), at_once, essential=False),
    ]
    if settings.flower_port is not None:
        services.append(_flower(settings, env("flower")))
    return [[redis], [ServiceProcess(service) for service in services]]


def migrate_store(settings: StackSettings) -> None:
    """Bring the store to this release's version: all processes of this stack are of it. Raises StackError."""
    env = child_environ(settings, EmbeddedRedis(settings.data_dir).socket_path, "scheduler")
    command = [sys.executable, "-m", "client.stack.migrate"]
    done = subprocess.run(command, env=env, cwd=settings.data_dir, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StackError(done.stderr.strip().removeprefix("swt: ") or "the store could not be migrated")


def _api(settings: StackSettings, env: dict[str, str]) -> Service:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    own = {"APP_HOST": settings.host, "APP_PORT": str(settings.port), "API_KEY": settings.api_key}
    command = (
        *("gunicorn", "api.app:create_app()", "--config", "python:api.gunicorn_hooks"),
        *("--workers", "1"),
        *("--graceful-timeout", str(API_GRACE_SECONDS), "--bind", f"{host}:{settings.port}"),
    )
    return _service(
        settings, "api", command, {**env, **own}, answers_200(reachable(settings.host), settings.port, "/readyz")
    )


def _gateway(settings: StackSettings, env: dict[str, str]) -> Service:
    own = {
        "GATEWAY_HOST": settings.host,
        "GATEWAY_PORT": str(settings.gateway_port),
        "API_KEY": settings.api_key,
        "GATEWAY_GRACE_SECONDS": env.get("GATEWAY_GRACE_SECONDS", str(GATEWAY_GRACE_SECONDS)),
    }
    is_ready = answers_200(reachable(settings.host), settings.gateway_port, "/readyz")
    return _service(settings, "gateway", ("deploy.gateway",), {**env, **own}, is_ready)


def _flower(settings: StackSettings, env: dict[str, str]) -> Service:
    # By the environment: an argument could be read by everybody on this machine.
    own = {"FLOWER_BASIC_AUTH": f"{FLOWER_USER}:{settings.flower_password}"}
    command = ("api.flower", "--address=127.0.0.1", f"--port={settings.flower_port}")
    is_ready = asks_for_a_password("127.0.0.1", settings.flower_port or 0)
    return _service(settings, "flower", command, {**env, **own}, is_ready, essential=False)


def _service(
    settings: StackSettings,
    name: str,
    module_and_arguments: tuple[str, ...],
    env: dict[str, str],
    is_ready: Callable[[], bool],
    *,
    essential: bool = True,
) -> Service:
    return Service(
        name=name,
        argv=(sys.executable, "-m", *module_and_arguments),
        env=env,
        cwd=settings.data_dir,
        log_path=log_path(settings.data_dir, name),
        is_ready=is_ready,
        essential=essential,
    )


def log_path(data_dir: Path, name: str) -> Path:
    return data_dir / "logs" / f"{name}.log"
