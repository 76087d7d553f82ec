"""Everything is of a project: its record says so, and the index by project has it for as long as people see it."""

import pytest

from common.access.api_keys import ApiKey, Scope, hash_of, new_key
from common.clock import to_ms
from common.datasets import Dataset, DatasetState
from common.deployments import Target
from common.projects import DEFAULT_PROJECT
from common.store import Store, keys
from tests.builders import NOW, make_deployment, make_job

pytestmark = pytest.mark.integration


def of_project(store: Store, project: str = DEFAULT_PROJECT) -> list[str]:
    """The members of that project, without its name."""
    found = store.client.zrangebylex(keys.PROJECTS, f"[{project}:", f"({project};")
    return [member.partition(":")[2] for member in found]


def test_a_job_is_of_its_project_until_it_is_hidden(store: Store) -> None:
    store.jobs.submit(make_job("one"), "accepted")
    store.jobs.submit(make_job("two"), "accepted")

    assert of_project(store) == [f"train:{1:016d}:one", f"train:{2:016d}:two"]
    assert store.jobs.get("one").project == DEFAULT_PROJECT

    store.jobs.hide(store.jobs.get("one"), "deleted")
    assert of_project(store) == [f"train:{2:016d}:two"]


def test_the_project_that_a_job_is_submitted_to_is_its_project(store: Store) -> None:
    store.jobs.submit(make_job("one", project="nlp"), "accepted")

    assert (store.jobs.get("one").project, of_project(store, "nlp")) == ("nlp", [f"train:{1:016d}:one"])
    assert of_project(store) == []

    store.jobs.cancel("one", "over")
    store.jobs.delete("one")
    assert of_project(store, "nlp") == []


def test_a_deployment_and_its_model_come_and_go_together(store: Store) -> None:
    (job_id,), version = store.models.register("tiny", "", Target.LOCAL, 1, wanted=True)
    store.jobs.submit(make_deployment(job_id, version=version), "accepted")

    assert of_project(store) == [f"deploy:{1:016d}:{job_id}", f"model:{0:016d}:tiny"]
    assert [model.project for model in store.models.all()] == [DEFAULT_PROJECT]

    store.jobs.hide(store.jobs.get(job_id), "deleted")
    assert of_project(store) == []


def test_a_model_stays_in_the_project_of_its_first_deployment(store: Store) -> None:
    store.models.register("tiny", "", Target.LOCAL, 1, wanted=True, project="nlp")
    store.models.register("tiny", "", Target.LOCAL, 1, wanted=True)

    assert [model.project for model in store.models.all()] == ["nlp"]
    assert of_project(store) == []


def test_data_sets_and_keys_are_of_a_project(store: Store) -> None:
    dataset = Dataset("ds-1", "train.jsonl", "jsonl", DatasetState.UPLOADING, NOW)
    key_id, key = new_key()
    store.datasets.create(dataset)
    store.api_keys.create(ApiKey(key_id, "ci", Scope.READ, hash_of(key), NOW))
    made = to_ms(NOW)

    assert of_project(store) == [f"dataset:{made:016d}:ds-1", f"key:{made:016d}:{key_id}"]
    found = store.api_keys.get(key_id)
    assert (store.datasets.get("ds-1").project, found and found.project) == (DEFAULT_PROJECT, DEFAULT_PROJECT)

    store.datasets.delete(dataset)
    assert of_project(store) == [f"key:{made:016d}:{key_id}"]


def test_a_key_that_redis_has_dropped_leaves_its_project_when_keys_are_listed(store: Store) -> None:
    key_id, key = new_key()
    store.api_keys.create(ApiKey(key_id, "ci", Scope.READ, hash_of(key), NOW))
    store.client.delete(keys.api_key(key_id))

    assert store.api_keys.all() == []
    assert of_project(store) == []
