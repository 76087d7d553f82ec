"""No sentence that the code makes reaches a Chinese reader in English, and none is translated that nobody makes."""

import re
from string import Formatter

from api.language.chinese import TABLE, in_chinese
from api.language.chinese.fields import MARSHMALLOW
from api.language.chinese.grammar import Table
from api.language.chinese.libraries import LIBRARIES
from tests.unit.api.language.chinese.sentences_in_code import blanked, is_sentence, sentences

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,}")


def test_every_sentence_that_the_code_makes_is_known() -> None:
    known = " | ".join(_blanked_rows(TABLE))

    unknown = {
        sentence: where
        for sentence, where in sentences().items()
        if not _holds(known, blanked(sentence)) and not _is_translated(sentence.replace("{}", "7"))
    }

    assert unknown == {}, "no Chinese for\n" + "\n".join(f"{where}: {text!r}" for text, where in unknown.items())


def test_no_translation_is_left_over() -> None:
    made = {blanked(sentence) for sentence in sentences()}
    in_code = " | ".join(made)
    of_others = _blanked_rows(LIBRARIES) | _blanked_rows(MARSHMALLOW)

    unmade = {
        row
        for row in _blanked_rows(TABLE) - of_others
        if is_sentence(row) and row not in in_code and not any(part in row for part in made)
    }

    assert unmade == set(), "made nowhere"


def _holds(known: str, words: str) -> bool:
    """Whole words: 'port {} was asked for' is not said by 'export {} was asked for'."""
    return re.search(rf"((?<!\w)|(?=\W)){re.escape(words)}((?!\w)|(?<=\W))", known) is not None


def _blanked_rows(table: Table) -> set[str]:
    return {_blanked_row(english) for rows in table.values() for english, _ in rows}


def _blanked_row(english: str) -> str:
    return blanked("".join(text + ("" if name is None else "{}") for text, name, _, _ in Formatter().parse(english)))


def _is_translated(sample: str) -> bool:
    told = in_chinese(sample)
    return CHINESE.search(told) is not None and ENGLISH.search(told) is None
