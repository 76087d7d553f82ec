"""Text from tokens (incremental detokenisation): what came whole is passed on, what could still change or be the
beginning of a stop text is held back.
"""

from collections.abc import Callable, Sequence

from ..overlap import overlap

# A character of four bytes may come as four tokens, and in a run of them each token may end within one; what ends with
# no character after so many tokens never will.
_HALF_TOKENS_MAX = 32
_HALF = "\N{REPLACEMENT CHARACTER}"


class Stops:
    """Looks for texts that end an answer; they are no part of it."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stops)
        self._text = ""
        self._passed = 0
        self.has_stopped = False

    def hear(self, text: str) -> str:
        """What may be passed on, of this and of what was held back."""
        if self.has_stopped:
            return ""
        looked_at = max(0, len(self._text) - self._longest() + 1)
        self._text += text
        found = [(place + len(stop), place) for stop in self._stops if (place := self._text.find(stop, looked_at)) >= 0]
        if found:
            # The one that is complete first, so that it does not matter how the text was cut into tokens.
            self.has_stopped = True
            return self._pass_up_to(min(found)[1])
        return self._pass_up_to(len(self._text) - overlap(self._text, *self._stops))

    def end(self) -> str:
        """What was held back, where no stop came of it."""
        return "" if self.has_stopped else self._pass_up_to(len(self._text))

    def _pass_up_to(self, end: int) -> str:
        text = self._text[self._passed : end]
        self._passed = max(self._passed, end)
        return text

    def _longest(self) -> int:
        return max(map(len, self._stops), default=0)


class Words:
    """The text of tokens that come one by one. `decode` makes a text of token ids."""

    def __init__(self, decode: Callable[[list[int]], str]) -> None:
        self._decode = decode
        self._tokens: list[int] = []
        # The text before `_read` was passed on; tokens from `_begin` on are decoded again, as neighbours change how a
        # token is written (spaces, characters of several tokens).
        self._begin = 0
        self._read = 0

    def add(self, token: int) -> str:
        """What is new for certain."""
        self._tokens.append(token)
        return self._new_text(is_last=len(self._tokens) - self._read > _HALF_TOKENS_MAX)

    def end(self) -> str:
        """What is left."""
        return self._new_text(is_last=True) if self._read < len(self._tokens) else ""

    def _new_text(self, *, is_last: bool) -> str:
        known = self._decode(self._tokens[self._begin : self._read]) if self._begin < self._read else ""
        text = self._decode(self._tokens[self._begin :])
        if text.endswith(_HALF) and not is_last:
            return ""
        self._begin, self._read = self._read, len(self._tokens)
        return text[len(known) :]
