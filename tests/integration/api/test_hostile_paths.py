"""Paths and addresses that lead out of the allowed roots: refused with the field named, and nothing is changed."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from common.settings import Settings
from common.store import Store
from common.swift.inputs import is_on_hub
from tests import bodies
from tests.integration.api.conftest import Dump
from tests.integration.api.expect import TRAINING, expect_problem, fields_of

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
FIELDS = ("model_path", "data_path", "output_dir")
ESCAPES = [
    "../up", "a/../../up", "..", "a/..", "./../x", "/", "//", "///etc", "/etc/passwd", "//etc/passwd",
    "/proc/self/environ", "/proc/self/root/tmp", "/dev/zero", "/dev/stdin", "file:///etc/passwd", "file:/etc", "FILE:x",
    "http://127.0.0.1:6379/", "http://169.254.169.254/latest/meta-data/", "https://evil.example/x", "s3://bucket/x",
    "gopher://127.0.0.1:6379/_FLUSHALL", "http:/\\evil.example", "ftp://a/b", "a\0b", "\0", "a\nb", "a\rb", "\x1b[2J",
    "leak", "leak/inner", "loop", "leak/../leak/x", "up", "x" * 5000, "a/" * 2100, "é" * 3000, "/" + "y" * 300,
]  # fmt: skip
PIECES = st.sampled_from(
    [
        "..",
        ".",
        "",
        "leak",
        "loop",
        "up",
        "inside",
        "%2e%2e",
        "%00",
        "~",
        "etc",
        "passwd",
        "file:",
        "http:",
        "\\",
        " ",
        "é",
    ]
)


@pytest.fixture
def planted(settings: Settings, tmp_path: Path) -> Path:
    """Below the root: a folder, and symlinks that lead to a secret, upwards and in a circle."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "inner").write_text("a secret")
    root = settings.data_dir
    (root / "inside").mkdir(parents=True)
    (root / "leak").symlink_to(outside)
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    return root


@pytest.fixture
def unchanged(store: Store, dump: Dump) -> Iterator[None]:
    before = dump()
    yield
    assert dump() == before


@pytest.mark.parametrize("field", FIELDS)
def test_a_way_out_is_refused_and_its_field_named(
    client: FlaskClient, planted: Path, unchanged: None, field: str
) -> None:
    for path in [*ESCAPES, f"{planted}/../x", f"{planted}/leak/inner", f"{planted}-beside", str(planted.parent)]:
        problem = expect_problem(client.post(JOBS, json=bodies.training(**{field: path})), 422, "invalid_input")

        assert fields_of(problem) == [field], path
        assert "secret" not in str(problem)
        assert len(problem["detail"]) < 1000


@pytest.mark.parametrize("option", ["val_dataset", "adapters", "ref_model", "reward_model", "teacher_model"])
def test_a_way_out_in_an_option_is_refused_and_named(
    client: FlaskClient, planted: Path, unchanged: None, option: str
) -> None:
    for path in ESCAPES:
        response = client.post(JOBS, json=bodies.training(method="sft", extra_args={option: path}))

        problem = expect_problem(response, 422, "invalid_input")
        assert {field.partition(".")[0] for field in fields_of(problem)} == {"extra_args"}, path


@pytest.mark.parametrize("path", ["~", "~/set.jsonl", "~root/set", "~/set.jsonl#10"])
def test_a_home_folder_is_refused_wherever_a_job_names_a_path(client: FlaskClient, unchanged: None, path: str) -> None:
    options = ["val_dataset", "adapters", "ref_model"]
    body = bodies.training(method="dpo", **dict.fromkeys(FIELDS, path), extra_args=dict.fromkeys(options, path))

    problem = expect_problem(client.post(JOBS, json=body), 422, "invalid_input")

    assert sorted(fields_of(problem)) == sorted([*FIELDS, *(f"extra_args.{name}" for name in options)])
    assert {error["code"] for error in problem["errors"]} == {"path_not_allowed"}
    assert all(error["message"].endswith("; give the whole path") for error in problem["errors"])


@pytest.mark.parametrize("target", ["local", "k8s", "cloud"])
def test_a_home_folder_is_refused_wherever_a_deployment_names_a_path(
    client: FlaskClient, unchanged: None, target: str
) -> None:
    body = bodies.deployment(model_path="~/model", deploy_target=target, adapters={"sql": "~me/adapter"})

    problem = expect_problem(client.post("/api/v1/deploy/jobs", json=body), 422, "invalid_input")

    told = {error["field"]: error["message"] for error in problem["errors"]}
    assert told["model_path"].startswith("'~/model' begins with `~`")
    assert told["adapters.sql"].startswith("'~me/adapter' begins with `~`")


def test_no_path_that_is_accepted_leads_out_of_the_roots(
    client: FlaskClient, settings: Settings, planted: Path, dump: Dump
) -> None:
    roots = [root.resolve() for root in settings.allowed_roots.folders]
    prefix = st.sampled_from(["", "/", "//", "./", f"{planted}/", f"{planted}/../"])

    @budget(max_examples=250)
    @given(
        path=st.builds(lambda head, parts: head + "/".join(parts), prefix, st.lists(PIECES, max_size=5)),
        field=st.sampled_from(FIELDS),
    )
    def submit(path: str, field: str) -> None:
        before = dump()

        response = client.post(JOBS, json=bodies.training(**{field: path}))

        if response.status_code == 201:
            assert _stays(path, field, settings, roots), path
            return
        problem = expect_problem(response, 422, "invalid_input")
        assert fields_of(problem) == [field]
        assert dump() == before

    submit()


def _stays(path: str, field: str, settings: Settings, roots: list[Path]) -> bool:
    if field != "output_dir" and is_on_hub(path, settings.allowed_roots):
        return True
    return any(Path(os.path.realpath(root / path)).is_relative_to(root) for root in roots)


@pytest.mark.parametrize(
    "value",
    ["127.0.0.1", "localhost", "169.254.169.254", "[::1]", "evil.example", "hf::evil/../../x", "ms::/etc/passwd"],
)
def test_what_looks_like_a_host_is_an_id_or_a_path_and_nobody_is_asked(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the API looked up a name")

    monkeypatch.setattr("socket.getaddrinfo", refuse)

    response = client.post(JOBS, json=bodies.training(model_path=value, data_path=value))

    assert response.status_code in {201, 422}, response.text
