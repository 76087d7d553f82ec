"""Models for other tasks than text: trained from the manual's rows, and served for what they were trained for, which
nobody says again.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openai
import pytest

from common.deployments import Serving
from common.swift.command.command import train_command
from common.swift.command.export_command import merge_command
from common.swift.data.shapes import goal_options
from common.swift.inputs import Roots
from common.swift.programs import train_launcher
from common.swift.programs.training.orders import Orders, as_environment
from tests.builders import make_spec
from tests.e2e.conftest import PHASE_SECONDS
from tests.e2e.workers.conftest import Bench, tiny_spec
from tests.openai_types import strict_faults
from tests.serving import KEY, RunningServer, Servers
from workers.lives.server.model_paths import ModelPaths, model_paths
from workers.lives.server.probe import ProbeKind

pytestmark = pytest.mark.e2e

BY_HAND = Path(__file__).with_name("tasks_by_hand.py")
SAME = 1e-5
ANSWERS = {
    "what waits for a free GPU": "the scheduler",
    "who trains": "a worker, on the node that has the data",
    "who asks": "the user",
}
QUERY, DOCUMENTS = "who trains", list(ANSWERS.values())
TEXTS = list(ANSWERS)
OTHERS = [
    (question, answer, other) for question, answer in ANSWERS.items() for other in DOCUMENTS if other != answer
] * 2
# What each learns by, the tuner, and its rows.
TASKS: dict[str, tuple[dict[str, Any], str, list[dict[str, Any]]]] = {
    "embedding": (
        {"loss_type": "infonce"},
        "lora",
        [{"anchor": question, "positive": answer} for question, answer in ANSWERS.items()] * 4,
    ),
    "reranker": (
        {"loss_type": "pointwise_reranker"},
        "full",
        [{"query": question, "positive": answer, "negative": other} for question, answer, other in OTHERS],
    ),
    "generative_reranker": (
        {"loss_type": "pointwise_reranker"},
        "lora",
        [{"query": question, "positive": answer, "negative": other} for question, answer, other in OTHERS],
    ),
    "seq_cls": (
        {"num_labels": 2},
        "lora",
        [{"text": text, "label": place % 2} for place, text in enumerate(TEXTS)] * 4,
    ),
}
PATHS = {
    "embedding": ["/v1/embeddings"],
    "reranker": ["/v1/rerank", "/v1/score"],
    "generative_reranker": ["/v1/rerank", "/v1/score"],
    "seq_cls": ["/v1/classify"],
}
BODIES: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "hello"}]},
    "/v1/embeddings": {"input": TEXTS},
    "/v1/rerank": {"query": QUERY, "documents": DOCUMENTS},
    "/v1/score": {"text_1": QUERY, "text_2": DOCUMENTS},
    "/v1/classify": {"input": TEXTS},
}


@dataclass(frozen=True)
class Served:
    """The servers by their tasks, and what each was started with."""

    servers: Mapping[str, RunningServer]
    places: Mapping[str, ModelPaths]

    def ask(self, task: str, path: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        status, text = self.servers[task].ask(path, {"model": "qwen", **body})
        return status, json.loads(text)


@pytest.fixture(scope="module")
def served(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("tasks")
    places = {task: _places(path) for task, path in _trained(bench, folder).items()}
    servers = Servers(folder, bench.python)
    try:
        running = {
            task: servers.start(Path(each.model_path), model_adapter=each.model_adapter)
            for task, each in places.items()
        }
        for server in running.values():
            assert server.wait_for(ProbeKind.READY, PHASE_SECONDS).is_ready, server.log.read_text()
        yield Served(running, places)
    finally:
        servers.end()


def _trained(bench: Bench, folder: Path) -> dict[str, Path]:
    """The checkpoints, of the classes the merged model. The model has the words that a generative reranker says."""
    (folder / "words.txt").write_text("yes\nno\n" * 200)
    knowing = replace(bench, model=folder / "model")
    knowing.demo("make_tiny_model.py", str(knowing.model), "0", str(folder / "words.txt"))
    codes = bench.warm.run([_training(knowing, folder / task, task) for task in TASKS])
    assert codes == [0] * len(TASKS), [(folder / task / "log").read_text()[-2000:] for task in TASKS]
    checkpoints = {task: (folder / task / "output" / "last-checkpoint").resolve() for task in TASKS}
    merging = merge_command(checkpoints["seq_cls"], folder / "merged")
    assert bench.warm.run([{"argv": merging, "log": str(folder / "merging.log")}]) == [0]
    return checkpoints | {"seq_cls": folder / "merged"}


def _training(bench: Bench, folder: Path, task: str) -> dict[str, Any]:
    options, tuner, rows = TASKS[task]
    folder.mkdir()
    data = folder / "train.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    params = {"train_type": tuner, "torch_dtype": "float32", "learning_rate": 1e-2, "batch_size": 3, "num_epochs": 3}
    spec = tiny_spec(params, extra_args={"task_type": task, **options})
    _, module, *argv = train_command(spec, bench.context(folder / "output", data_paths=(str(data),)))
    orders = as_environment(Orders(str(folder / "facts"), goal=goal_options(spec.extra_args)))
    command = [train_launcher.__file__, module.rpartition(".")[2], *argv]
    return {"argv": command, "log": str(folder / "log"), "environ": orders}


def _places(folder: Path) -> ModelPaths:
    return model_paths(make_spec(model_path=str(folder), work=Serving("qwen", "1")), Roots((Path("/"),)))


@pytest.fixture(scope="module")
def by_hand(served: Served, bench: Bench) -> dict[str, list[Any]]:
    pairs = [[_user(QUERY), {"role": "assistant", "content": document}] for document in DOCUMENTS]
    asked = {
        task: {
            "base": places.model_path,
            "adapter": places.model_adapter,
            "conversations": pairs if "reranker" in task else [[_user(text)] for text in TEXTS],
        }
        for task, places in served.places.items()
    }
    done = subprocess.run(
        [bench.python, "-P", str(BY_HAND)],
        input=json.dumps(asked),
        env=bench.environments(1)[0],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def test_vectors_are_those_of_the_model_by_hand(served: Served, by_hand: dict[str, list[Any]]) -> None:
    status, answer = served.ask("embedding", "/v1/embeddings", {"input": TEXTS})

    assert (status, strict_faults(openai.types.CreateEmbeddingResponse, answer)) == (200, [])
    for told, known in zip(answer["data"], by_hand["embedding"], strict=True):
        assert told["embedding"] == pytest.approx(known, abs=SAME)


def test_openais_client_gets_the_same_in_base64_which_it_asks_for_itself(
    served: Served, by_hand: dict[str, list[Any]]
) -> None:
    url = f"http://127.0.0.1:{served.servers['embedding'].port}/v1"
    with openai.OpenAI(base_url=url, api_key=KEY, max_retries=0) as client:
        answer = client.embeddings.create(model="qwen", input=TEXTS)

    for told, known in zip(answer.data, by_hand["embedding"], strict=True):
        assert told.embedding == pytest.approx(known, abs=SAME)


@pytest.mark.parametrize("task", ["reranker", "generative_reranker"])
def test_documents_are_ranked_as_the_model_has_them_by_hand(
    served: Served, by_hand: dict[str, list[Any]], task: str
) -> None:
    status, answer = served.ask(task, "/v1/rerank", {"query": QUERY, "documents": DOCUMENTS})
    pairs = served.ask(task, "/v1/score", {"text_1": QUERY, "text_2": DOCUMENTS})[1]["data"]

    scores = {each["index"]: each["relevance_score"] for each in answer["results"]}
    assert status == 200
    assert [scores[place] for place in range(len(DOCUMENTS))] == pytest.approx(by_hand[task], abs=SAME)
    assert [each["score"] for each in pairs] == pytest.approx(by_hand[task], abs=SAME)
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    assert len(set(scores.values())) == len(DOCUMENTS)


def test_a_merged_classifier_says_the_probabilities_of_the_model_by_hand(
    served: Served, by_hand: dict[str, list[Any]]
) -> None:
    status, answer = served.ask("seq_cls", "/v1/classify", {"input": TEXTS})

    assert status == 200
    for told, known in zip(answer["data"], by_hand["seq_cls"], strict=True):
        assert told["probs"] == pytest.approx(known, abs=SAME)
        assert told["label"] == known.index(max(known))


@pytest.mark.parametrize("task", TASKS)
def test_a_model_answers_for_its_task_only(served: Served, task: str) -> None:
    asked = {path: served.ask(task, path, body) for path, body in BODIES.items()}

    assert [path for path, (status, _) in asked.items() if status == 200] == PATHS[task]
    for path, (status, answer) in asked.items():
        if path not in PATHS[task]:
            assert (status, answer["error"]["code"]) == (400, "model_not_for_this")
            assert f"its task is {task}, and it answers at {PATHS[task][0]}" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("task", "body", "param"),
    [
        ("embedding", {"input": ["short", "long " * 3000]}, "input[1]"),
        ("reranker", {"query": "q", "documents": ["long " * 3000]}, "documents[0]"),
        ("seq_cls", {"input": ["short", "long " * 3000]}, "input[1]"),
    ],
)
def test_what_is_too_long_is_named_and_costs_nobody_else(
    served: Served, task: str, body: dict[str, Any], param: str
) -> None:
    status, answer = served.ask(task, PATHS[task][0], body)

    assert (status, answer["error"]["code"], answer["error"]["param"]) == (400, "context_length_exceeded", param)
    assert served.ask(task, PATHS[task][0], BODIES[PATHS[task][0]])[0] == 200
