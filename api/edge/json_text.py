"""JSON as people can read it in a terminal: Chinese as it is, not as escapes."""

from typing import Any

from flask.json.provider import DefaultJSONProvider


class ReadableJson(DefaultJSONProvider):
    """Flask's JSON, in UTF-8 and in the order in which an answer was made."""

    ensure_ascii = False
    sort_keys = False

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Half a surrogate pair, as in the name of a file that is not UTF-8, can only be told as an escape."""
        text = super().dumps(obj, **kwargs)
        try:
            text.encode()
        except UnicodeEncodeError:
            return super().dumps(obj, **{**kwargs, "ensure_ascii": True})
        return text
