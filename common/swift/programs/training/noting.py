"""Notes each row that ms-swift drops, where it drops it: in whichever process that is.

The functions that take ms-swift's places are this module's own, and its state is the module's: `datasets` hands them to
the processes that it forks by their names.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import facts
from .book import SHAPES, TOKENS
from .causes import EMPTY, NOTHING_TO_LEARN, cause_of, why
from .labels import is_masked
from .ledger import UNKNOWN, Batch, Note, append
from .row_numbers import ROW

# What ms-swift asks of a row behind its preprocessor; each raises where it drops one.
CHECKS = ("_check_objects", "_check_rejected_response", "_check_messages", "_cast_mm_data", "_normalize_tools")
STREAMED = f"__@{ROW}"  # ms-swift's name for a column that streams
MASKED = "no token of its answer is among those to learn"

_places: dict[str, Any] = {}
_notes: list[Note] = []


def install(facts_dir: str, core: Any, utils: Any) -> None:
    """Take the places of ms-swift's preprocessors of rows; `core` and `utils` are its modules."""
    _places.update(
        facts_dir=facts_dir,
        encodes=utils.EncodePreprocessor,
        batched_preprocess=core.RowPreprocessor.batched_preprocess,
        encode=utils.EncodePreprocessor.preprocess,
    )
    core.RowPreprocessor.standard_keys.append(ROW)
    core.RowPreprocessor.batched_preprocess = batched_preprocess
    utils.EncodePreprocessor.preprocess = encode


def batched_preprocess(self: Any, batched_row: Any, **options: Any) -> Any:
    """ms-swift's, which drops rows without telling which."""
    _notes.clear()
    numbers, streams = _numbers(batched_row)
    with _noting(self):
        rows = _places["batched_preprocess"](self, batched_row, **options)
    stage = TOKENS if isinstance(self, _places["encodes"]) else SHAPES
    if stage == TOKENS and not streams and not facts.is_first_rank():
        return rows  # which the first has put into tokens as well
    first = numbers[0] if numbers else UNKNOWN
    append(_places["facts_dir"], Batch(stage, first, len(numbers), list(_notes), numbers if streams else []))
    return rows


def encode(self: Any, row: dict[str, Any]) -> Any:
    """ms-swift's, which trains on a row of whose labels not one counts."""
    number = row.get(ROW)
    encoded = _places["encode"](self, row)
    if is_masked(encoded, self.template):
        _notes.append((UNKNOWN if number is None else number, NOTHING_TO_LEARN, MASKED))
    return encoded


@contextmanager
def _noting(preprocessor: Any) -> Iterator[None]:
    """Let the steps of one preprocessor note what they raise, for one batch."""
    current = [UNKNOWN]
    steps = {name: _step(getattr(preprocessor, name), current) for name in CHECKS if hasattr(preprocessor, name)}
    steps["preprocess"] = _first_step(preprocessor.preprocess, current)
    vars(preprocessor).update(steps)
    try:
        yield
    finally:
        for name in steps:
            vars(preprocessor).pop(name, None)


def _first_step(preprocess: Any, current: list[int]) -> Any:
    def first(row: dict[str, Any]) -> Any:
        number = row.get(ROW)
        current[0] = UNKNOWN if number is None else number
        rows = _step(preprocess, current)(row)
        if not rows:
            _notes.append((current[0], EMPTY, "it has nothing to make messages of"))
        return rows

    return first


def _step(step: Any, current: list[int]) -> Any:
    def noted(row: dict[str, Any]) -> Any:
        try:
            return step(row)
        except Exception as error:
            _notes.append((current[0], cause_of(error), why(error)))
            raise

    return noted


def _numbers(batched_row: Any) -> tuple[list[int], bool]:
    """Those of a batch, and whether its data stream."""
    for name in (ROW, STREAMED):
        if name in batched_row:
            return [UNKNOWN if number is None else number for number in batched_row[name]], name == STREAMED
    return [], False
