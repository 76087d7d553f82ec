import json
from pathlib import Path
from typing import Any

import pytest

ANSWER = (201, {"job_id": "training_001", "status": "queued", "message": "waits for 1 GPU", "queue_position": 2})
OPTIONS = ("--type", "llm", "--model", "/m", "--data", "/d.jsonl", "--output-dir", "/out/training_001")


@pytest.fixture(autouse=True)
def _accepting(service: Any) -> None:
    service.on("POST", "/jobs", ANSWER)


def test_options_become_the_body(swt: Any, service: Any) -> None:
    result = swt(
        "submit", *OPTIONS, "--name", "mine", "--priority", "7", "--gpus", "2", "--method", "dpo",
        "-p", "num_epochs=3", "-p", "learning_rate=1e-4", "-p", "torch_dtype=bfloat16", "-p", "save_only_model=false",
        "--extra", "lora_dropout=0.1", "--extra", "target_modules=[\"q_proj\"]",
    )  # fmt: skip  # a command line

    assert result.exit_code == 0
    assert service.bodies == [
        {
            "task_type": "llm",
            "model_path": "/m",
            "data_path": "/d.jsonl",
            "output_dir": "/out/training_001",
            "job_id": "mine",
            "priority": 7,
            "gpus": 2,
            "method": "dpo",
            "llm_params": {
                "num_epochs": 3,
                "learning_rate": 1e-4,
                "torch_dtype": "bfloat16",
                "save_only_model": False,
            },
            "extra_args": {"lora_dropout": 0.1, "target_modules": ["q_proj"]},
        }
    ]


def test_jobs_may_stand_where_files_do(swt: Any, service: Any) -> None:
    going_on = ("--model", "first", "--adapter", "first", "--resume-from", "second")

    assert swt("submit", *OPTIONS, *going_on).exit_code == 0
    [body] = service.bodies
    assert (body["model_path"], body["adapters"], body["resume_from"]) == ("first", ["first"], "second")


def test_what_was_accepted_is_told_in_a_line(swt: Any) -> None:
    assert swt("submit", *OPTIONS).stdout == "training_001 queued, position 2: waits for 1 GPU\n"


def test_quiet_prints_the_id_alone(swt: Any) -> None:
    result = swt("submit", *OPTIONS, "-q")

    assert (result.stdout, result.stderr) == ("training_001\n", "")


def test_json_prints_the_answer(swt: Any) -> None:
    assert json.loads(swt("submit", *OPTIONS, "-o", "json").stdout) == ANSWER[1]


def test_a_file_is_sent_as_it_is(swt: Any, service: Any, tmp_path: Any) -> None:
    file = tmp_path / "job.json"
    file.write_text('\ufeff{"task_type": "mllm", "anything": [1]}', encoding="utf-8")

    assert swt("submit", str(file)).exit_code == 0
    assert service.bodies == [{"task_type": "mllm", "anything": [1]}]


def test_a_file_on_stdin_and_options_over_it(swt: Any, service: Any) -> None:
    text = '{"task_type": "multimodal", "priority": 1, "mllm_params": {"num_epochs": 1, "lora_rank": 8}}'

    assert swt("submit", "-", "--priority", "9", "-p", "num_epochs=2", input=text).exit_code == 0
    assert service.bodies == [
        {"task_type": "multimodal", "priority": 9, "mllm_params": {"num_epochs": 2, "lora_rank": 8}}
    ]


def test_parameters_join_the_old_form_where_the_file_uses_it(swt: Any, service: Any) -> None:
    swt("submit", "-", "-p", "batch_size=2", input='{"train_params": {"num_epochs": 1}}')

    assert service.bodies == [{"train_params": {"num_epochs": 1, "batch_size": 2}}]


def test_the_idempotency_key_is_passed_on(swt: Any, service: Any) -> None:
    swt("submit", *OPTIONS, "--idempotency-key", "build-7")

    assert service.requests[0].headers["Idempotency-Key"] == "build-7"


