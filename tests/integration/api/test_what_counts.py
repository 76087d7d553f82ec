"""What a client sends and contradicts itself is refused, what does not count is told, and lists are read as lists."""

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
from tests.builders import make_node
from tests.integration.api.expect import TRAINING, expect_problem
from tests.model_files import make_adapter
from tests.real_stack import fake_inputs

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
PACKAGES = {"torch": "2.13.0", "transformers": "5.19.0"}


def refused(client: FlaskClient, **changes: Any) -> list[tuple[str, str]]:
    """Field and code of each problem, at submission as in a dry run."""
    body = bodies.training(**changes)
    problem = expect_problem(client.post(JOBS, json=body), 422, "invalid_input")
    dry = client.post(f"{JOBS}/validate", json=body).json
    assert (dry["valid"], dry["errors"]) == (False, problem["errors"])
    return [(error["field"], error["code"]) for error in problem["errors"]]


def noted(client: FlaskClient, path: str = "jobs", **changes: Any) -> list[str]:
    """The notes of the answer."""
    answer = client.post(f"{TRAINING}/{path}", json=bodies.training(**changes))
    assert answer.status_code == 201, answer.text
    return list(answer.json.get("notes", []))


def shown(client: FlaskClient) -> dict[str, Any]:
    return dict(client.get(f"{JOBS}/one").json)


def test_options_that_do_not_go_together_are_refused_before_anything_is_written(
    client: FlaskClient, store: Store
) -> None:
    assert refused(client, extra_args={"save_strategy": "no", "streaming": True}) == [
        ("extra_args.save_strategy", "conflicting_options"),
        ("extra_args.max_steps", "conflicting_options"),
    ]
    assert store.listings.all_ids() == []


def test_a_conflict_with_a_parameter_is_told_by_the_clients_own_name_for_it(client: FlaskClient) -> None:
    best = {"load_best_model_at_end": True, "split_dataset_ratio": 0.1}
    params = {"save_steps": 30, "eval_steps": 20}

    assert refused(client, extra_args=best, llm_params=params) == [("llm_params.save_steps", "conflicting_options")]
    assert refused(client, extra_args=best, train_params=params) == [("train_params.save_steps", "conflicting_options")]
    typed = client.post(f"{TRAINING}/llm/jobs", json=_untyped(extra_args=best, params=params))
    assert [error["field"] for error in typed.json["errors"]] == ["params.save_steps"]


def test_a_list_in_one_text_is_kept_as_a_list_and_told(client: FlaskClient) -> None:
    told = 'extra_args.target_modules was read as the list ["q_proj", "v_proj"]'
    body = bodies.training(extra_args={"target_modules": "q_proj,v_proj"})

    dry = client.post(f"{JOBS}/validate", json=body).json
    notes = noted(client, extra_args={"target_modules": "q_proj,v_proj"})

    assert told in dry["notes"]
    assert dry["command"][dry["command"].index("--target_modules") + 1 :][:2] == ["q_proj", "v_proj"]
    assert notes == [told]
    assert shown(client)["extra_args"] == {"target_modules": ["q_proj", "v_proj"]}


def test_what_does_not_count_is_told_at_submission_and_in_a_dry_run(client: FlaskClient) -> None:
    params = {"train_type": "full", "lora_rank": 8}
    told = "lora_rank does not count: train_type full makes no LoRA adapter"

    assert told in client.post(f"{JOBS}/validate", json=bodies.training(llm_params=params)).json["notes"]
    assert noted(client, llm_params=params) == [told]


def test_parameters_of_a_language_model_alone_make_it_one(client: FlaskClient) -> None:
    body = bodies.training(llm_params={"lora_rank": 8})
    del body["task_type"]

    assert client.post(JOBS, json=body).status_code == 201
    assert (shown(client)["task_type"], shown(client)["lora_rank"]) == ("llm", 8)


@pytest.mark.parametrize(
    "forms", [{}, {"mllm_params": {}}, {"mllm_params": {}, "llm_params": {}}, {"train_params": {}}]
)
def test_without_a_type_all_others_stay_multimodal(client: FlaskClient, forms: dict[str, Any]) -> None:
    body = bodies.training(**forms)
    del body["task_type"]

    assert client.post(JOBS, json=body).status_code == 201
    assert shown(client)["task_type"] == "mllm"


