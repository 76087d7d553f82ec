"""Odd paths, methods and queries: refused in the same shape as everything else."""

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from common.ids import RESERVED_IDS
from common.store import Store
from common.store.attempts import Report
from tests import bodies
from tests.integration.api.conftest import Dump
from tests.integration.api.expect import TRAINING, expect_problem, fields_of, operations
from tests.integration.store.test_job_verbs import start

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
# With a job `one` in Redis, the first ones name keys of other types below it.
ODD_IDS = [
    "one:events", "one:log:1", "one:metrics", "one:log:1:head", "s:waiting", ":", "*", "?", "%00", "one%00", "%0a",
    "one%0a", "%0d%0aX-Evil:1", "..", "%2e%2e", ".", "-one", "%ff%fe", "%ed%a0%80", "%F0%9F%A7%AA", "%20", "'\"<b>",
    "x" * 65, "x" * 3000, "{{7*7}}", "$(id)",
]  # fmt: skip


@pytest.fixture(autouse=True)
def with_a_job(store: Store) -> None:
    job = start(store)
    store.attempts.report(job.id, 1, Report(log_chunk="a line\n", metrics_to=9, metrics=["{}"]))


def test_what_cannot_be_a_jobs_id_is_not_found_by_any_endpoint(client: FlaskClient, dump: Dump) -> None:
    found = [(method, path) for method, path, _ in operations(client.application) if "{job_id}" in path]
    before = dump()

    assert len(found) >= 8
    for method, path in found:
        for job_id in ODD_IDS:
            problem = expect_problem(client.open(path.replace("{job_id}", job_id), method=method), 404)

            assert len(problem["detail"]) < 300
    assert dump() == before


def test_every_fixed_path_that_stands_where_an_id_could_is_a_reserved_id(client: FlaskClient) -> None:
    rules = [rule.rule.split("/") for rule in client.application.url_map.iter_rules()]
    beside = {
        fixed[place]
        for open_rule in rules
        for place, segment in enumerate(open_rule)
        if segment == "<job_id:job_id>"
        for fixed in rules
        if fixed[:place] == open_rule[:place] and len(fixed) > place and fixed[place] != segment
    }

    assert beside == set(RESERVED_IDS)


@pytest.mark.parametrize("job_id", RESERVED_IDS)
def test_the_id_of_a_fixed_path_is_refused_and_never_made(client: FlaskClient, job_id: str) -> None:
    problem = expect_problem(client.post(JOBS, json=bodies.training(job_id=job_id)), 422, "invalid_input")
    made = client.post(JOBS, json=bodies.training(output_dir=f"output/{job_id}"))

    assert f"job_id: Is a path of the API itself; choose another, such as {job_id}-1." in problem["detail"]
    assert made.json["job_id"].startswith(f"{job_id}-")
    client.delete(f"{JOBS}/{made.json['job_id']}")


def test_a_slash_too_many_at_the_end_is_named_where_there_is_a_path_without_it(client: FlaskClient) -> None:
    without = "there is no such path; send it without the slash at its end"

    for path in ("jobs/", "jobs/one/", "jobs/validate/", "jobs//"):
        for method in ("GET", "POST"):
            problem = expect_problem(client.open(f"{TRAINING}/{path}", method=method), 404)
            assert problem["detail"] == without, path
    problem = expect_problem(client.get(f"{TRAINING}/jbos/"), 404, "no_such_path")
    assert problem["detail"] == "there is no such path; /docs shows all there are"
    chinese = client.get(f"{TRAINING}/jobs/", headers={"Accept-Language": "zh"})
    assert chinese.get_json()["detail"] == "请求的路径不存在，请去掉末尾的斜杠"


def test_a_fixed_path_tells_its_own_methods_only(client: FlaskClient) -> None:
    for method, path, allowed in (
        ("GET", "jobs/validate", {"POST", "OPTIONS"}),
        ("DELETE", "queue/process", {"POST", "OPTIONS"}),
        ("POST", "queue/processor/status", {"GET", "HEAD", "OPTIONS"}),
    ):
        response = client.open(f"{TRAINING}/{path}", method=method)

        problem = expect_problem(response, 405, "method_not_allowed")
        assert set(response.headers["Allow"].split(", ")) == allowed
        assert problem["detail"] == f"{method} is no method of this path; it takes {response.headers['Allow']}"


def test_a_path_that_is_not_there_leads_to_those_that_are(client: FlaskClient) -> None:
    problem = expect_problem(client.get(f"{TRAINING}/job"), 404, "no_such_path")

    assert problem["detail"] == "there is no such path; /docs shows all there are"


def test_a_path_that_is_not_there_is_a_problem_too(client: FlaskClient) -> None:
    for path in ("/nowhere", TRAINING, f"{JOBS}/", f"{JOBS}/one/", f"{JOBS}/one/secrets", f"{JOBS}/a/b", "/%00", "/é"):
        expect_problem(client.get(path), 404, "no_such_path")