@pytest.mark.parametrize(
    ("arguments", "text", "says"),
    [
        ((), None, "Give a job FILE"),
        (("--model", "/m"), None, "--type llm or --type mllm"),
        (("-", "-p", "x=1"), "{}", "-p needs to know"),
        (("-",), "[1]", "has to hold a JSON object"),
        (("-",), '{"a": 1,\n}', "line 2, column 1"),
        (("-", "-p", "x=1"), '{"task_type": "llm", "llm_params": [1]}', "llm_params in the file has to be an object"),
        (("no-such-file.json",), None, "No such file"),
        ((*OPTIONS, "-p", "num_epochs"), None, "key=value"),
        ((*OPTIONS, "-p", "=3"), None, "key=value"),
        ((*OPTIONS, "--priority", "11"), None, "0<=x<=10"),
        ((*OPTIONS, "--gpus", "0"), None, "x>=1"),
        ((*OPTIONS, "--timeout", "5m"), None, "--timeout needs --wait or --follow"),
        ((*OPTIONS, "--wait", "--timeout", "soon"), None, "not a duration"),
        ((*OPTIONS, "--follow", "-q"), None, "--follow prints the log"),
        ((*OPTIONS, "--follow", "-o", "json"), None, "--follow prints the log"),
        ((*OPTIONS, "--name", ".."), None, "not a job id"),
    ],
)
def test_wrong_usage_is_2_and_sends_nothing(
    swt: Any, service: Any, arguments: tuple[str, ...], text: str | None, says: str
) -> None:
    result = swt("submit", *arguments, input=text)

    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""
    assert service.requests == []


def test_a_value_that_json_does_not_know_stays_text(swt: Any, service: Any) -> None:
    swt("submit", *OPTIONS, "-p", "a=NaN", "-p", "b=", "-p", "c=x=y", "-p", "d=null")

    assert service.bodies[0]["llm_params"] == {"a": "NaN", "b": "", "c": "x=y", "d": None}


@pytest.mark.parametrize(("status", "code"), [("completed", 0), ("failed", 1), ("cancelled", 3)])
def test_wait_exits_with_the_jobs_result(swt: Any, service: Any, make_job: Any, status: str, code: int) -> None:
    service.on("GET", "/jobs/training_001", make_job(), make_job(status=status))

    result = swt("submit", *OPTIONS, "--wait")

    assert result.exit_code == code
    assert result.stdout == f"training_001 {status}\n"


def test_quiet_wait_prints_the_id_alone_on_stdout(swt: Any, service: Any, make_job: Any) -> None:
    service.on("GET", "/jobs/training_001", make_job(status="completed"))

    assert swt("submit", *OPTIONS, "--wait", "-q").stdout == "training_001\n"


def test_wait_with_json_prints_one_document_the_final_job(swt: Any, service: Any, make_job: Any) -> None:
    service.on("GET", "/jobs/training_001", make_job(status="completed"))

    assert json.loads(swt("submit", *OPTIONS, "--wait", "-o", "json").stdout) == make_job(status="completed")


def test_follow_prints_the_log_and_nothing_else_on_stdout(
    swt: Any, service: Any, make_job: Any, make_page: Any
) -> None:
    service.on("GET", "/jobs/training_001", make_job(status="queued"), make_job(), make_job(status="failed"))
    service.on(
        "GET",
        "/jobs/training_001/logs",
        make_page("", attempt=0),
        make_page("step 1\r"),
        make_page("", 7),
        make_page("boom\n", 7),
        make_page("", 12),
        make_page("bye\n", 12, end=True),
    )

    result = swt("submit", *OPTIONS, "--follow")

    assert result.exit_code == 1
    assert result.stdout == "step 1\rboom\nbye\n"
    assert "training_001 failed" in result.stderr
    assert "swt logs training_001" in result.stderr


def test_follow_does_not_wait_for_ever_for_the_end_of_a_log(
    swt: Any, service: Any, clock: Any, make_job: Any, make_page: Any
) -> None:
    service.on("GET", "/jobs/training_001", make_job(status="completed"))
    service.on("GET", "/jobs/training_001/logs", make_page("", 0))

    assert swt("submit", *OPTIONS, "-f").exit_code == 0
    assert sum(clock.naps) >= 15


