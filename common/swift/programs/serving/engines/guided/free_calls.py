"""Grammars of answers that may have calls and need none: any text, in which a call that has begun in the way that the
model writes it is one of the functions, with arguments as its schema says.
"""

from collections.abc import Sequence

from ...errors import unsupported_value
from .call_formats import CallFormat
from .lark import Words, pattern, without_any

# What a text begins with that is written for no other purpose: `Action:` and `{"name": "` are words of answers, too.
_OF_MARKS = ("<", "[", "✿")


def free_calls(words: Words, form: CallFormat, named: Sequence[str], param: str) -> tuple[str, list[str]]:
    """What stands for the answer, and the rules for it. `named`: what stands for a call from its name on, function by
    function. Raises ApiError where a text could not be told from a call.
    """
    before_name = form.open.partition("{name}")[0]
    begun = form.begin + before_name
    if not form.mark.startswith(_OF_MARKS):
        raise unsupported_value(param, "cannot be honoured: this model begins calls with words that any text may have")
    block = "until named"
    if form.begin:  # around all calls, so that those behind the first are within
        block += f" ({words.all_of(form.between + before_name)} named)* {words.all_of(form.end)}"
    rules = [
        f"block: {block}",
        *words.text_until("until", begun, ()),
        f"named: {' | '.join(f'named_{number}' for number in range(len(named)))}",
        *(f"named_{number}: {call}" for number, call in enumerate(named)),
        "rest: REST",
        f"REST: {pattern('(?s:.*)')}{without_any([begun])}",
    ]
    return f"block{'?' if form.is_one else '*'} rest", rules
