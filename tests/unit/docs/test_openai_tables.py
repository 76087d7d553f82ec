"""The tables of OpenAI's fields in docs/gateway.md are what requests really meet, and leave no field out."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest

from common.swift.programs.serving.chat import asked as chat
from common.swift.programs.serving.completions import asked as completions
from common.swift.programs.serving.errors import ApiError
from common.swift.programs.serving.labels import LABELS
from tests.openai_tables.rows import CHAT, COMPLETIONS, SAMPLING, Row
from tests.openai_tables.tables import HONOURS, PAGE, Stub, written

QUESTION = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
PROMPT = {"model": "m", "prompt": "hello"}


def test_the_page_has_the_tables_as_they_are_now() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page == written(page), "python -m tests.openai_tables writes them"


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        (CHAT, chat.HONOURED | LABELS | chat.LIMITED.keys()),
        ((*COMPLETIONS, *SAMPLING), completions.HONOURED | LABELS),
    ],
)
def test_each_field_that_is_taken_has_a_row(rows: Sequence[Row], known: Collection[str]) -> None:
    assert {name for row in rows for name in row.sent} | {"model"} == set(known)


@pytest.mark.parametrize("back_end", HONOURS)
@pytest.mark.parametrize(
    ("read", "right", "reasons"),
    [(chat.read_chat, QUESTION, chat.REFUSED), (completions.read_completions, PROMPT, completions.REFUSED)],
)
def test_what_is_said_to_be_refused_is_refused_by_its_name(
    read: Any, right: Mapping[str, Any], reasons: Mapping[str, str], back_end: str
) -> None:
    for name, why in reasons.items():
        with pytest.raises(ApiError, match=f"'{name}' {why}") as caught:
            read({**right, name: {"x": 1}}, Stub(HONOURS[back_end]), back_end, "")
        assert (caught.value.status, caught.value.param) == (400, name)
