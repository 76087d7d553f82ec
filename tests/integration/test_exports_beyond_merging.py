"""Quantised exports and pushes through the real processes, with a fake ms-swift and a fake hub."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import bodies
from tests.fault.phases import kill_runner
from tests.ports import free_port
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("consistent")]

TOKEN = "hf_0123456789-never-to-be-seen"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    """A node with a token of one hub and with one of the packages."""
    folder = tmp_path_factory.mktemp("stack")
    (folder / "fake-packages.json").write_text('{"bitsandbytes": "0.50.2"}')
    running = RealStack(folder, free_port(), HF_TOKEN=TOKEN, NODE_TTL_SECONDS=60).start()
    yield running
    running.stop()


def trained(stack: RealStack, name: str) -> dict[str, Any]:
    """A job that has completed, and was not merged."""
    inputs = fake_inputs(stack.folder, steps=2, seconds_per_step=0.01)
    stack.submit(**inputs, output_dir=f"output/{name}", export=False)
    return stack.wait_for(name, "completed")


def quantized(stack: RealStack, job_id: str, **body: Any) -> str:
    answer = stack.http.post(f"/jobs/{job_id}/export", json=bodies.quantizing(**body))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["export_job_id"])


def pushed(stack: RealStack, job_id: str, repo: str) -> dict[str, Any]:
    push = {"hub_model_id": repo, "use_hf": True, "commit_message": "from a test"}
    answer = stack.http.post(f"/jobs/{job_id}/export", json={"push_to_hub": push})
    assert answer.status_code == 200, answer.text
    return stack.wait_for(str(answer.json()["export_job_id"]), "completed", "failed")


def test_a_quantised_model_appears_beside_the_merged_one_and_is_not_its_sources(stack: RealStack) -> None:
    trained(stack, "smaller")
    output = stack.folder / "output/smaller/attempt-1"

    ends = [stack.wait_for(quantized(stack, "smaller"), "completed") for _ in range(2)]

    assert [end["export_path"] for end in ends] == [str(output / "bnb-int4"), str(output / "bnb-int4-2")]
    config = json.loads((output / "bnb-int4/config.json").read_text())["quantization_config"]
    assert config == {"quant_method": "bnb", "quant_bits": "4", "dataset": None, "group_size": None}
    eventually(lambda: [path.name for path in output.glob(".[!s]*")], lambda found: found == [], what="a tidy folder")
    job = stack.job("smaller")
    assert (job["export_path"], job["export_error"], job["export_job_id"]) == ("", "", ends[1]["id"])
    events = [event["message"] for event in stack.get(f"/jobs/{ends[0]['id']}/events")["events"]]
    assert any("merging checkpoint-2" in message for message in events)
    assert any("quantising to bnb-int4" in message for message in events)
    told = [event["message"] for event in stack.get("/jobs/smaller/events")["events"] if event["type"] == "end_export"]
    assert told == [f"the bnb-int4 model is in {end['export_path']}" for end in ends]


def test_what_is_merged_already_is_not_merged_again_to_be_quantised(stack: RealStack) -> None:
    inputs = fake_inputs(stack.folder, steps=2, seconds_per_step=0.01)
    stack.submit(**inputs, output_dir="output/merged-before")
    stack.wait_for("merged-before", "completed")

    end = stack.wait_for(quantized(stack, "merged-before", quant_bits=8), "completed")

    assert "Merge LoRA" not in stack.log_of(end["id"])
    assert end["export_path"].endswith("/bnb-int8")
    assert stack.job("merged-before")["export_path"].endswith("/merged")


def test_a_quantiser_that_fails_leaves_nothing_and_says_why_at_its_source(stack: RealStack) -> None:
    source = trained(stack, "brittle")
    (Path(source["model_path"]) / "fake.json").write_text('{"quantize_exit_code": 1}')

    end = stack.wait_for(quantized(stack, "brittle"), "failed")

    assert end["reason"] == "export_failed"
    job = eventually(lambda: stack.job("brittle"), lambda job: job["export_error"])
    assert "while quantising" in job["export_error"]
    output = stack.folder / "output/brittle/attempt-1"
    for pattern in ("*merged*", "*bnb*"):
        eventually(
            lambda pattern=pattern: [path.name for path in output.glob(pattern)],
            lambda found: found == [],
            what="a tidy folder",
        )


def test_a_quantised_export_outlives_its_worker(stack: RealStack) -> None:
    source = trained(stack, "outlived")
    (Path(source["model_path"]) / "fake.json").write_text('{"quantize_seconds": 3}')
    export_id = quantized(stack, "outlived")
    eventually(
        lambda: stack.get(f"/jobs/{export_id}/events")["events"],
        lambda events: any("quantising" in event["message"] for event in events),
        what="the second phase",
    )

    stack.kill("worker")
    stack.start_process("worker")

    end = stack.wait_for(export_id, "completed")
    events = [event["type"] for event in stack.get(f"/jobs/{export_id}/events")["events"]]
    assert (end["attempt"], events) == (1, ["submit", "assign", "start", "export", "complete"])


def test_only_the_push_is_repeated_when_that_was_lost(stack: RealStack) -> None:
    trained(stack, "repeated")
    hangs = stack.folder / "fake-hub/hangs"
    hangs.parent.mkdir(exist_ok=True)
    hangs.touch()
    push = {"hub_model_id": "team/repeated", "use_hf": True}
    export_id = quantized(stack, "repeated", push_to_hub=push)
    before = waiting_in(stack, export_id, "pushing")

    hangs.unlink()
    kill_runner(before, "push")

    end = stack.wait_for(export_id, "completed")
    output = stack.folder / "output/repeated/attempt-1"
    assert (end["attempt"], end["export_path"]) == (2, str(output / "bnb-int4"))
    told = [event["message"] for event in stack.get(f"/jobs/{export_id}/events")["events"] if event["attempt"] == 2]
    assert told[1] == "an earlier attempt quantised the model; goes on behind that"
    assert told[2].startswith("pushing the model to team/repeated started on node ")
    eventually(lambda: [path.name for path in output.glob(".[!s]*")], lambda found: found == [], what="a tidy folder")


def test_what_a_quantiser_starts_from_is_not_merged_again_when_it_was_lost(stack: RealStack) -> None:
    source = trained(stack, "started-from")
    knobs = Path(source["model_path"]) / "fake.json"
    knobs.write_text('{"quantize_seconds": 600}')
    export_id = quantized(stack, "started-from")
    before = waiting_in(stack, export_id, "quantising")
    eventually(lambda: stack.log_of(export_id), lambda log: log.count("ExportArguments") == 2, what="the quantiser")

    knobs.write_text("{}")
    kill_runner(before, "quantize")

    end = stack.wait_for(export_id, "completed")
    told = [event["message"] for event in stack.get(f"/jobs/{export_id}/events")["events"] if event["attempt"] == 2]
    assert told[1] == "an earlier attempt merged the model; goes on behind that"
    assert "Merge LoRA" not in stack.log_of(export_id)
    assert end["export_path"].endswith("/attempt-1/bnb-int4")
    output = stack.folder / "output/started-from/attempt-1"
    eventually(lambda: [path.name for path in output.glob(".[!s]*")], lambda found: found == [], what="a tidy folder")


def waiting_in(stack: RealStack, export_id: str, step: str) -> dict[str, Any]:
    """The export once it is in that step."""
    eventually(
        lambda: stack.get(f"/jobs/{export_id}/events")["events"],
        lambda events: any(step in event["message"] for event in events),
        what=step,
    )
    return stack.job(export_id)


def test_a_package_that_is_gone_when_it_starts_is_named(stack: RealStack) -> None:
    trained(stack, "unfit")
    packages = stack.folder / "fake-packages.json"
    installed = packages.read_text()
    packages.write_text("{}")

    end = stack.wait_for(quantized(stack, "unfit"), "failed")

    packages.write_text(installed)
    assert end["reason"] == "node_unfit"
    assert "pip install bitsandbytes" in end["error_message"]


def test_a_model_is_pushed_with_the_nodes_token_which_is_written_nowhere(stack: RealStack) -> None:
    trained(stack, "public")

    end = pushed(stack, "public", "team/bot")

    assert end["status"] == "completed", end["error_message"]
    hub = stack.folder / "fake-hub/team"
    whole = ["config.json", "model.safetensors", "tokenizer.json"]
    assert sorted(path.name for path in (hub / "bot").iterdir()) == whole
    facts = json.loads((hub / "bot.json").read_text())
    assert (facts["token"], facts["private"], facts["message"]) == (TOKEN, True, "from a test")
    assert TOKEN not in " ".join(facts["command"])
    assert TOKEN not in stack.log_of(end["id"])
    assert stack.job("public")["export_path"] == end["export_path"]
    store = stack.redis_client()
    assert not [key for key in store.scan_iter() if TOKEN.encode() in (store.dump(key) or b"")]
    store.close()
    eventually(lambda: holders_below(stack.folder), lambda found: found == [], what="a disk without the token")


def holders_below(folder: Path) -> list[str]:
    """Files that have the token in them, but for the hub's own; some of the others come and go while we look."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "fake-hub"]
        for path in (Path(parent, name) for name in names):
            try:
                held = path.is_file() and TOKEN.encode() in path.read_bytes()
            except FileNotFoundError:
                continue
            found += [str(path)] if held else []
    return found


