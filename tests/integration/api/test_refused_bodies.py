"""Bodies that cannot be a job: refused with the field named, never a 500, and nothing is changed."""

import gzip
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.schemas.new_jobs import NewJobSchema
from common.store import Store
from tests import bodies
from tests.builders import make_job
from tests.integration.api.conftest import Dump
from tests.integration.api.expect import TRAINING, expect_problem, fields_of

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
DATASETS = "/api/v1/datasets"
JSON = "application/json"


@pytest.fixture(autouse=True)
def nothing_changes(store: Store, dump: Dump) -> Any:
    store.jobs.submit(make_job("before"), "accepted")
    before = dump()
    yield
    assert dump() == before


def raw(text: str) -> bytes:
    """The body of a good job with one more member, as it stands on the wire."""
    return (json.dumps(bodies.training())[:-1] + f", {text}}}").encode("utf-8", "surrogateescape")


# Sent one by one, not as tests of their own: an app for each would cost a minute.
WRONG_FIELDS: list[tuple[str, Any]] = [
    *[("task_type", value) for value in ("", "LLM", "vision", 1, None, True, ["llm"], {})],
    *[(name, value) for name in ("data_path", "model_path", "output_dir") for value in ("", 7, None, [], "a\nb", "\0")],
    *[("model_path", value) for value in ("x" * 4097, "/etc/passwd", "../up", "file:///etc/passwd")],
    *[("output_dir", value) for value in ("http://a/b", "/", "output/../../up", "/proc/self/root/tmp")],
    *[("priority", value) for value in (-1, 11, True, False, "5", 5.5, None, [], 10**30, -(10**30))],
    *[("gpus", value) for value in (0, -1, 65, True, "2", 1.5, None, {}, 10**200)],
    *[("nodes", value) for value in (0, 2, -1, True, "1", 1.5, None)],
    *[("gpu_memory", value) for value in ("", "16", "0GB", "-1GB", "16 gb", "1e3GB", "99999999TB", 16, True, [])],
    *[("llm_params", value) for value in ([], "lora", 1, {"num_epochs": "many"}, {"colour": "blue"}, {"": 1})],
    *[("job_id", value) for value in ("", "a/b", "..", ".a", "-a", "a b", "a\n", "a:b", "é", "x" * 65, 7, [])],
    *[("method", value) for value in ("", "SFT", "eval", 3, None)],
    *[("adapters", value) for value in ("one", {}, [7], [""], ["a\nb"], ["x"] * 9, [None], None)],
    *[("resume_from", value) for value in ("", 7, [], "a\nb", "nobody", "../up", "x" * 4097)],
    *[("extra_args", value) for value in ([], "--seed 1", {"--seed": 1}, {"Seed": 1}, {"seed=1;": 1}, {"a b": 1})],
    *[("extra_args", value) for value in ({"seed": {}}, {"seed": None}, {"seed": [[1]]}, {"system": "a\x1bb"})],
    *[("extra_args", value) for value in ({"system": "x" * 32_769}, {f"a{n}": 1 for n in range(101)}, {"seed\n": 1})],
    *[("auto_start", value) for value in (None, [], "perhaps", 2)],
    *[("time_limit", value) for value in (0, -5, True, "60", 1.5, 10**12)],
    *[("start_timeout", value) for value in (0, -5, True, "60", 1.5, 10**12)],
    *[("hang_after", value) for value in (-5, True, "60", 1.5, 10**12)],
    *[("retries", value) for value in (-1, 11, True, "1")],
    *[("on_node_lost", value) for value in ("", "shrug", 1, None)],
    *[("export", value) for value in (None, "maybe", [])],
    *[
        ("metadata", value)
        for value in ([], "note", {"k" * 65: 1}, {str(n): n for n in range(65)}, {"a": "x" * 65_536})
    ],
    ("extra_args", {"stop_words": ["x" * 4000] * 17}),
]
WRONG_PARAMS: list[tuple[str, Any]] = [
    *[("num_epochs", value) for value in (0, -1, True, None, [], 1e9, "3")],
    *[("learning_rate", value) for value in (0, -1e-4, 11, True, "fast", "nan", "inf", "1e-4")],
    *[("batch_size", value) for value in (0, True, "4", 1.5, 10**9)],
    *[("lora_rank", value) for value in (0, False, "8", 5000)],
    *[("warmup_ratio", value) for value in (1, -0.1, 2, True, "0.1")],
    *[("torch_dtype", value) for value in ("int8", "", 16, None)],
    *[("train_type", value) for value in ("", "LORA", None)],
    *[("save_only_model", value) for value in (None, "perhaps", {})],
    ("vit_lr", 1e-5),
    ("batchsize", 4),
]


