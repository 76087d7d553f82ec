"""Redis took a job and its answer was lost on the way: one POST makes one job all the same."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from common.settings import Settings
from common.store import Store
from tests import bodies
from tests.integration.api.expect import TRAINING
from tests.redis_proxy import LossyProxy

pytestmark = pytest.mark.integration


@pytest.fixture
def client(proxy: LossyProxy, store: Store, make_settings: Callable[..., Settings]) -> Iterator[FlaskClient]:
    app = create_app(make_settings(REDIS_SOCKET=proxy.path, NODE_TTL_SECONDS=600))
    yield app.test_client()
    services = app.extensions["swift_trainer"]
    services.store.client.close()
    services.probe.client.close()
    services.celery.close()


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}], ids=["plain", "with a key"])
def test_one_post_makes_one_job(client: FlaskClient, proxy: LossyProxy, store: Store, headers: dict[str, str]) -> None:
    body = bodies.training(output_dir="output/training_001")
    proxy.lose_next("EVALSHA")

    answer = client.post(f"{TRAINING}/jobs", json=body, headers=headers)

    assert (answer.status_code, answer.json["job_id"], proxy.has_lost) == (201, "training_001", True)
    assert [job.id for job in store.listings.page(0, 9)[0]] == ["training_001"]