def test_a_push_that_is_refused_keeps_the_model_and_says_so(stack: RealStack) -> None:
    trained(stack, "kept")
    refuses = stack.folder / "fake-hub/refuses"
    refuses.parent.mkdir(exist_ok=True)
    refuses.touch()

    end = pushed(stack, "kept", "others/bot")

    refuses.unlink()
    assert (end["status"], end["reason"]) == ("failed", "push_failed")
    assert "403 Forbidden" in end["error_message"]
    assert (Path(end["export_path"]) / "model.safetensors").is_file()
    assert end["export_path"] in end["error_message"]
    job = eventually(lambda: stack.job("kept"), lambda job: job["export_error"])
    assert (job["export_path"], job["export_error"]) == (end["export_path"], end["error_message"])

    again = pushed(stack, "kept", "team/kept")
    assert (again["status"], again["export_path"]) == ("completed", end["export_path"])
    assert "Merge LoRA" not in stack.log_of(again["id"])


def test_a_model_that_is_to_be_private_is_not_pushed_where_all_can_read_it(stack: RealStack) -> None:
    trained(stack, "secret")
    hub = stack.folder / "fake-hub/team"
    (hub / "open").mkdir(parents=True)
    (hub / "open.json").write_text('{"private": false}')

    end = pushed(stack, "secret", "team/open")

    assert end["reason"] == "push_failed"
    assert "team/open exists and is public" in end["error_message"]
    assert list((hub / "open").iterdir()) == []


def test_a_node_without_a_token_refuses_before_anything_is_merged(stack: RealStack) -> None:
    trained(stack, "tokenless")
    answer = stack.http.post("/jobs/tokenless/export", json={"push_to_hub": {"hub_model_id": "a/b", "use_hf": False}})

    end = stack.wait_for(answer.json()["export_job_id"], "failed")

    assert end["reason"] == "node_unfit"
    assert "MODELSCOPE_API_TOKEN" in end["error_message"]
    assert list((stack.folder / "output/tokenless/attempt-1").glob("merged*")) == []