def test_a_wrong_value_is_refused_and_its_field_named(client: FlaskClient) -> None:
    for name, value in WRONG_FIELDS:
        problem = expect_problem(client.post(JOBS, json=bodies.training(**{name: value})), 422, "invalid_input")

        assert {re.split(r"[.\[]", field)[0] for field in fields_of(problem)} == {name}


@pytest.mark.parametrize("form", ["llm_params", "train_params"])
def test_a_wrong_parameter_is_refused_and_named(client: FlaskClient, form: str) -> None:
    for name, value in WRONG_PARAMS:
        problem = expect_problem(client.post(JOBS, json=bodies.training(**{form: {name: value}})), 422, "invalid_input")

        assert fields_of(problem) == [f"{form}.{name}"]
        assert problem["detail"] == f"{form}.{name}: {problem['errors'][0]['message']}"


@pytest.mark.parametrize(
    ("path", "form", "sent"),
    [
        ("jobs", "llm_params", None),
        ("jobs", "llm_params", {"batch_size": 1}),
        ("jobs", "train_params", {"batch_size": 1}),
        ("v2/jobs", "llm_params", {"batch_size": 1}),
        ("llm/jobs", "params", {"batch_size": 1}),
    ],
)
def test_a_parameter_that_does_not_go_with_the_method_is_named_as_it_was_sent(
    client: FlaskClient, path: str, form: str, sent: dict[str, Any] | None
) -> None:
    params = {"gradient_accumulation_steps": 1, **(sent or {})}
    body = bodies.training(method="kto", **{form: params})
    if path == "llm/jobs":
        del body["task_type"]

    problem = expect_problem(client.post(f"{TRAINING}/{path}", json=body), 422, "invalid_input")

    assert fields_of(problem) == [f"{form}.batch_size"]
    assert problem["detail"].startswith(f"{form}.batch_size: kto")
    if path == "jobs":
        checked = client.post(f"{TRAINING}/jobs/validate", json=body)
        assert fields_of(checked.get_json()) == [f"{form}.batch_size"]


def test_an_option_that_a_parameter_sets_is_refused_past_its_range_and_within(client: FlaskClient) -> None:
    for value in (5, 1e-4):
        body = bodies.training(extra_args={"learning_rate": value})
        problem = expect_problem(client.post(JOBS, json=body), 422, "invalid_input")

        assert problem["detail"] == "extra_args.learning_rate: set `learning_rate` in the parameters"


def test_a_wrong_entry_of_a_dictionary_is_named_by_its_name(client: FlaskClient) -> None:
    body = bodies.training(env={"NCCL_DEBUG": 1}, constraints={"labels": {"rack": 7}})
    problem = expect_problem(client.post(JOBS, json=body), 422, "invalid_input")

    assert sorted(fields_of(problem)) == ["constraints.labels.rack", "env.NCCL_DEBUG"]


def test_a_field_that_nobody_knows_is_refused(client: FlaskClient) -> None:
    problem = expect_problem(client.post(JOBS, json=bodies.training(prioritty=3)), 422, "invalid_input")

    assert fields_of(problem) == ["prioritty"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"task_type": "llm",}',
        b"// a comment\n{}",
        b"\xff\xfe{\x00}\x00",
        b'{"data_path": "caf\xe9"}',
        raw('"metadata": {"a": NaN}'),
        raw('"metadata": {"a": Infinity}'),
        raw('"metadata": {"a": -Infinity}'),
        raw('"metadata": {"a": 1e999}'),
        raw('"llm_params": {"learning_rate": NaN}'),
        raw('"metadata": {"a": ' + "9" * 5000 + "}"),
        raw('"metadata": {"a": ' + "[" * 200 + "]" * 200 + "}"),
        raw('"metadata": {"a": ' + "[" * 100_000 + "]" * 100_000 + "}"),
        raw('"metadata": {"a": ' * 50_000),
        raw('"metadata": {"a": "\\ud800"}'),
        raw('"metadata": {"\\udc80": 1}'),
        raw('"extra_args": {"system": "\\udfff"}'),
        raw('"job_id": "\\ud83d"'),
        raw('"priority": 1, "priority": 10'),
        raw('"metadata": {"a": 1, "a": 2}'),
    ],
    ids=lambda body: repr(body[-60:]),
)
def test_a_body_that_is_no_json_of_ours_is_malformed(client: FlaskClient, body: bytes) -> None:
    expect_problem(client.post(JOBS, data=body, content_type=JSON), 400, "malformed_request")


