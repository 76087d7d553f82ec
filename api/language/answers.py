"""Puts an answer into its reader's language: English as everything here speaks it, or Chinese, by Accept-Language.

Problems are put together in that language. Of other answers the fields that schemas mark as sentences are told when the
JSON is written, and the messages of an event stream frame by frame; an English answer is passed on as it is.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, has_request_context, request

from api.language.chinese import in_chinese
from api.language.chinese.others import in_chinese_for_others
from api.live.stream import EventStream
from api.schemas.fields import Sentence

ENGLISH, CHINESE = "en", "zh"


def language() -> str:
    """The language of the present request's answer; English outside of one."""
    if not has_request_context():
        return ENGLISH
    # Best first. werkzeug's best_match would take an exact `zh` before a better-liked `en-GB`.
    for tag, quality in request.accept_languages:
        primary = tag.lower().partition("-")[0].partition("_")[0]
        if quality > 0 and primary in {ENGLISH, CHINESE}:
            return primary
    return ENGLISH


def told(sentence: str) -> str:
    """A sentence in the answer's language; as it is where its Chinese is not known."""
    return in_chinese(sentence) if language() == CHINESE else sentence


def told_of_others(code: str, sentence: str) -> str:
    """The same for one that may be Flask's or werkzeug's, who know English only: its code is told at least."""
    return in_chinese_for_others(code, sentence) if language() == CHINESE else sentence


def told_answer(answer: Any) -> Any:
    """An answer with all that its schemas marked as sentences in its language."""
    return _with_sentences(answer, in_chinese) if language() == CHINESE else answer


def register_language(app: Flask) -> None:
    """Name the language of each JSON answer, tell caches what it depends on, and let streams speak it."""

    @app.after_request
    def name_language(response: Response) -> Response:
        if response.is_json:
            response.content_language.add(language())
            response.vary.add("Accept-Language")
        elif isinstance(response.response, EventStream):  # goes on when its request's context is gone
            response.response.tell = in_chinese if language() == CHINESE else str
        return response


def _with_sentences(value: Any, tell: Callable[[str], str]) -> Any:
    """Lists and objects are made anew: what a service still holds is never changed."""
    if isinstance(value, Sentence):
        return tell(value)
    if isinstance(value, dict):
        return {name: _with_sentences(below, tell) for name, below in value.items()}
    if isinstance(value, list | tuple):
        return [_with_sentences(item, tell) for item in value]
    return value
