"""The language of an answer, by Accept-Language: English, or Chinese when the client prefers it."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, Response, has_request_context, request

from api.language.catalogue import HTTP_PROBLEMS, HTTP_PROBLEMS_ZH, MESSAGES, OTHER_HTTP_PROBLEM_ZH
from api.language.chinese import in_chinese

ENGLISH, CHINESE = "en", "zh"
_NAMED_MAX = 10


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


def text(key: str, **values: Any) -> str:
    """A message of the catalogue in the answer's language."""
    sentence = MESSAGES[key]
    return (sentence.zh if language() == CHINESE else sentence.en).format(**values)


def some_of(names: Sequence[str]) -> str:
    """The first few, to be read."""
    return ", ".join(names[:_NAMED_MAX]) + (", …" if len(names) > _NAMED_MAX else "")


def told(message: str) -> str:
    """A sentence that was made where nobody knew its reader, in the answer's language."""
    return teller()(message)


def teller() -> Callable[[str], str]:
    """What `told` does, for a stream: it is written when its request's context is gone."""
    return in_chinese if language() == CHINESE else str


def http_problem_text(code: str, description: str, **values: Any) -> str:
    """What an HTTP error says in the answer's language: our words, or else those of werkzeug and its like."""
    if code in HTTP_PROBLEMS:
        sentence = HTTP_PROBLEMS[code]
        return (sentence.zh if language() == CHINESE else sentence.en).format(**values)
    if language() != CHINESE:
        return description
    ours = in_chinese(description)
    return ours if ours != description else HTTP_PROBLEMS_ZH.get(code, OTHER_HTTP_PROBLEM_ZH).format(detail=description)


def register_messages(app: Flask) -> None:
    """Name the language of each JSON answer, and tell caches what it depends on."""

    @app.after_request
    def name_language(response: Response) -> Response:
        if response.is_json:
            response.content_language.add(language())
            response.vary.add("Accept-Language")
        return response