@pytest.mark.parametrize("path", [f"/{JOBS}", f"{JOBS}//one", "//evil.example/api", "//evil.example//api/v1"])
def test_a_doubled_slash_leads_nowhere_but_here(client: FlaskClient, path: str) -> None:
    response = client.get("/", environ_overrides={"PATH_INFO": path})

    assert response.status_code in {200, 308, 404}
    assert response.headers.get("Location", "http://localhost/").startswith("http://localhost/")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/jobs", {"GET", "POST"}),
        ("DELETE", "/queue", {"GET"}),
        ("POST", "/jobs/one", {"GET", "DELETE"}),
        ("GET", "/jobs/one/stop", {"POST"}),
        ("POST", "/gpus", {"GET"}),
        ("PATCH", "/health", {"GET"}),
        ("TRACE", "/jobs", {"GET", "POST"}),
        ("BREW", "/jobs", {"GET", "POST"}),
    ],
)
def test_a_method_that_a_path_does_not_take_is_refused_with_those_it_takes(
    client: FlaskClient, dump: Dump, method: str, path: str, allowed: set[str]
) -> None:
    before = dump()

    response = client.open(f"{TRAINING}{path}", method=method)

    expect_problem(response, 405, "method_not_allowed")
    assert allowed <= set(response.headers["Allow"].split(", "))
    assert dump() == before


def test_head_is_get_without_a_body(client: FlaskClient) -> None:
    for path in ("/jobs", "/jobs/one", "/jobs/one/logs", "/queue", "/gpus", "/health"):
        head = client.head(f"{TRAINING}{path}")

        assert (head.status_code, head.data, head.content_type) == (200, b"", "application/json")


def test_head_of_what_is_not_there_is_404_without_a_body(client: FlaskClient) -> None:
    assert (client.head(f"{JOBS}/ghost").status_code, client.head(f"{JOBS}/ghost").data) == (404, b"")


def test_options_names_the_methods_and_allows_no_other_site(client: FlaskClient) -> None:
    response = client.options(JOBS, headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"})

    assert response.status_code == 200
    assert {"GET", "POST", "DELETE", "HEAD", "OPTIONS"} == set(response.headers["Allow"].split(", "))
    assert not any(name.startswith("Access-Control") for name, _ in response.headers)


@pytest.mark.parametrize(
    ("path", "name", "least", "most"),
    [
        ("/jobs", "page", 1, 1_000_000),
        ("/jobs", "size", 1, 100),
        ("/jobs/one/logs", "limit", 1, 1000),
        ("/jobs/one/logs", "offset", 0, 2**53),
        ("/jobs/one/logs", "attempt", 1, 1_000_000),
        ("/jobs/one/events", "limit", 1, 500),
        ("/queue", "limit", 1, 1000),
    ],
)
def test_limits_are_inclusive_and_nothing_beyond_them_is_taken(
    client: FlaskClient, path: str, name: str, least: int, most: int
) -> None:
    for good in (least, most):
        assert client.get(f"{TRAINING}{path}?{name}={good}").status_code == 200
    for wrong in (least - 1, most + 1, "", "many", "1.5", "0x10", "1e1", "NaN", "9" * 5000, "%00", "%ff", "true"):
        problem = expect_problem(client.get(f"{TRAINING}{path}?{name}={wrong}"), 422, "invalid_input")

        assert fields_of(problem) == [name]


@pytest.mark.parametrize("status", ["", "RUNNING", "done", "queued;", "%00", "[", "running,failed"])
def test_a_state_that_is_none_is_refused_with_those_there_are(client: FlaskClient, status: str) -> None:
    problem = expect_problem(client.get(f"{JOBS}?status={status}"), 422, "invalid_input")

    assert fields_of(problem) == ["status"]
    assert "pending, queued, assigned, running, completed, failed, cancelled" in problem["detail"]


@pytest.mark.parametrize("path", [JOBS, f"{JOBS}/nobody", f"{TRAINING}/queue", "/docs"])
@pytest.mark.parametrize("query", ["\x80", "a=\xff&\xfe=b", "limit=\xe6\x8d", "%ff=%fe"])
def test_a_query_that_is_not_utf_8_breaks_nothing(client: FlaskClient, path: str, query: str) -> None:
    response = client.get(path, environ_overrides={"QUERY_STRING": query})

    assert response.status_code in {200, 404, 422}, response.text


@settings(max_examples=60)
@given(path=st.binary(max_size=40), query=st.binary(max_size=30))
def test_no_path_and_no_query_breaks_the_service(client: FlaskClient, path: bytes, query: bytes) -> None:
    sent = {"PATH_INFO": f"{JOBS}/{path.decode('latin-1')}", "QUERY_STRING": query.decode("latin-1")}

    response = client.get("/", environ_overrides=sent)

    assert response.status_code in {200, 308, 404, 405, 422}, response.text
