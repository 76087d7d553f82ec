"""Editing a deployment: how many servers a cluster runs for it."""

import pytest
from flask.testing import FlaskClient

from common.deployments import Target
from common.store import Store
from tests.builders import make_deployment
from tests.integration.api.expect import expect_problem

pytestmark = pytest.mark.integration

JOB_ID = "tiny~k8s-1"
DEPLOYMENT = f"/api/v1/deploy/jobs/{JOB_ID}"


@pytest.fixture
def in_a_cluster(store: Store) -> str:
    store.jobs.submit(make_deployment(JOB_ID, target=Target.K8S), "accepted")
    return DEPLOYMENT


def replicas(store: Store) -> int:
    return store.jobs.get(JOB_ID).spec.serving.replicas


def test_an_edit_of_a_deployment_with_if_match_needs_the_revision_that_was_read(
    client: FlaskClient, store: Store, in_a_cluster: str
) -> None:
    etag = client.get(in_a_cluster).headers["ETag"]

    first = client.patch(in_a_cluster, json={"replicas": 3}, headers={"If-Match": etag})
    late = client.patch(in_a_cluster, json={"replicas": 1}, headers={"If-Match": etag})

    assert (first.status_code, first.headers["ETag"] != etag) == (200, True)
    expect_problem(late, 412, "revision_mismatch")
    assert replicas(store) == 3
    assert client.patch(in_a_cluster, json={"replicas": 2}).status_code == 200
    assert replicas(store) == 2


def test_a_change_between_the_look_and_the_edit_is_seen_by_redis(store: Store, in_a_cluster: str) -> None:
    seen = store.jobs.get(JOB_ID)
    store.deployments.scale(seen, 5, "by another", seen.revision)

    assert store.deployments.scale(seen, 1, "late", seen.revision) == "stale_revision"
    assert replicas(store) == 5
