import math
from collections.abc import Sequence
from typing import Any

import pytest

from common.swift.programs.serving.ask import Chat
from common.swift.programs.serving.errors import input_too_long
from common.swift.programs.serving.scores import Classified

from .asgi import asked
from .fake_engine import FakeEngine

RERANK, SCORE, CLASSIFY = "/v1/rerank", "/v1/score", "/v1/classify"
USAGE = {"prompt_tokens": 30, "total_tokens": 30}


def ranking(*scores: float) -> FakeEngine:
    return FakeEngine(list(scores) or [0.2, 0.9, 0.5], task="reranker")


def rerank(**changes: Any) -> dict[str, Any]:
    return {"model": "qwen", "query": "who", "documents": ["a", {"text": "b"}, "c"]} | changes


def score(**changes: Any) -> dict[str, Any]:
    return {"model": "qwen", "text_1": "who", "text_2": ["a", "b", "c"]} | changes


def pair(query: str, document: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": query}, {"role": "assistant", "content": document}]


@pytest.mark.parametrize("task", ["reranker", "generative_reranker"])
def test_documents_are_told_by_their_places_the_best_first(task: str) -> None:
    engine = FakeEngine([0.2, 0.9, 0.5], task=task)

    answer = asked(engine, RERANK, rerank()).json

    assert answer.pop("id").startswith("rerank-")
    assert answer == {
        "model": "qwen",
        "results": [
            {"index": 1, "relevance_score": 0.9},
            {"index": 2, "relevance_score": 0.5},
            {"index": 0, "relevance_score": 0.2},
        ],
        "usage": USAGE,
    }
    places = ["documents[0]", "documents[1]", "documents[2]"]
    assert engine.forwarded == [([pair("who", "a"), pair("who", "b"), pair("who", "c")], places, "")]


@pytest.mark.parametrize(("top_n", "places"), [(1, [1]), (2, [1, 2]), (7, [1, 2, 0])])
def test_top_n_are_the_best_and_may_be_more_than_there_are(top_n: int, places: list[int]) -> None:
    results = asked(ranking(), RERANK, rerank(top_n=top_n, return_documents=True)).json["results"]

    assert [each["index"] for each in results] == places
    assert [each["document"] for each in results] == [{"text": "abc"[place]} for place in places]


def test_a_document_is_given_back_as_it_came() -> None:
    documents = ["a", {"text": "b", "id": 5}, {"text": "c"}]

    results = asked(ranking(), RERANK, rerank(documents=documents, return_documents=True)).json["results"]

    assert [each["document"] for each in results] == [{"text": "b", "id": 5}, {"text": "c"}, {"text": "a"}]


class _Short(FakeEngine):
    """Reads ten characters at most."""

    async def forward(self, prompts: Sequence[Chat], where: Sequence[str], adapter: str) -> tuple[list[Any], int]:
        for prompt, place in zip(prompts, where, strict=True):
            if (count := sum(len(message["content"]) for message in prompt.messages)) > 10:
                raise input_too_long(10, count, place)
        return await super().forward(prompts, where, adapter)


@pytest.mark.parametrize(
    ("query", "documents", "param"),
    [("q" * 11, ["a", "b"], "query"), ("q" * 10, ["a"], "query"), ("q", ["a", "b" * 10], "documents[1]")],
)
def test_what_is_too_long_is_told_by_its_name(query: str, documents: list[str], param: str) -> None:
    answer = asked(_Short([0.5, 0.2], task="reranker"), RERANK, rerank(query=query, documents=documents))

    assert answer.error == (400, "context_length_exceeded", param)


@pytest.mark.parametrize(
    ("sent", "pairs"),
    [
        ({"text_2": "a"}, [pair("who", "a")]),
        ({}, [pair("who", "a"), pair("who", "b"), pair("who", "c")]),
        ({"text_1": ["x", "y", "z"]}, [pair("x", "a"), pair("y", "b"), pair("z", "c")]),
    ],
)
def test_pairs_are_scored_in_their_order(sent: dict[str, Any], pairs: list[Any]) -> None:
    engine = ranking()

    answer = asked(engine, SCORE, score(**sent)).json

    assert engine.forwarded[0][0] == pairs
    assert answer.keys() == {"id", "object", "created", "model", "data", "usage"}
    assert answer["data"] == [
        {"index": place, "object": "score", "score": [0.2, 0.9, 0.5][place]} for place in range(len(pairs))
    ]


def test_a_class_is_told_with_the_probability_of_each() -> None:
    engine = FakeEngine([Classified(1, {1: math.log(0.75), 0: math.log(0.25)})], task="seq_cls")

    answer = asked(engine, CLASSIFY, {"model": "qwen", "input": "good"}).json

    assert answer["data"] == [{"index": 0, "label": 1, "score": None, "probs": [0.25, 0.75], "num_classes": 2}]
    assert engine.forwarded[0][1] == ["input"]


def test_a_model_that_gives_a_number_tells_it_as_a_score() -> None:
    answer = asked(FakeEngine([0.5, -2.0], task="seq_cls"), CLASSIFY, {"model": "qwen", "input": ["a", "b"]}).json

    assert [(each["label"], each["score"], each["probs"]) for each in answer["data"]] == [
        (None, 0.5, []),
        (None, -2.0, []),
    ]


@pytest.mark.parametrize(
    ("path", "body", "code", "param"),
    [
        (RERANK, rerank(query=None), "missing_required_parameter", "query"),
        (RERANK, rerank(documents=None), "missing_required_parameter", "documents"),
        (RERANK, rerank(documents=[]), "invalid_value", "documents"),
        (RERANK, rerank(documents=["a"] * 1025), "invalid_value", "documents"),
        (RERANK, rerank(documents=["a", {"title": "b"}]), "invalid_type", "documents[1]"),
        (RERANK, rerank(documents=["a", ""]), "invalid_value", "documents[1]"),
        (RERANK, rerank(documents="a"), "invalid_type", "documents"),
        (RERANK, rerank(top_n=0), "invalid_value", "top_n"),
        (RERANK, rerank(max_chunks_per_doc=3), "unknown_parameter", "max_chunks_per_doc"),
        (SCORE, score(text_1=None), "missing_required_parameter", "text_1"),
        (SCORE, score(text_2=None), "missing_required_parameter", "text_2"),
        (SCORE, score(text_1=["x", "y"]), "invalid_value", "text_2"),
        (SCORE, score(text_2=["a", 7]), "invalid_type", "text_2[1]"),
        (SCORE, score(text_2=""), "invalid_value", "text_2"),
        (SCORE, score(queries="x"), "unknown_parameter", "queries"),
        (CLASSIFY, {"model": "qwen"}, "model_not_for_this", "model"),
    ],
)
def test_what_cannot_be_ranked_is_refused_by_name(path: str, body: Any, code: str, param: str) -> None:
    engine = ranking()

    assert asked(engine, path, body).error == (400, code, param)
    assert engine.forwarded == []


@pytest.mark.parametrize(
    ("sent", "code", "param"),
    [
        (None, "missing_required_parameter", "input"),
        ([], "invalid_value", "input"),
        (["a", ""], "invalid_value", "input[1]"),
        ([7], "invalid_type", "input[0]"),
        (7, "invalid_type", "input"),
    ],
)
def test_what_cannot_be_classified_is_refused_by_name(sent: Any, code: str, param: str) -> None:
    engine = FakeEngine([0.5], task="seq_cls")

    assert asked(engine, CLASSIFY, {"model": "qwen", "input": sent}).error == (400, code, param)
