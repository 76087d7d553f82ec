"""Which sentences of the code have no Chinese, and which Chinese is for sentences that nobody makes."""

import re
from collections.abc import Mapping
from string import Formatter

from api.language.chinese import TABLE, in_chinese
from api.language.chinese.fields import MARSHMALLOW
from api.language.chinese.grammar import Table
from api.language.chinese.libraries import LIBRARIES
from tests.sentences.in_code import blanked, is_sentence

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,}")


def without_chinese(made: Mapping[str, str], table: Table = TABLE) -> dict[str, str]:
    """Those of the sentences that a Chinese reader is told in English, and where each is made."""
    known = " | ".join(_rows(table))
    return {
        sentence: where
        for sentence, where in made.items()
        if not _holds(known, blanked(sentence)) and not _is_translated(sentence.replace("{}", "7"))
    }


def made_nowhere(made: Mapping[str, str], table: Table = TABLE) -> set[str]:
    """The rows that are left over; what libraries say is not in our code."""
    pieces = {blanked(sentence) for sentence in made}
    in_code = " | ".join(pieces)
    return {
        row
        for row in _rows(table) - _rows(LIBRARIES) - _rows(MARSHMALLOW)
        if is_sentence(row) and row not in in_code and not any(piece in row for piece in pieces)
    }


def _holds(known: str, words: str) -> bool:
    """Whole words: 'port {} was asked for' is not said by 'export {} was asked for'."""
    return re.search(rf"((?<!\w)|(?=\W)){re.escape(words)}((?!\w)|(?<=\W))", known) is not None


def _rows(table: Table) -> set[str]:
    return {_blanked_row(english) for rows in table.values() for english, _ in rows}


def _blanked_row(english: str) -> str:
    return blanked("".join(text + ("" if name is None else "{}") for text, name, _, _ in Formatter().parse(english)))


def _is_translated(sample: str) -> bool:
    told = in_chinese(sample)
    return _CHINESE.search(told) is not None and _ENGLISH.search(told) is None
