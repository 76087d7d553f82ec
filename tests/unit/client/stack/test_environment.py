"""Each process of a stack gets what it needs of the caller's environment, and tokens only who uses them."""

import re
from pathlib import Path

import pytest

from client.stack.environment import SETTINGS, of_every_program, passed_on

ROOT = Path(__file__).parents[4]
PROCESSES = ("api", "scheduler", "deployer", "worker", "gateway", "duties", "flower")
SET_BY_THE_STACK = {
    "APP_HOST",
    "APP_PORT",
    "DATA_DIR",
    "GATEWAY_HOST",
    "GATEWAY_PORT",
    "GPU_SLOTS",
    "INPUTS_VISIBLE_TO_API",
    "REDIS_HOST",
    "REDIS_PORT",
    "REDIS_SOCKET",
    "SWIFT_PYTHON",
}
SECRETS = {"API_KEY", "DEPLOYMENT_SECRET", "REDIS_PASSWORD"}
OF_DOORS = {"CORS_ORIGINS"}


def who_gets(name: str, **others: str) -> list[str]:
    return [process for process in PROCESSES if name in passed_on({name: "x", **others}, process)]


def test_every_setting_is_passed_on_or_set_or_a_secret() -> None:
    known = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]*)=", (ROOT / "env" / ".env.example").read_text(), re.MULTILINE))

    assert known == SETTINGS | SET_BY_THE_STACK | SECRETS | OF_DOORS


@pytest.mark.parametrize("name", ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "VIRTUAL_ENV", "LOG_LEVEL"])
def test_what_every_process_needs_reaches_all(name: str) -> None:
    assert who_gets(name) == list(PROCESSES)


@pytest.mark.parametrize(
    "name",
    [
        "HF_TOKEN",
        "HF_ENDPOINT",
        "HF_HOME",
        "MODELSCOPE_API_TOKEN",
        "MODELSCOPE_CACHE",
        "USE_HF",
        "TRANSFORMERS_OFFLINE",
        "SWANLAB_API_KEY",
        "SWANLAB_WEBHOOK_URL",
        "WANDB_API_KEY",
        "MLFLOW_TRACKING_URI",
        "MLFLOW_TRACKING_PASSWORD",
    ],
)
def test_the_settings_and_tokens_of_hubs_and_trackers_reach_the_worker_alone(name: str) -> None:
    assert who_gets(name) == ["worker"]


@pytest.mark.parametrize("name", ["KUBECONFIG", "AWS_SECRET_ACCESS_KEY", "GOOGLE_APPLICATION_CREDENTIALS"])
def test_the_credentials_of_clusters_and_clouds_reach_the_deployer_alone(name: str) -> None:
    assert who_gets(name) == ["deployer"]


def test_what_cloud_secrets_names_reaches_the_deployer_too() -> None:
    assert who_gets("TRACKER_KEY", CLOUD_SECRETS="HF_TOKEN,TRACKER_KEY") == ["deployer"]
    assert who_gets("HF_TOKEN", CLOUD_SECRETS="HF_TOKEN,TRACKER_KEY") == ["deployer", "worker"]


def test_proxies_reach_whoever_fetches_from_elsewhere() -> None:
    assert who_gets("https_proxy") == who_gets("NO_PROXY") == ["deployer", "worker"]


def test_web_pages_of_others_are_a_matter_of_the_doors() -> None:
    assert who_gets("CORS_ORIGINS") == ["api", "gateway"]


@pytest.mark.parametrize(
    "name",
    [
        *sorted(SECRETS),
        "FLOWER_BASIC_AUTH",
        "SWIFT_TRAINER_API_KEY",
        "GITHUB_TOKEN",
        "DATABASE_URL",
        "SSH_AUTH_SOCK",
        "OPENAI_API_KEY",
    ],
)
def test_what_nobody_needs_reaches_nobody(name: str) -> None:
    assert who_gets(name) == []
    assert of_every_program({name: "x"}) == {}
