"""Contents of a record: whether there is text where ms-swift wants some. It leaves such a record out, or learns nothing
from it, without a word. Relative imports alone: the launcher of trainings judges rows by this, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .shapes.unfit import BadCall, Empty, Null, Same, Unfit

# What ms-swift maps to messages, to the question and to the answer (its dataset/preprocessor/core.py), in lower case.
MESSAGES = ("messages", "conversations", "conversation")
QUERIES = ("query", "prompt", "input", "instruction", "question", "problem")
RESPONSES = (
    "response", "answer", "output", "targets", "target", "answer_key", "answers", "solution",
    "text", "completion", "content",
)  # fmt: skip
ANSWERING = frozenset({"assistant", "gpt", "bot"})
SAID = ("content", "value", "text")
ASKING = frozenset({"user", "human"})
# How one side of a turn is called where a message has both (ShareGPT's older form).
SIDES = (("user", ASKING), ("human", ASKING), ("assistant", ANSWERING), ("gpt", ANSWERING), ("bot", ANSWERING))

# What is said at submission of many, by cause, where it is not said more closely.
WORDS = {
    Unfit.cause: "rows cannot be used",
    Null.cause: "rows have null in place of a text",
    Empty.cause: "rows have no text where one is needed",
    Same.cause: "rows have the same answer twice",
    BadCall.cause: "rows have tools or calls of tools that cannot be read",
}


@dataclass(frozen=True)
class Unusable:
    """Why a record cannot be used: `words` say it of many, such as "answers are null", `why` of this one; its kind is
    `cause`.
    """

    words: str
    why: str
    cause: str = Unfit.cause


def unusable(record: Mapping[str, Any], unfit: Unfit, *, needs_answer: bool) -> Unusable:
    """Why a record cannot be used that was found to be `unfit`, on the API as on the node."""
    if not isinstance(unfit, BadCall) and (gap := contents_fault(record, needs_answer=needs_answer)):
        return gap
    return Unusable(WORDS[unfit.cause], str(unfit), unfit.cause)


def contents_fault(record: Mapping[str, Any], *, needs_answer: bool) -> Unusable | None:
    """What is missing in a record whose columns have the names that ms-swift gives them, in lower case."""
    lists = [name for name in MESSAGES if name in record]
    # Null in this row alone is what files of columns have for a row without such a one.
    if given := [name for name in lists if record[name] is not None]:
        return _messages_fault(given[0], record[given[0]], needs_answer)
    if lists and not any(value is not None for _, value in _given(record, (*QUERIES, *RESPONSES))):
        return _messages_fault(lists[0], None, needs_answer)
    return _flat_fault(record) if needs_answer else None


def _messages_fault(column: str, messages: Any, needs_answer: bool) -> Unusable | None:
    if messages is None or messages in ("", []):
        return Unusable("rows have no messages", f"column {column} is {_named(messages)}", Empty.cause)
    if not isinstance(messages, list) or not all(isinstance(message, Mapping) for message in messages):
        return None  # of another form, or text that is read as JSON: judged elsewhere
    for number, message in enumerate(messages, start=1):
        if (words := _gap(message)) and not message.get("tool_calls"):
            where = f"column {column}, message {number}"
            return Unusable(f"{words} are null", f"{where}: its content is null", Null.cause)
    answers = [_content(message) for message in messages if _role(message) in ANSWERING]
    if needs_answer and answers and all(_is_blank(answer) for answer in answers):
        return Unusable("answers are empty", f"column {column}: every answer is empty", Empty.cause)
    return None


def _gap(message: Mapping[str, Any]) -> str:
    """What is null in it, in the plural; empty where nothing is."""
    if "role" in message or "from" in message or "content" in message:
        role = _role(message)
        if role == "system":
            return ""  # as some write that there is none
        kind = "answers" if role in ANSWERING else "questions" if role in ASKING else "contents"
        return kind if _content(message) is None else ""
    sides = [roles for name, roles in SIDES if name in message and message[name] is None]
    return ("answers" if sides[0] is ANSWERING else "questions") if sides else ""


def _role(message: Mapping[str, Any]) -> Any:
    role = message.get("role") or message.get("from")
    return role if isinstance(role, str) else None


def _content(message: Mapping[str, Any]) -> Any:
    return next((message[name] for name in SAID if message.get(name) is not None), None)


def _flat_fault(record: Mapping[str, Any]) -> Unusable | None:
    """A question whose answer is nothing; that there are none of both columns is judged by all rows together."""
    answers = _given(record, RESPONSES)
    if not answers or not _given(record, QUERIES):
        return None
    if all(_is_blank(value) for _, value in answers):
        column, value = answers[0]
        state = "null" if value is None else "empty"
        cause = Null.cause if value is None else Empty.cause
        return Unusable(f"answers are {state}", f"column {column} is {state}", cause)
    return None


def _given(record: Mapping[str, Any], names: Sequence[str]) -> list[tuple[str, Any]]:
    return [(name, record[name]) for name in names if name in record]


def _is_blank(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _named(value: Any) -> str:
    return "null" if value is None else "empty"
