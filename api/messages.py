"""The language of an answer, by Accept-Language: English, or Chinese when the client prefers it."""

from typing import Any

from flask import Flask, Response, has_request_context, request

from api.catalogue import MESSAGES, PROBLEMS_ZH
from api.validation_zh import translate

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


def text(key: str, **values: Any) -> str:
    """A message of the catalogue in the answer's language."""
    sentence = MESSAGES[key]
    return (sentence.zh if language() == CHINESE else sentence.en).format(**values)


def problem_text(code: str, message: str, **context: Any) -> str:
    """What a problem says in the answer's language; `message` where there is no translation."""
    sentence = PROBLEMS_ZH.get(code)
    if sentence is None or language() != CHINESE:
        return message
    try:
        return sentence.format(**context)
    except KeyError:
        return message


def validation_text(message: str) -> str:
    """What a validator says, in the answer's language."""
    return translate(message) if language() == CHINESE else message


def register_messages(app: Flask) -> None:
    """Name the language of each JSON answer, and tell caches what it depends on."""

    @app.after_request
    def name_language(response: Response) -> Response:
        if response.is_json:
            response.content_language.add(language())
            response.vary.add("Accept-Language")
        return response