def test_ctrl_c_while_following_leaves_the_job_alone(swt: Any, service: Any, make_job: Any, make_page: Any) -> None:
    service.on("GET", "/jobs/training_001", make_job(), KeyboardInterrupt())
    service.on("GET", "/jobs/training_001/logs", make_page(""))

    result = swt("submit", *OPTIONS, "--follow")

    assert result.exit_code == 130
    assert "training_001 goes on" in result.stderr
    assert "swt stop training_001" in result.stderr
    assert [request.method for request in service.requests].count("POST") == 1


def test_a_home_folder_that_no_shell_replaced_is_not_uploaded(swt: Any, service: Any) -> None:
    result = swt("submit", "--type", "llm", "--data=~/train.jsonl", "--upload")

    assert result.exit_code == 2
    assert "'~/train.jsonl' begins with `~`, which nobody replaced; give the whole path." in result.stderr
    assert service.requests == []


NOTES = ["num_epochs does not count: max_steps ends the training after 9 steps"]
UNTYPED = OPTIONS[2:]


def test_what_does_not_count_is_printed_below_the_line(swt: Any, service: Any) -> None:
    service.on("POST", "/jobs", (201, {**ANSWER[1], "notes": NOTES}))

    assert swt("submit", *OPTIONS).stdout.splitlines()[1:] == [f"note     {NOTES[0]}"]
    assert swt("submit", *OPTIONS, "-q").stdout == "training_001\n"
    assert json.loads(swt("submit", *OPTIONS, "-o", "json").stdout)["notes"] == NOTES


@pytest.mark.parametrize(
    ("config", "task_type"),
    [
        ({"architectures": ["Qwen2ForCausalLM"]}, "llm"),
        ({"architectures": ["Qwen2VLForConditionalGeneration"], "vision_config": {"depth": 2}}, "mllm"),
        ({"architectures": ["LlavaLlamaForCausalLM"], "mm_vision_tower": "clip"}, "mllm"),
    ],
)
def test_the_type_is_found_by_the_model_on_this_machine(
    swt: Any, service: Any, tmp_path: Path, config: dict[str, Any], task_type: str
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))

    result = swt("submit", "--model", str(tmp_path), *UNTYPED[2:], "-p", "num_epochs=3")

    assert result.stderr == f"note     task_type is {task_type}, by the model's config.json\n"
    assert service.bodies[-1]["task_type"] == task_type
    assert service.bodies[-1][f"{task_type}_params"] == {"num_epochs": 3}


def test_the_type_is_found_by_the_model_as_the_service_sees_it(swt: Any, service: Any) -> None:
    service.on("POST", "/jobs/validate", {"model_task_type": "mllm"})

    assert swt("submit", *UNTYPED, "-p", "vit_lr=1e-5").exit_code == 0
    assert (service.bodies[-1]["task_type"], service.bodies[-1]["mllm_params"]) == ("mllm", {"vit_lr": 1e-5})


@pytest.mark.parametrize("told", [{"model_task_type": None}, {}])
def test_where_nobody_can_tell_the_type_it_is_asked_for(swt: Any, service: Any, told: dict[str, Any]) -> None:
    service.on("POST", "/jobs/validate", told)

    result = swt("submit", *UNTYPED)

    assert result.exit_code == 2
    assert "Say what is trained: --type llm or --type mllm." in result.stderr


def test_parameters_join_the_only_form_that_the_file_has(swt: Any, service: Any) -> None:
    swt("submit", "-", "-p", "batch_size=2", input='{"llm_params": {"num_epochs": 1}}')

    assert service.bodies == [{"llm_params": {"num_epochs": 1, "batch_size": 2}}]


def test_data_given_several_times_is_a_list_and_given_once_a_text(swt: Any, service: Any) -> None:
    swt("submit", *OPTIONS, "--data", "org/set#9", "--val", "/v.jsonl")
    swt("submit", *OPTIONS, "--val", "/v.jsonl", "--val", "dataset:v")

    assert [(body["data_path"], body["val_dataset"]) for body in service.bodies] == [
        (["/d.jsonl", "org/set#9"], "/v.jsonl"),
        ("/d.jsonl", ["/v.jsonl", "dataset:v"]),
    ]
