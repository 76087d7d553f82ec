"""What the service keeps in DATA_DIR is refused wherever a job or a deployment names a path; its outputs go there."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from common.datasets import content_path
from common.settings import Settings
from tests import bodies
from tests.integration.api.expect import TRAINING, expect_problem
from tests.integration.api.test_datasets import upload

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
DEPLOYMENTS = "/api/v1/deploy/jobs"
KEPT = "keeps for itself"
OPTIONS = ("adapters", "val_dataset", "cached_dataset", "cached_val_dataset", "ref_model", "ref_adapters")


@pytest.fixture
def own(settings: Settings) -> Path:
    """A file of the service's own, with a link to it among the outputs."""
    folder = settings.data_dir / "nodes" / "node-1"
    folder.mkdir(parents=True)
    (folder / "store.jsonl").write_text("{}\n")
    (settings.data_dir / "outputs").mkdir()
    (settings.data_dir / "outputs" / "mine").symlink_to(folder)
    return folder


def told(client: FlaskClient, path: str, body: dict[str, object]) -> dict[str, str]:
    """The message for each refused field."""
    problem = expect_problem(client.post(path, json=body), 422, "invalid_input")
    assert {error["code"] for error in problem["errors"]} <= {"path_not_allowed", "invalid"}
    return {error["field"]: error["message"] for error in problem["errors"]}


@pytest.mark.parametrize("path", ["{own}/store.jsonl", "nodes/node-1/store.jsonl", "outputs/mine/store.jsonl"])
def test_every_path_of_a_job_is_kept_out(client: FlaskClient, own: Path, path: str) -> None:
    path = path.format(own=own)
    named = dict.fromkeys(("model_path", "data_path", "output_dir"), path)
    body = bodies.training(method="dpo", **named, env={"ROOT_IMAGE_DIR": path}, extra_args=dict.fromkeys(OPTIONS, path))

    found = told(client, JOBS, body)

    assert sorted(found) == sorted([*named, "env.ROOT_IMAGE_DIR", *(f"extra_args.{name}" for name in OPTIONS)])
    assert all(KEPT in message for message in found.values())


def test_every_path_of_a_deployment_is_kept_out(client: FlaskClient, own: Path) -> None:
    body = bodies.deployment(model_path=str(own), adapters={"sql": f"{own}/store.jsonl"})

    found = told(client, DEPLOYMENTS, body)

    assert set(found) == {"model_path", "adapters.sql"}
    assert all(KEPT in message for message in found.values())


@pytest.mark.parametrize("below", ["redis", "", ".."])
def test_a_cluster_mounts_none_of_it(client: FlaskClient, settings: Settings, own: Path, below: str) -> None:
    mounted = str((settings.data_dir / below).resolve())
    storage = {"storage": {"host_path": mounted}}
    body = bodies.deployment(model_path=f"{mounted}/m", deploy_target="k8s", platform=storage)

    assert set(told(client, DEPLOYMENTS, body)) == {"platform.storage.host_path"}


def test_the_whole_data_folder_is_no_data_set(client: FlaskClient, settings: Settings, own: Path) -> None:
    found = told(client, JOBS, bodies.training(data_path=str(settings.data_dir)))

    assert found["data_path"].endswith("name one beside them")


def test_outputs_stay_the_default_place(client: FlaskClient, settings: Settings, own: Path) -> None:
    for output_dir in ("outputs/one", f"{settings.data_dir}/outputs/two", "output/three"):
        assert client.post(JOBS, json=bodies.training(output_dir=output_dir)).status_code == 201


def test_an_uploaded_data_set_is_named_by_its_id_and_not_by_its_file(client: FlaskClient, settings: Settings) -> None:
    made = upload(client)
    path = content_path(settings.data_dir, f"{made['sha256']}.jsonl")

    assert path.is_file()
    assert KEPT in told(client, JOBS, bodies.training(data_path=str(path)))["data_path"]
    assert client.post(JOBS, json=bodies.training(data_path=f"dataset:{made['id']}#2")).status_code == 201
    checked = client.post(f"{JOBS}/validate", json=bodies.training(data_path="dataset:train.jsonl#2")).get_json()
    assert checked["errors"] == []
    assert f"{path}#2" in str(checked["command"])


@pytest.mark.parametrize("value", [True, "true", False])
def test_a_job_may_not_have_its_wrong_options_passed_over(client: FlaskClient, value: object) -> None:
    problem = expect_problem(
        client.post(JOBS, json=bodies.training(extra_args={"ignore_args_error": value})), 422, "invalid_input"
    )
    assert [error["field"] for error in problem["errors"]] == ["extra_args.ignore_args_error"]

    body = bodies.deployment(extra_args={"ignore_args_error": value})
    problem = expect_problem(client.post(DEPLOYMENTS, json=body), 422, "invalid_input")
    assert [error["field"] for error in problem["errors"]] == ["extra_args.ignore_args_error"]