@pytest.mark.parametrize(("task_type", "form"), [("multimodal", "llm_params"), ("llm", "mllm_params")])
def test_parameters_of_the_other_type_alone_contradict_the_one_that_is_named(
    client: FlaskClient, task_type: str, form: str
) -> None:
    assert refused(client, task_type=task_type, **{form: {"lora_rank": 8}}) == [(form, "conflicting_options")]


def test_where_the_type_selects_the_other_parameters_are_told_to_be_ignored(client: FlaskClient) -> None:
    assert noted(client, "v2/jobs", task_type="multimodal", llm_params={"lora_rank": 8}) == [
        "llm_params was ignored: the task type is mllm"
    ]


def test_a_prompt_of_several_lines_is_taken_as_it_is(client: FlaskClient) -> None:
    text = "You are Swifty.\n\tAnswer in one line.\u3000\U0001f468\u200d\U0001f469\r\n"

    assert noted(client, extra_args={"system": text, "stop_words": ["\n\n"]}) == []
    assert shown(client)["extra_args"] == {"system": text, "stop_words": ["\n\n"]}


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ({"system": "a\x1b[31m"}, "invalid"),
        ({"system": "a\x00"}, "invalid"),
        ({"loss_scale": "a\nb"}, "invalid"),
        ({"system": "Read\n/etc/some notes.txt"}, "unsafe_option"),
        ({"system": "/etc/some notes.txt"}, "unsafe_option"),
    ],
)
def test_what_a_terminal_obeys_and_what_ms_swift_opens_stays_out(
    client: FlaskClient, extra: dict[str, Any], code: str
) -> None:
    problem = expect_problem(client.post(JOBS, json=bodies.training(extra_args=extra)), 422, "invalid_input")

    assert [error["code"] for error in problem["errors"]] == [code]


