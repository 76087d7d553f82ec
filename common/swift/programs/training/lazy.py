"""Rows that ms-swift puts into tokens one by one while the model trains: it takes another one for each that fails."""

from typing import Any

from .book import TOKENS
from .causes import NOTHING_TO_LEARN, cause_of, why
from .labels import is_masked
from .ledger import UNKNOWN, Batch, append
from .noting import MASKED
from .row_numbers import ROW, has_numbers


def install(facts_dir: str, lazy_dataset: Any) -> None:
    """Take the place of its constructor."""
    init = lazy_dataset.__init__

    def noted(self: Any, dataset: Any, encode_func: Any, **options: Any) -> None:
        encode = NotedEncode(facts_dir, encode_func) if has_numbers(dataset) else encode_func
        init(self, dataset, encode, **options)

    lazy_dataset.__init__ = noted


class NotedEncode:
    """ms-swift's `template.encode`, which is told the row without its number."""

    def __init__(self, facts_dir: str, encode: Any) -> None:
        self._facts_dir = facts_dir
        self._encode = encode
        self._noted: set[int] = set()

    def __call__(self, row: dict[str, Any], **options: Any) -> Any:
        """Raises what ms-swift raises."""
        number = row.get(ROW, UNKNOWN)
        try:
            encoded = self._encode({name: value for name, value in row.items() if name != ROW}, **options)
        except Exception as error:
            self._note(number, cause_of(error), why(error))
            raise
        if is_masked(encoded, getattr(self._encode, "__self__", None)):
            self._note(number, NOTHING_TO_LEARN, MASKED)
        return encoded

    def _note(self, number: int, cause: str, said: str) -> None:
        if number not in self._noted:
            self._noted.add(number)
            append(self._facts_dir, Batch(TOKENS, number, 1, [(number, cause, said)]))
