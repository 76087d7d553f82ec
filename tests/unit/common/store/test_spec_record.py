"""Each kind of work is read as it was written; so is a spec of a release that knew no kinds of work."""

import json
from typing import Any

import pytest

from common.deployments import InferBackend, Serving, Target
from common.exports import Export, ExportFormat, ExportSpec, HubPush
from common.job_specs import JobKind, JobSpec, OnNodeLost
from common.store.spec_record import dump_spec, load_spec
from common.trainings import Training
from tests.builders import make_export_spec, make_spec

PUSH = HubPush("team/bot", private=False, use_hf=True, commit_message="new")
QUANTIZED = ExportSpec(ExportFormat.QUANTIZED, "gptq", 4, {"group_size": 64}, PUSH, "/out/merged")
SERVING = Serving(
    "qwen", "v2", Target.K8S, InferBackend.VLLM, {"sql": "/a"}, description="for support", platform={"image": "x"}
)
SPECS = [
    make_spec(params={"num_epochs": 3}, then_deploy={"spec": {"model_path": ""}}, node_names=("gpu-1",), retries=2),
    make_export_spec(wanted=QUANTIZED, checkpoint_path="/out/checkpoint-8", params={"train_type": "lora"}),
    make_spec(work=SERVING, node_labels={"zone": "a"}, on_node_lost=OnNodeLost.FAIL),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: str(spec.kind))
def test_a_spec_is_read_as_it_was_written(spec: JobSpec) -> None:
    assert load_spec(dump_spec(spec)) == spec


def test_there_is_a_work_for_each_kind() -> None:
    assert {spec.kind for spec in SPECS} == set(JobKind)


# What a release wrote that laid the fields of all kinds side by side.
FLAT: dict[str, Any] = {
    "task_type": "mllm",
    "model_path": "/m",
    "data_path": "/d",
    "output_dir": "out",
    "method": "dpo",
    "params": {"num_epochs": 3},
    "extra_args": {"seed": 7},
    "gpus": 2,
    "export": False,
    "time_limit_seconds": 60,
    "start_timeout_seconds": None,
    "hang_after_seconds": 0,
    "retries": 1,
    "on_node_lost": "requeue",
    "kind": "train",
    "source_job_id": "",
    "checkpoint_path": "",
    "export_as": None,
    "gpu_model": "H100",
    "min_memory_mib": 80000,
    "node_names": ["gpu-1"],
    "node_labels": {"zone": "a"},
    "env": {"FPS": "1"},
    "metadata": {"run": 1},
    "deploy": None,
    "then_deploy": {"name": "bot"},
}


def of_before(**changes: Any) -> JobSpec:
    return load_spec(json.dumps({**FLAT, **changes}))


def test_a_training_of_an_earlier_release_is_read() -> None:
    spec = of_before()

    assert spec.work == Training("/d", "out", "dpo", {"num_epochs": 3}, export=False, then_deploy={"name": "bot"})
    assert (spec.gpus, spec.time_limit_seconds, spec.hang_after_seconds, spec.retries) == (2, 60, 0, 1)
    assert (spec.gpu_model, spec.min_memory_mib, spec.node_names, spec.node_labels) == (
        "H100",
        80000,
        ("gpu-1",),
        {"zone": "a"},
    )
    assert (spec.on_node_lost, spec.extra_args, spec.env, spec.metadata) == (
        OnNodeLost.REQUEUE,
        {"seed": 7},
        {"FPS": "1"},
        {"run": 1},
    )


def test_an_export_of_an_earlier_release_is_read() -> None:
    push = {"hub_model_id": "team/bot", "private": False, "use_hf": True, "commit_message": "new"}
    wanted = {"format": "quantized", "quant_method": "gptq", "quant_bits": 4, "extra_args": {"group_size": 64}}
    as_written = {**wanted, "push": push, "merged_path": "/out/merged"}
    spec = of_before(kind="export", source_job_id="one", checkpoint_path="/c", export_as=as_written, then_deploy=None)

    assert spec.work == Export(Training("/d", "out", "dpo", {"num_epochs": 3}, export=False), "one", "/c", QUANTIZED)


def test_an_export_that_names_no_format_merges() -> None:
    assert of_before(kind="export", source_job_id="one", then_deploy=None).exporting.wanted == ExportSpec()


def test_a_deployment_of_an_earlier_release_is_read() -> None:
    deploy = {"name": "qwen", "version": "v2", "target": "k8s", "infer_backend": "vllm", "adapters": {"sql": "/a"}}
    deploy |= {"max_model_len": None, "port": 0, "gpu_memory_mib": 0, "memory_mib": 0, "replica": 1, "replicas": 2}
    deploy |= {"sealed_api_key": "sealed", "source_job_id": "one", "platform": {"image": "x"}}
    spec = of_before(kind="deploy", data_path="", output_dir="", deploy=deploy, then_deploy=None)

    assert spec.work == Serving(
        "qwen",
        "v2",
        Target.K8S,
        InferBackend.VLLM,
        {"sql": "/a"},
        replicas=2,
        sealed_api_key="sealed",
        source_job_id="one",
        platform={"image": "x"},
    )


def test_what_an_older_release_yet_did_not_know_is_as_by_default() -> None:
    younger = ("kind", "node_names", "export_as", "deploy", "then_deploy", "hang_after_seconds", "source_job_id")
    old = {name: value for name, value in FLAT.items() if name not in younger}
    spec = load_spec(json.dumps(old))

    assert (spec.kind, spec.node_names, spec.hang_after_seconds) == (JobKind.TRAIN, (), None)


def test_each_question_to_another_kind_of_work_is_an_error() -> None:
    training, export, deployment = SPECS

    for spec, part in ((training, "serving"), (training, "exporting"), (export, "serving"), (deployment, "training")):
        with pytest.raises(TypeError, match=r"no export|serves nothing|trains nothing"):
            getattr(spec, part)


@pytest.mark.parametrize("data_path", ["/d", ("/d",), ("/d", "/d#3", "org/set")])
def test_data_sets_are_read_in_the_form_in_which_they_were_written(data_path: str | tuple[str, ...]) -> None:
    for spec in (make_spec(data_path=data_path), make_export_spec(data_path=data_path)):
        assert load_spec(dump_spec(spec)) == spec