def test_a_package_that_no_node_has_is_refused_with_what_to_install(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(make_node(packages=PACKAGES), 30)

    body = bodies.training(extra_args={"deepspeed": "zero2", "report_to": "wandb"})
    problem = expect_problem(client.post(JOBS, json=body), 422, "invalid_input")

    assert [(error["field"], error["code"]) for error in problem["errors"]] == [
        ("extra_args.deepspeed", "node_unfit"),
        ("extra_args.report_to", "node_unfit"),
    ]
    assert problem["errors"][0]["message"] == (
        "deepspeed needs the package deepspeed, and no node that is there has all that the job needs: "
        "run `pip install deepspeed` in the environment of the ms-swift of node-1"
    )
    assert [field for field, _ in refused(client, extra_args={"use_liger_kernel": True})] == [
        "extra_args.use_liger_kernel"
    ]


def test_a_package_of_a_way_of_training_is_asked_for_at_the_clients_own_field(
    client: FlaskClient, store: Store
) -> None:
    store.nodes.heartbeat(make_node(packages=PACKAGES), 30)

    assert refused(client, llm_params={"train_type": "reft"}) == [("llm_params.train_type", "node_unfit")]


@pytest.mark.parametrize("packages", [{}, {**PACKAGES, "deepspeed": "0.18.0"}])
def test_a_node_that_has_it_or_has_not_said_is_waited_for(
    client: FlaskClient, store: Store, packages: dict[str, str]
) -> None:
    store.nodes.heartbeat(make_node("other", packages=PACKAGES), 30)
    store.nodes.heartbeat(make_node(packages=packages), 30)

    assert noted(client, extra_args={"deepspeed": "zero2"}) == []


def test_a_node_that_may_not_be_taken_does_not_help(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(make_node("able", packages={**PACKAGES, "deepspeed": "0.18.0"}), 30)
    store.nodes.heartbeat(make_node(packages=PACKAGES), 30)

    constraints = {"node_names": ["node-1"]}
    assert refused(client, extra_args={"deepspeed": "zero2"}, constraints=constraints) == [
        ("extra_args.deepspeed", "node_unfit")
    ]


def test_without_a_node_it_waits_and_the_answer_says_for_what(client: FlaskClient) -> None:
    answer = client.post(JOBS, json=bodies.training(extra_args={"deepspeed": "zero2"})).json

    assert answer["status"] == "queued"
    assert answer["notes"] == ["no node is there yet: the job waits for one whose ms-swift has deepspeed beside it"]


def test_a_job_goes_to_the_node_that_has_what_it_needs(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(make_node("able", gpus=8, packages={**PACKAGES, "deepspeed": "0.18.0"}), 30)
    store.nodes.heartbeat(make_node(packages=PACKAGES), 30)
    noted(client, extra_args={"deepspeed": "zero2"})

    assert client.post(f"{TRAINING}/queue/process").json["result"]["started"] == 1
    assert [place.node for place in store.jobs.get("one").places] == ["able"]


def test_a_server_engine_that_no_node_has_is_refused(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(make_node(packages=PACKAGES), 30)

    problem = expect_problem(
        client.post("/api/v1/deploy/jobs", json=bodies.deployment(infer_backend="vllm")), 422, "invalid_input"
    )

    assert [(error["field"], error["code"]) for error in problem["errors"]] == [("infer_backend", "node_unfit")]


def test_a_node_shows_its_packages(client: FlaskClient, store: Store) -> None:
    store.nodes.heartbeat(make_node(packages=PACKAGES), 30)

    assert client.get("/api/v1/nodes/node-1").json["packages"] == PACKAGES


@pytest.fixture
def seeing(
    store: Store, settings: Settings, make_settings: Callable[..., Settings], tmp_path: Path
) -> Callable[..., Any]:
    """Posts a job of the folder's own model to an API that sees the nodes' files."""
    client = create_app(
        make_settings(
            REDIS_SOCKET=settings.redis_socket, INPUTS_VISIBLE_TO_API="true", DATA_DIR=tmp_path, ALLOWED_ROOTS=tmp_path
        )
    ).test_client()
    inputs = fake_inputs(tmp_path)

    def post(path: str = JOBS, **changes: Any) -> Any:
        return client.post(path, json={**inputs, "output_dir": "output/one", **changes})

    return post


@pytest.mark.parametrize(("name", "own"), [("lora_rank", "8"), ("lora_alpha", "16")])
def test_another_rank_than_the_adapter_has_that_it_goes_on_with_is_refused(
    seeing: Callable[..., Any], tmp_path: Path, name: str, own: str
) -> None:
    adapter = _adapter(tmp_path)

    problem = expect_problem(seeing(extra_args={"adapters": adapter}, llm_params={name: 64}), 422, "invalid_input")

    assert [(error["field"], error["code"], error["message"]) for error in problem["errors"]] == [
        (
            f"llm_params.{name}",
            "conflicting_options",
            f"the adapter that the training goes on with has {own} and keeps it: leave this out, or send {own}",
        )
    ]


@pytest.mark.parametrize("params", [{}, {"lora_rank": 8, "lora_alpha": 16}])
def test_the_adapters_own_rank_and_none_at_all_are_accepted(
    seeing: Callable[..., Any], tmp_path: Path, params: dict[str, Any]
) -> None:
    assert seeing(extra_args={"adapters": _adapter(tmp_path)}, llm_params=params).status_code == 201


def test_a_text_model_has_no_rates_for_pictures(seeing: Callable[..., Any]) -> None:
    dry = seeing(f"{JOBS}/validate", task_type="multimodal").json
    answer = seeing(task_type="multimodal").json

    assert (dry["task_type"], dry["model_task_type"]) == ("mllm", "llm")
    assert not [item for item in dry["command"] if item.startswith(("--vit_lr", "--aligner_lr", "--freeze_"))]
    assert answer["notes"] == [
        "vit_lr and aligner_lr do not count: the model reads text only, and the task type llm would do"
    ]


def _adapter(folder: Path) -> str:
    path = make_adapter(folder / "adapter", rank=8)
    config = json.loads((path / "adapter_config.json").read_text())
    (path / "adapter_config.json").write_text(json.dumps({**config, "lora_alpha": 16}))
    return str(path)


def _untyped(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in bodies.training(**changes).items() if name != "task_type"}
