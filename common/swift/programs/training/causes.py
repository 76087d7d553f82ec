"""Why ms-swift did not take a row: one word for programs, and what it said of it."""

from ...data.shapes import BadCall, Empty, Null, Same, Unfit

WHY_MAX_CHARACTERS = 160

TOO_LONG = "too_long"
NULL_CONTENT, EMPTY, SAME_ANSWERS, TOOLS, SHAPE = (kind.cause for kind in (Null, Empty, Same, BadCall, Unfit))
NOTHING_TO_LEARN = "nothing_to_learn"

TOOL_FUNCTIONS = frozenset({"normalize_openai_tool_calls", "_normalize_tools", "_preprocess_function_call"})


def cause_of(error: BaseException) -> str:
    """The word for what was raised while a row was read or put into tokens."""
    if type(error).__name__ == "MaxLengthError":
        return TOO_LONG
    if isinstance(error, Unfit):
        return error.cause
    text = str(error)
    if text.startswith("rejected_response:"):
        return SAME_ANSWERS
    if text.startswith("messages: []"):
        return EMPTY
    if text.startswith("message:") and "'content': None" in text:
        return NULL_CONTENT
    return TOOLS if TOOL_FUNCTIONS & _functions(error) else SHAPE


def why(error: BaseException) -> str:
    """What it said, not without end: it may show the row."""
    if isinstance(error, Unfit):
        return str(error)  # shows no more of the row than there is room for
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return text if len(text) <= WHY_MAX_CHARACTERS else text[: WHY_MAX_CHARACTERS - 1] + "…"


def _functions(error: BaseException) -> set[str]:
    found, trace = set(), error.__traceback__
    while trace is not None:
        found.add(trace.tb_frame.f_code.co_name)
        trace = trace.tb_next
    return found
