"""JSON as people can read it: in their language, and in a terminal with Chinese as it is, not as escapes."""

from typing import Any

from flask.json.provider import DefaultJSONProvider

from api.language.answers import told_answer


class ReadableJson(DefaultJSONProvider):
    """Flask's JSON, in UTF-8 and in the order in which an answer was made."""

    ensure_ascii = False
    sort_keys = False

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Half a surrogate pair, as in the name of a file that is not UTF-8, can only be told as an escape."""
        answer = told_answer(obj)
        text = super().dumps(answer, **kwargs)
        try:
            text.encode()
        except UnicodeEncodeError:
            return super().dumps(answer, **{**kwargs, "ensure_ascii": True})
        return text
