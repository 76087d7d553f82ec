"""Models that generate nothing: what is known before one is asked."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from common.swift.programs.serving.engines import open_engine
from common.swift.programs.serving.engines.forward import check_judging_words, text_of
from common.swift.programs.serving.errors import ApiError


class Tokenizer:
    def __init__(self, *words: str, unknown: int | None = None) -> None:
        self._words = words
        self.unk_token_id = unknown

    def __len__(self) -> int:
        return len(self._words)

    def convert_tokens_to_ids(self, word: str) -> int | None:
        return self._words.index(word) if word in self._words else self.unk_token_id

    def decode(self, tokens: list[int]) -> str:
        return " ".join(self._words[token] for token in tokens)


def engine(tokenizer: Tokenizer, task: str = "generative_reranker") -> Any:
    return SimpleNamespace(tokenizer=tokenizer, model_info=SimpleNamespace(task_type=task))


@pytest.mark.parametrize("unknown", [None, 0])
@pytest.mark.parametrize(("words", "lacks"), [(("yes",), "no"), (("no",), "yes"), ((), "yes and no no")])
def test_a_reranker_without_words_to_judge_by_is_not_served(words: tuple[str, ...], lacks: str, unknown: Any) -> None:
    blind = engine(Tokenizer("?", *words, unknown=unknown))

    with pytest.raises(ValueError, match=f"tokens yes and no, and this model's tokenizer has no {lacks}: "):
        open_engine(SimpleNamespace(infer_engine=blind))


def test_a_reranker_judges_by_the_words_that_it_was_trained_with(monkeypatch: pytest.MonkeyPatch) -> None:
    check_judging_words(engine(Tokenizer("?", "yes", "no", unknown=0)))
    check_judging_words(engine(Tokenizer("?"), "reranker"))

    monkeypatch.setenv("GENERATIVE_RERANKER_POSITIVE_TOKEN", "good")
    monkeypatch.setenv("GENERATIVE_RERANKER_NEGATIVE_TOKEN", "bad")
    check_judging_words(engine(Tokenizer("good", "bad")))
    with pytest.raises(ValueError, match="good and bad"):
        check_judging_words(engine(Tokenizer("yes", "no")))


def test_a_token_that_the_model_does_not_have_is_told_as_everywhere() -> None:
    assert text_of(engine(Tokenizer("a", "b")), [0, 1], "input") == "a b"
    with pytest.raises(ApiError) as caught:
        text_of(engine(Tokenizer("a", "b")), [0, 2], "input[1]")

    assert (caught.value.code, caught.value.param) == ("invalid_value", "input[1][1]")
    assert caught.value.message.endswith("2 is no token id of this model, whose ids are 0 to 1.")


@pytest.mark.parametrize(("tokens", "param"), [([400], "input[0]"), ([1, 400, 500], "input[1]")])
def test_a_token_that_the_model_does_not_have_is_told_by_its_place(tokens: list[int], param: str) -> None:
    tokenizer = MagicMock(__len__=lambda _: 100)

    with pytest.raises(ApiError) as caught:
        text_of(SimpleNamespace(tokenizer=tokenizer), tokens, "input")

    assert caught.value.param == param