def test_a_body_that_is_no_object_is_refused(client: FlaskClient) -> None:
    for body in (b"null", b"[]", b'"job"', b"1", b"true", b"[{}]", b"", b" "):
        response = client.post(JOBS, data=body, content_type=JSON)

        expect_problem(response, 400 if body == b" " else 422)


@pytest.mark.parametrize("path", ["/jobs", "/jobs/before/stop"])
def test_another_content_type_is_unsupported(client: FlaskClient, path: str) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"):
        response = client.post(f"{TRAINING}{path}", data=json.dumps(bodies.training()), content_type=kind)

        expect_problem(response, 415, "unsupported_media_type")


@pytest.mark.parametrize("packed", ["gzip", "GZIP, identity", "br"])
def test_a_packed_body_is_told_that_nothing_is_unpacked(client: FlaskClient, packed: str) -> None:
    body, headers = gzip.compress(json.dumps(bodies.training()).encode()), {"Content-Encoding": packed}
    dataset = client.post(DATASETS, json={"name": "a.jsonl"}).get_json()
    content = client.put(dataset["upload_url"], data=body, headers=headers)

    for answer in (client.post(JOBS, data=body, content_type=JSON, headers=headers), content):
        problem = expect_problem(answer, 415, "unsupported_media_type")
        assert problem["detail"] == f"Content-Encoding: {packed} is not unpacked here; send the body as it is"
    client.delete(f"{DATASETS}/{dataset['id']}")


def test_a_body_that_says_that_it_is_not_packed_is_read(client: FlaskClient) -> None:
    answer = client.post(JOBS, json=bodies.training(priority=11), headers={"Content-Encoding": "identity"})

    assert fields_of(expect_problem(answer, 422)) == ["priority"]


def test_a_form_whose_length_is_not_told_is_unsupported_too(client: FlaskClient) -> None:
    response = client.post(
        JOBS, data=b"data_path=a", headers={"Transfer-Encoding": "chunked", "Content-Type": "text/plain"}
    )

    expect_problem(response, 415, "unsupported_media_type")


@pytest.mark.parametrize("path", ["/jobs", "/jobs/before/stop"])
def test_a_body_of_ten_megabytes_is_too_large(client: FlaskClient, path: str) -> None:
    body = json.dumps(bodies.training(metadata={"a": "x" * 10_000_000}))

    problem = expect_problem(client.post(f"{TRAINING}{path}", data=body, content_type=JSON), 413, "body_too_large")

    assert "1,048,576 bytes (MAX_BODY_BYTES)" in problem["detail"]


def test_a_thousand_wrong_fields_give_an_answer_of_bounded_size(client: FlaskClient) -> None:
    response = client.post(JOBS, json=bodies.training(**{f"wrong_{number}": number for number in range(20_000)}))

    problem = expect_problem(response, 422, "invalid_input")
    assert len(problem["errors"]) <= 100
    assert len(response.data) < 20_000


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("1")
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
NAMES = st.sampled_from(sorted(NewJobSchema().fields))
UNFIT = st.fixed_dictionaries(
    {"data_path": st.just("")},  # wrong on purpose: whatever else is in it, this is no job
    optional={name: VALUES for name in NewJobSchema().fields if name != "data_path"},
)


@settings(max_examples=150)
@given(body=UNFIT | st.dictionaries(NAMES, VALUES, max_size=8).map(lambda body: {**body, "output_dir": 1}) | VALUES)
def test_no_body_breaks_the_service(client: FlaskClient, body: Any) -> None:
    text = json.dumps(body)

    response = client.post(JOBS, data=text, content_type=JSON)

    assert response.status_code in {400, 422}, (text, response.text)
    expect_problem(response, response.status_code)


@settings(max_examples=100)
@given(body=st.binary(max_size=200))
def test_no_bytes_break_the_service(client: FlaskClient, body: bytes) -> None:
    response = client.post(JOBS, data=body, content_type=JSON)

    assert response.status_code in {400, 422}, response.text
    expect_problem(response, response.status_code)
