"""Exports by hand: what is refused, and what their records say. test_manual_export.py has what they do."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from common.nodes import Gpu
from common.reasons import Reason
from common.settings import Settings
from common.states import Verb
from common.store import Store
from deploy.sources import find_source
from tests import bodies
from tests.builders import make_node, make_request
from tests.integration.api.submitting import TRAINING, place, submit

pytestmark = pytest.mark.integration

CHECKPOINT = "/data/output/one/attempt-1/checkpoint-9"


def complete(
    client: FlaskClient, store: Store, verb: Verb = Verb.COMPLETE, reason: Reason | None = None, **body
) -> None:
    place(client, store, **body)
    store.attempts.start("one", 1, 4711, "/log", "started")
    store.attempts.end("one", 1, verb, reason, "over", checkpoint_path=CHECKPOINT)


def test_an_export_is_a_job_of_its_own_bound_to_the_node_that_has_the_checkpoint(
    client: FlaskClient, store: Store
) -> None:
    complete(client, store, priority=7, gpus=2)
    store.nodes.heartbeat(make_node("a-node", boot_id="boot-2"), 30)

    answer = client.post(f"{TRAINING}/jobs/one/export")

    assert answer.status_code == 200
    assert (answer.json["job_id"], answer.json["status"]) == ("one", "exporting")
    export = client.get(f"{TRAINING}/jobs/{answer.json['export_job_id']}").json
    assert (export["kind"], export["source_job_id"], export["priority"], export["gpus"]) == ("export", "one", 7, 1)
    source = client.get(f"{TRAINING}/jobs/one").json
    assert (source["status"], source["kind"], source["export_job_id"]) == ("completed", "train", export["id"])
    client.post(f"{TRAINING}/queue/process")
    assert client.get(f"{TRAINING}/jobs/{export['id']}").json["node"] == "node-1"


def test_a_second_export_is_refused_while_one_is_under_way(client: FlaskClient, store: Store) -> None:
    complete(client, store)
    first = client.post(f"{TRAINING}/jobs/one/export").json["export_job_id"]

    refused = client.post(f"{TRAINING}/jobs/one/export")

    assert (refused.status_code, refused.json["code"]) == (409, "state_conflict")
    assert refused.json["export_job_id"] == first
    assert first in refused.json["detail"]

    client.post(f"{TRAINING}/jobs/{first}/stop")
    assert client.get(f"{TRAINING}/jobs/one/status").json["export_error"] == "cancelled by local"
    second = client.post(f"{TRAINING}/jobs/one/export").json["export_job_id"]
    assert second != first
    assert client.get(f"{TRAINING}/jobs/one/status").json["export_error"] == ""


def test_only_a_job_with_something_to_merge_is_exported(client: FlaskClient, store: Store) -> None:
    submit(client, "waits", gpus=64)
    refused = client.post(f"{TRAINING}/jobs/waits/export")
    assert (refused.status_code, refused.json["code"]) == (409, "state_conflict")
    assert "waits" in refused.json["detail"]
    assert client.post(f"{TRAINING}/jobs/nobody/export").status_code == 404

    complete(client, store, llm_params={"train_type": "full"})
    whole = client.post(f"{TRAINING}/jobs/one/export")
    assert whole.status_code == 409
    assert CHECKPOINT in whole.json["detail"]


@pytest.mark.parametrize(("reason", "status"), [(Reason.EXPORT_FAILED, 200), (Reason.DIVERGED, 409)])
def test_a_failed_job_is_exported_only_if_it_was_its_export_that_failed(
    client: FlaskClient, store: Store, reason: Reason, status: int
) -> None:
    complete(client, store, Verb.FAIL, reason)

    assert client.post(f"{TRAINING}/jobs/one/export").status_code == status


def test_lists_show_exports_only_when_asked(client: FlaskClient, store: Store) -> None:
    complete(client, store)
    export = client.post(f"{TRAINING}/jobs/one/export").json["export_job_id"]

    def listed(query: str = "") -> list[str]:
        return [job["id"] for job in client.get(f"{TRAINING}/jobs{query}").json["jobs"]]

    assert listed() == listed("?kind=train") == listed("?status=completed") == ["one"]
    assert listed("?kind=export") == [export]
    assert listed("?kind=export&status=completed") == []
    assert client.get(f"{TRAINING}/jobs?kind=other").status_code == 422
    refused = client.post(f"{TRAINING}/jobs/{export}/export")
    assert (refused.status_code, "'one'" in refused.json["detail"]) == (409, True)


def test_the_result_of_an_older_export_is_not_taken(client: FlaskClient, store: Store) -> None:
    complete(client, store)
    first = client.post(f"{TRAINING}/jobs/one/export").json["export_job_id"]
    client.post(f"{TRAINING}/jobs/{first}/stop")
    second = client.post(f"{TRAINING}/jobs/one/export").json["export_job_id"]

    assert store.exports.end("one", first, "late", export_path="/stale") == "moved_on"
    assert store.exports.end("nobody", first, "late", export_path="/stale") == "missing"
    for _ in range(2):
        assert store.exports.end("one", second, "there", export_path="/merged-2") == "ok"

    job = client.get(f"{TRAINING}/jobs/one").json
    assert (job["export_path"], job["export_completed"], job["status"]) == ("/merged-2", True, "completed")
    assert [event.type for event in store.events.newest("one", 20)[0]].count("end_export") == 2


def test_a_lineage_keeps_what_the_training_merged_when_newer_exports_replace_it(
    client: FlaskClient, store: Store, settings: Settings
) -> None:
    merged = str(settings.data_dir / "merged")
    place(client, store)
    store.attempts.start("one", 1, 4711, "/log", "started")
    facts = {"checkpoint_path": CHECKPOINT, "export_path": merged, "exported_at_ms": 1000}
    store.attempts.end("one", 1, Verb.COMPLETE, None, "over", **facts)
    served = client.post("/api/v1/deploy/jobs", json=bodies.deployment(model_path="one")).json["job_id"]

    for path in ("/merged-2", "/merged-3"):
        export_id = client.post(f"{TRAINING}/jobs/one/export").json["export_job_id"]
        client.post(f"{TRAINING}/jobs/{export_id}/stop")
        assert store.exports.end("one", export_id, "there", export_path=path) == "ok"

    seen = client.get(f"{TRAINING}/jobs/one/lineage").json
    assert (seen["exports"][0]["job_id"], seen["exports"][0]["path"]) == ("one", merged)
    assert seen["exports"][0]["exported_at"] == "1970-01-01T00:00:01.000Z"
    assert client.get(f"{TRAINING}/jobs/one").json["export_path"] == "/merged-3"
    (deployment,) = seen["deployments"]
    assert (deployment["job_id"], deployment["model_path"]) == (served, merged)
    assert deployment["source_job_id"] == "one"


def export(client: FlaskClient, **body) -> TestResponse:
    return client.post(f"{TRAINING}/jobs/one/export", json=body)


def errors(answer: TestResponse) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {error["field"]: f"{error['code']}: {error['message']}" for error in answer.json["errors"]}


PACKAGES = {"autoawq": "0.2.9", "bitsandbytes": "0.50.2"}


def test_an_export_says_what_it_makes_and_where(client: FlaskClient, store: Store) -> None:
    complete(client, store, data_path="a/b#100")
    store.nodes.heartbeat(make_node(quantizer_packages=PACKAGES, swift_version="4.6.0"), 30)

    answer = export(
        client,
        format="quantized",
        quant_method="awq",
        gpus=2,
        extra_args={"group_size": 64},
        push_to_hub={"hub_model_id": "team/bot"},
    )

    assert (answer.status_code, answer.json["status"]) == (200, "exporting")
    job = client.get(f"{TRAINING}/jobs/{answer.json['export_job_id']}").json
    assert (job["gpus"], job["data_path"]) == (2, "a/b#100")
    assert job["export_as"] == {
        "format": "quantized",
        "quant_method": "awq",
        "quant_bits": 4,
        "extra_args": {"group_size": 64},
        "push": {"hub_model_id": "team/bot", "private": True, "use_hf": None, "commit_message": ""},
    }
    assert client.get(f"{TRAINING}/jobs/one").json["export_as"] is None


def test_an_export_that_cannot_go_well_is_refused_and_leaves_nothing(client: FlaskClient, store: Store, dump) -> None:
    complete(client, store)
    store.nodes.heartbeat(make_node(swift_version="4.6.0"), 30)
    before = dump()

    lacking = errors(export(client, format="quantized", quant_method="bnb"))
    assert lacking == {
        "quant_method": "node_unfit: node node-1 lacks what bnb needs: run `pip install bitsandbytes` "
        "in the environment of its ms-swift"
    }
    assert list(errors(export(client, format="gguf"))) == ["format"]
    assert "managed_option" in errors(export(client, extra_args={"output_dir": "/x"}))["extra_args.output_dir"]
    assert "unsafe_option" in errors(export(client, extra_args={"hub_token": "x"}))["extra_args.hub_token"]
    assert errors(export(client, format="quantized", quant_method="awq", quant_bits=8)).keys() == {"quant_bits"}
    assert errors(export(client, push_to_hub={"hub_model_id": "bot"})).keys() == {"push_to_hub.hub_model_id"}
    assert client.post(f"{TRAINING}/jobs/one/export", data="[1]", content_type="application/json").status_code == 422

    assert dump() == before


def test_a_node_without_a_gpu_does_not_quantise_what_needs_one(client: FlaskClient, store: Store) -> None:
    complete(client, store)
    slots = (Gpu(uuid="cpu-0", index=0, name="CPU", kind="cpu"),)
    node = make_node(quantizer_packages=PACKAGES, swift_version="4.6.0")
    store.nodes.heartbeat(replace(node, gpus=slots), 30)

    assert "needs a GPU" in errors(export(client, format="quantized", quant_method="awq"))["quant_method"]
    assert export(client, format="quantized", quant_method="bnb").status_code == 200


def test_an_export_looks_at_several_data_sets_as_its_training_did_or_at_others(
    client: FlaskClient, store: Store
) -> None:
    complete(client, store, data_path=["a/b#100", "c/d"])
    store.nodes.heartbeat(make_node(quantizer_packages=PACKAGES, swift_version="4.6.0"), 30)

    def looks_at(**asked: object) -> object:
        export_id = export(client, format="quantized", quant_method="awq", **asked).json["export_job_id"]
        seen = client.get(f"{TRAINING}/jobs/{export_id}").json["data_path"]
        client.post(f"{TRAINING}/jobs/{export_id}/stop")
        return seen

    assert looks_at() == ["a/b#100", "c/d"]
    assert looks_at(data_path=["e/f", "g/h#9"]) == ["e/f", "g/h#9"]
    wrong = export(client, format="quantized", quant_method="awq", data_path=["e/f", "/etc/passwd"])
    assert "path_not_allowed" in errors(wrong)["data_path[1]"]


def test_data_to_calibrate_with_is_checked_as_that_of_a_training(client: FlaskClient, store: Store) -> None:
    complete(client, store)
    store.nodes.heartbeat(make_node(quantizer_packages=PACKAGES, swift_version="4.6.0"), 30)

    def refused(data_path: str) -> dict[str, str]:
        return errors(export(client, format="quantized", quant_method="awq", data_path=data_path))

    assert "path_not_allowed" in refused("/etc/passwd")["data_path"]
    assert "data_not_found" in refused("dataset:nobody")["data_path"]


def test_what_a_full_training_left_is_quantised_and_pushed_but_not_merged(client: FlaskClient, store: Store) -> None:
    complete(client, store, llm_params={"train_type": "full"})

    assert export(client).status_code == 409
    pushed = export(client, push_to_hub={"hub_model_id": "team/bot"})
    assert pushed.status_code == 200


def test_an_export_may_be_deployed_by_its_id(client: FlaskClient, store: Store) -> None:
    complete(client, store)
    job_id = export(client, push_to_hub={"hub_model_id": "team/bot"}).json["export_job_id"]
    client.post(f"{TRAINING}/queue/process")
    store.attempts.start(job_id, 1, 4711, "/log", "started")
    store.attempts.end(job_id, 1, Verb.COMPLETE, None, "over", export_path="/data/output/one/attempt-1/awq-int4")

    source = find_source(store, make_request(job_id))

    assert source.request.spec.model_path == "/data/output/one/attempt-1/awq-int4"
    assert (source.request.spec.node_names, source.job.id if source.job else "") == (("node-1",), job_id)


def test_a_failed_push_gives_its_source_the_model_and_the_reason(client: FlaskClient, store: Store) -> None:
    complete(client, store)
    export_id = export(client, push_to_hub={"hub_model_id": "team/bot"}).json["export_job_id"]

    for _ in range(2):
        store.exports.end("one", export_id, "403", export_path="/merged", error="403")

    job = client.get(f"{TRAINING}/jobs/one").json
    assert (job["export_path"], job["export_error"], job["export_completed"]) == ("/merged", "403", True)
    assert [event.type for event in store.events.newest("one", 20)[0]].count("end_export") == 1
