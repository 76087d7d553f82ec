"""Whatever of data, models and folders an API refuses that sees them, a node refuses in the same words where the API
does not, before anything is started.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.model_files import make_adapter, make_model
from tests.ports import free_port
from tests.real_stack import FINAL, RealStack, fake_inputs

pytestmark = pytest.mark.integration

Body = dict[str, Any]
GOOD = {"query": "a", "response": "b"}
TURNS = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
PAIR = {**TURNS, "rejected_response": "c"}


# Of places that no user named: where uploads lie, and what jobs left.
INNER = ("/datasets/", "/attempt-1/")


@dataclass(frozen=True)
class Place:
    """A folder of the nodes in which one bad input is made, and a service to upload it to, or to train it with."""

    folder: Path
    stack: RealStack

    def lines(self, name: str, *records: Any) -> str:
        return self.text(name, "".join(json.dumps(record) + "\n" for record in records))

    def upload(self, name: str, *records: Any) -> str:
        announced = self.stack.http.post("/../datasets", json={"name": name}).json()
        content = Path(self.lines(name, *records)).read_bytes()
        self.stack.http.put(f"/../datasets/{announced['id']}/content", content=content).raise_for_status()
        return f"dataset:{announced['id']}"

    def trained(self, name: str, field: str, without: str) -> str:
        """The model of a job that left one, or an adapter, of which somebody took a file away."""
        inputs = fake_inputs(self.stack.folder, steps=2)
        self.stack.submit(**inputs, job_id=name, output_dir=f"output/{name}")
        made = Path(self.stack.wait_for(name, "completed")[field])
        (made / without).unlink()
        return inputs["model_path"]

    def text(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def model(self, without: str = "", **contents: bytes) -> str:
        """A whole one, but for that file, and with that content in others."""
        folder = make_model(self.folder / "model", {"model.embed_tokens.weight": (8, 4)})
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        if without:
            (folder / without).unlink()
        return str(folder)


def data(make: Callable[[Place], Any], **more: Any) -> Callable[[Place], Body]:
    return lambda place: {"data_path": make(place), **more}


def in_folder(**files: Any) -> Callable[[Place], str]:
    def make(place: Place) -> str:
        for name, records in files.items():
            place.lines(f"{name.replace('__', '/')}.jsonl", *records)
        return str(place.folder)

    return make


BAD: dict[str, Callable[[Place], Body]] = {
    "gone": data(lambda place: f"{place.folder}/gone.jsonl"),
    "empty": data(lambda place: place.text("a.jsonl", "")),
    "ending": data(lambda place: place.text("a.xlsx", "PK")),
    "no_json": data(lambda place: place.text("a.jsonl", '{"query": "a", "response": "b"}\n{"query": \n')),
    "twice": data(lambda place: place.text("a.jsonl", '{"query": "a", "query": "b", "response": "c"}\n')),
    "half_character": data(lambda place: place.text("a.jsonl", '{"query": "a", "response": "\\ud83d"}\n')),
    "list": data(lambda place: place.text("a.json", '[{"query": "a", "response": "b"}, {"query": ]')),
    "no_list": data(lambda place: place.text("a.json", "17")),
    "columns": data(lambda place: place.lines("a.jsonl", {"x": 1, "y": 2})),
    "null": data(lambda place: place.lines("a.jsonl", GOOD, *[{**GOOD, "response": None}] * 3)),
    "one_null": data(lambda place: place.lines("a.jsonl", {**GOOD, "response": None})),
    "no_pair": data(lambda place: place.lines("a.jsonl", GOOD), method="dpo"),
    "no_label": data(lambda place: place.lines("a.jsonl", GOOD), method="kto"),
    "no_rank": data(
        lambda place: place.lines("a.jsonl", GOOD),
        extra_args={"task_type": "reranker", "loss_type": "pointwise_reranker"},
    ),
    "nothing_named": data(lambda place: place.text("sub/a.md", "x") and str(place.folder)),
    "differing": data(in_folder(a=[GOOD], b=[TURNS])),
    "below": data(in_folder(sub__a=[GOOD], sub__deep__b=[TURNS])),
    "second_cut": data(lambda place: in_folder(a=[GOOD])(place) if place.text("b.jsonl", '{"query":') else ""),
    "saved": data(lambda place: str(Path(place.text("state.json", "{}"), place.text("d.arrow", "")).parent)),
    "of_list": data(lambda place: [place.lines("a.jsonl", GOOD), place.text("b.jsonl", "[1]\n")]),
    "list_gone": data(lambda place: [place.lines("a.jsonl", GOOD), f"{place.folder}/b.jsonl#5"]),
    "list_null": data(
        lambda place: [place.lines("a.jsonl", GOOD), place.lines("b.jsonl", *[{**GOOD, "response": None}] * 3)]
    ),
    "val": lambda place: {"val_dataset": place.lines("v.jsonl", {**GOOD, "response": None})},
    "val_list": lambda place: {"val_dataset": [place.lines("v.jsonl", GOOD), place.text("w.jsonl", "{")]},
    "picture": data(
        lambda place: place.lines("a.jsonl", {**TURNS, "images": [f"{place.folder}/gone.png"]}), task_type="mllm"
    ),
    "upload": data(
        lambda place: place.upload("pictures.jsonl", {**TURNS, "images": [f"{place.folder}/gone.png"]}),
        task_type="mllm",
    ),
    "model_of_job": lambda place: {
        "model_path": "made" if place.trained("made", "export_path", "tokenizer.json") else ""
    },
    "adapter_of_job": lambda place: {
        "model_path": place.trained("left", "checkpoint_path", "adapter_model.safetensors"),
        "adapters": ["left"],
    },
    "media_folder": lambda place: {"env": {"ROOT_IMAGE_DIR": f"{place.folder}/none"}},
    "no_model": lambda place: {"model_path": f"{place.folder}/none"},
    "no_config": lambda place: {"model_path": place.model("config.json")},
    "no_tokenizer": lambda place: {"model_path": place.model("tokenizer.json")},
    "no_weights": lambda place: {"model_path": place.model("model.safetensors")},
    "no_adapter": lambda place: {"adapters": [place.model()]},
    "others_adapter": lambda place: {
        "model_path": place.model(),
        "adapters": [str(make_adapter(place.folder / "a", {"x.lora_A.weight": (8, 999)}, base="/other"))],
    },
    "ref_model": lambda place: {
        "method": "dpo",
        "llm_params": {"train_type": "full"},
        "data_path": place.lines("a.jsonl", PAIR),
        "extra_args": {"ref_model": place.model("tokenizer.json")},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    running = RealStack(tmp_path_factory.mktemp("stack"), free_port(), NODE_TTL_SECONDS=60).start()
    yield running
    running.stop()


def body(stack: RealStack, name: str) -> Body:
    folder = stack.folder / "bad" / name
    folder.mkdir(parents=True)
    output = f"output/{name.replace('_', '-')}"
    return {**fake_inputs(stack.folder, steps=3), "output_dir": output, **BAD[name](Place(folder, stack))}


def refused(stack: RealStack, sent: Body) -> list[tuple[str, str]]:
    """What a submission is refused with, as is a dry run."""
    answer, checked = (stack.http.post(path, json=sent).json() for path in ("/jobs", "/jobs/validate"))
    assert answer.get("errors", []) == checked["errors"]
    return [(error["code"], f"{error['field']}: {error['message']}") for error in checked["errors"]]


@pytest.fixture(scope="module")
def told(stack: RealStack) -> dict[str, tuple[list[tuple[str, str]], dict[str, Any]]]:
    """Of each: (reason, field and sentence) of the API's problems, and the job of a node that finds it."""
    bodies = {name: body(stack, name) for name in BAD}
    problems = {name: refused(stack, each) for name, each in bodies.items()}
    stack.replace("api", INPUTS_VISIBLE_TO_API="false")
    stack.wait_until_ready()
    ids = {name: stack.submit(**each)["job_id"] for name, each in bodies.items()}
    return {name: (problems[name], stack.wait_for(ids[name], *FINAL)) for name in BAD}


@pytest.mark.parametrize("name", BAD)
def test_a_node_says_what_an_api_says_that_sees_the_input(
    stack: RealStack, told: dict[str, tuple[list[tuple[str, str]], dict[str, Any]]], name: str
) -> None:
    problems, job = told[name]

    assert problems == [(job["reason"], job["message"])]
    assert not [inner for inner in INNER if inner in job["message"]]
    assert "start" not in [event["type"] for event in stack.get(f"/jobs/{job['job_id']}/events")["events"]]
