"""What a training gets of its node for trackers."""

import json
from pathlib import Path

import pytest

from workers.outputs.links import links_text
from workers.swift.tracking import tracker_environment


def environment(node: dict[str, str] | None = None, attempt: int = 1, mark: str = "one-abc") -> dict[str, str]:
    return tracker_environment(node or {}, "one", attempt, mark, Path("/out/one/attempt-1"))


def test_the_nodes_keys_for_trackers_pass() -> None:
    base = {"SWANLAB_API_KEY": "s", "SWANLAB_WEBHOOK_URL": "https://hook", "WANDB_API_KEY": "w"}

    assert environment(base).items() >= base.items()


@pytest.mark.parametrize(
    "name",
    [
        "WANDB_BASE_URL", "WANDB_ENTITY", "WANDB_PROJECT", "WANDB_MODE", "SWANLAB_API_HOST", "SWANLAB_WEB_HOST",
        "SWANLAB_MODE", "MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_TRACKING_USERNAME",
        "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN", "MLFLOW_HTTP_REQUEST_MAX_RETRIES",
    ],
)  # fmt: skip
def test_where_and_as_whom_trackers_write_is_the_nodes(name: str) -> None:
    assert environment({name: "value"})[name] == "value"


@pytest.mark.parametrize(
    "name",
    [
        "WANDB_RUN_ID", "WANDB_RESUME", "WANDB_NAME", "WANDB_DIR", "SWANLAB_RUN_ID", "SWANLAB_EXP_NAME",
        "SWANLAB_LOGDIR", "SWANLAB_LOG_DIR", "MLFLOW_RUN_ID", "MLFLOW_RUN_NAME", "MLFLOW_NESTED_RUN",
        "HF_MLFLOW_LOG_ARTIFACTS", "REDIS_PASSWORD", "API_KEY",
    ],
)  # fmt: skip
def test_what_names_one_run_is_not_the_nodes(name: str) -> None:
    assert environment({name: "of the node"}).get(name) != "of the node"


def test_a_later_attempt_goes_on_in_the_run_of_the_first() -> None:
    names = ("WANDB_RUN_ID", "WANDB_RESUME", "SWANLAB_RUN_ID", "SWANLAB_RESUME")
    first, second, other = environment(), environment(attempt=2), environment(mark="two-abc")

    assert [first[name] for name in names] == [second[name] for name in names]
    assert (first["WANDB_RUN_ID"], first["WANDB_RESUME"]) == ("one-abc", "allow")
    assert first["SWANLAB_RUN_ID"] != other["SWANLAB_RUN_ID"]
    assert json.loads(second["MLFLOW_TAGS"]) == {"swift_trainer.job": "one", "swift_trainer.attempt": "2"}


def test_what_trackers_keep_lies_beside_what_the_attempt_saves() -> None:
    found = environment()

    assert (found["WANDB_DIR"], found["SWANLAB_LOG_DIR"]) == ("/out/one/attempt-1", "/out/one/attempt-1/swanlog")


@pytest.mark.parametrize(
    ("links", "failed", "text"),
    [
        ({"mlflow": "m", "wandb": "w"}, {}, "tracked by mlflow, wandb"),
        ({}, {"wandb": "CommError: no"}, "trains without wandb (CommError: no)"),
        ({"mlflow": "m"}, {"wandb": "E: no"}, "tracked by mlflow; trains without wandb (E: no)"),
    ],
)
def test_an_event_says_which_trackers_there_are(links: dict[str, str], failed: dict[str, str], text: str) -> None:
    assert links_text(links, failed) == text
