"""An API that sees the nodes' files looks for the images that records name, before the job waits for a GPU."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from common.settings import Settings
from common.store import Store
from tests import bodies
from tests.integration.api.expect import TRAINING, expect_problem

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
CHINESE = {"Accept-Language": "zh"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "seen"
    (root / "pictures").mkdir(parents=True)
    (root / "pictures" / "red.png").write_bytes(b"\x89PNG")
    return root


@pytest.fixture
def seeing(store: Store, settings: Settings, make_settings: Callable[..., Settings], root: Path) -> FlaskClient:
    made = make_settings(
        REDIS_SOCKET=settings.redis_socket, INPUTS_VISIBLE_TO_API="true", DATA_DIR=root, ALLOWED_ROOTS=root
    )
    return create_app(made).test_client()


def rows(root: Path, *images: str) -> str:
    lines = ({"query": "<image>What?", "response": "Red.", "images": [image]} for image in images)
    (root / "train.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(root / "train.jsonl")


def mllm(**changes: Any) -> dict[str, Any]:
    return bodies.training(task_type="mllm", **changes)


def test_a_job_with_a_missing_image_is_refused_with_its_row(seeing: FlaskClient, root: Path, store: Store) -> None:
    data = rows(root, f"{root}/pictures/red.png", f"{root}/pictures/blue.png")

    [error] = expect_problem(seeing.post(JOBS, json=mllm(data_path=data)), 422)["errors"]

    assert error == {
        "field": "data_path",
        "code": "data_invalid",
        "message": f"{data}, line 2: column images: '{root}/pictures/blue.png' does not exist on this machine",
    }
    assert store.listings.all_ids() == []


def test_the_validation_set_is_looked_through_as_well(seeing: FlaskClient, root: Path) -> None:
    body = mllm(extra_args={"val_dataset": rows(root, "/etc/hostname")})

    [error] = expect_problem(seeing.post(JOBS, json=body), 422)["errors"]

    assert error["field"] == "extra_args.val_dataset"
    assert "line 1: column images: '/etc/hostname' is not below an allowed root" in error["message"]


def test_relative_names_count_from_the_folder_that_the_job_sends(seeing: FlaskClient, root: Path) -> None:
    body = mllm(data_path=rows(root, "red.png"))

    [error] = expect_problem(seeing.post(JOBS, json=body), 422)["errors"]
    assert error["message"].endswith("write it in full, or send its folder as env.ROOT_IMAGE_DIR")
    assert seeing.post(JOBS, json={**body, "env": {"ROOT_IMAGE_DIR": "pictures"}}).status_code == 201


@pytest.mark.parametrize(
    ("folder", "code"), [("/etc", "path_not_allowed"), ("~/pictures", "path_not_allowed"), ("gone", "data_not_found")]
)
def test_a_folder_that_cannot_be_used_is_refused_by_its_own_name_alone(
    seeing: FlaskClient, root: Path, folder: str, code: str
) -> None:
    body = mllm(data_path=rows(root, "red.png"), env={"ROOT_IMAGE_DIR": folder})

    [error] = expect_problem(seeing.post(JOBS, json=body), 422)["errors"]

    assert (error["field"], error["code"]) == ("env.ROOT_IMAGE_DIR", code)


def test_an_api_that_does_not_see_the_files_leaves_them_to_the_node(client: FlaskClient, root: Path) -> None:
    content = (root / "train.jsonl").read_bytes() if rows(root, "red.png") else b""
    made = client.post("/api/v1/datasets", json={"name": "red.jsonl"}).json
    assert client.put(made["upload_url"], data=content).status_code == 200

    assert client.post(JOBS, json=mllm(data_path="dataset:red.jsonl")).status_code == 201
    refused = client.post(JOBS, json=mllm(data_path="dataset:red.jsonl", env={"ROOT_IMAGE_DIR": "/etc"}))
    assert [error["field"] for error in expect_problem(refused, 422)["errors"]] == ["env.ROOT_IMAGE_DIR"]


def test_addresses_in_an_uploaded_data_set_are_refused_by_row_and_column_whatever_this_api_sees(
    client: FlaskClient, root: Path
) -> None:
    rows(root, f"{root}/pictures/red.png", "http://169.254.169.254/latest/meta-data")
    made = client.post("/api/v1/datasets", json={"name": "web.jsonl"}).json
    assert client.put(made["upload_url"], data=(root / "train.jsonl").read_bytes()).status_code == 200

    def told(**headers: str) -> str:
        answer = client.post(JOBS, json=mllm(data_path="dataset:web.jsonl"), headers=headers)
        [error] = expect_problem(answer, 422)["errors"]
        assert (error["field"], error["code"]) == ("data_path", "data_invalid")
        return str(error["message"])

    assert "line 2: column images: 'http://169.254.169.254/latest/meta-data' is an address" in told()
    assert "MEDIA_URLS=any" in told()
    assert "第 2 行：列 images：'http://169.254.169.254/latest/meta-data' 是网址" in told(**CHINESE)


def test_addresses_pass_where_an_administrator_allows_any(
    store: Store, settings: Settings, make_settings: Callable[..., Settings], root: Path
) -> None:
    made = {"REDIS_SOCKET": settings.redis_socket, "INPUTS_VISIBLE_TO_API": "true"}
    made |= {"DATA_DIR": str(root), "ALLOWED_ROOTS": str(root)}
    body = mllm(data_path=rows(root, "https://example.org/a.png"))

    answers = {
        policy: create_app(make_settings(**made, MEDIA_URLS=policy)).test_client().post(JOBS, json=body).status_code
        for policy in ("deny", "public", "any")
    }

    assert answers == {"deny": 422, "public": 422, "any": 201}


def test_a_server_is_not_told_where_images_lie(client: FlaskClient) -> None:
    body = bodies.deployment(env={"ROOT_IMAGE_DIR": "pictures"})

    [error] = expect_problem(client.post("/api/v1/deploy/jobs", json=body), 422)["errors"]

    assert (error["field"], error["code"]) == ("env.ROOT_IMAGE_DIR", "unsafe_option")


def test_what_is_missing_is_told_in_chinese(seeing: FlaskClient, root: Path) -> None:
    def told(image: str, **env: str) -> str:
        body = mllm(data_path=rows(root, image), env=env)
        [error] = expect_problem(seeing.post(JOBS, json=body, headers=CHINESE), 422)["errors"]
        return str(error["message"])

    data = f"{root}/train.jsonl"
    assert told(f"{root}/no.png") == f"{data}，第 1 行：列 images：'{root}/no.png' 在这台机器上不存在"
    assert told(f"{root}/pictures") == f"{data}，第 1 行：列 images：'{root}/pictures' 不是文件"
    assert told("a.png").startswith(f"{data}，第 1 行：列 images：'a.png' 不是完整路径；")
    assert told("a.png", ROOT_IMAGE_DIR="gone") == f"{root}/gone 不是这台机器上的文件夹"
