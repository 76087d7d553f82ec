"""A secret text, which no log, error, message or answer shows: `***` for whoever prints it, itself for whoever asks by
name.
"""

import hmac
from typing import Any, NoReturn, Self, final

HIDDEN = "***"


@final
class Secret:
    """Whatever turns it into text gets `***`, whatever would send it elsewhere a TypeError; `reveal` gives the text.

    Two are equal when their texts are; one is never equal to a text. An empty one is false.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str = "") -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text, for the moment of its use: it is not to be kept under another name."""
        return self.__text

    def __repr__(self) -> str:
        return HIDDEN

    def __format__(self, _spec: str) -> str:
        return HIDDEN

    def __len__(self) -> int:
        return len(self.__text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__text.encode(), other.__text.encode())

    def __hash__(self) -> int:
        return hash(self.__text)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret does not leave its process")


NO_SECRET = Secret()
