import pytest

from common.swift.programs.serving.ask import Token
from common.swift.programs.serving.chat.told import _logprobs
from common.swift.programs.serving.completions.told import _logprobs as legacy_logprobs
from common.swift.programs.serving.token_text import offsets, raw_of, shown, text_of_token

BROKEN = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("decoded", "piece", "raw"),
    [
        (BROKEN, "ä½", b"\xe4\xbd"),
        (BROKEN, "ł", b"\xa0"),
        (f" {BROKEN}", "Ġä", b" \xe4"),
        (BROKEN, "<0xE4>", b"\xe4"),
        ("a", "<0x61>", b"a"),
        (" a", "Ġa", b" a"),
        ("你", "你", "你".encode()),
        (BROKEN, "你", BROKEN.encode()),
    ],
)
def test_a_token_has_the_bytes_that_its_vocabulary_has_for_it(decoded: str, piece: str, raw: bytes) -> None:
    assert raw_of(text_of_token(decoded, lambda: piece)) == raw


def test_what_is_told_of_tokens_joins_to_the_text() -> None:
    texts = [text_of_token(BROKEN, lambda: "ä½"), text_of_token(BROKEN, lambda: "ł"), "好", "!"]
    tokens = [Token(text, -1.0, ((texts[0], -0.5),)) for text in texts]

    told = _logprobs(tokens)["content"]

    assert b"".join(bytes(one["bytes"]) for one in told).decode() == "你好!"
    assert [one["token"] for one in told] == [BROKEN, BROKEN, "好", "!"]
    assert told[0]["top_logprobs"][0]["bytes"] == [0xE4, 0xBD]
    assert shown(texts[0]) == BROKEN
    assert legacy_logprobs(tokens, 3)["text_offset"] == list(offsets(texts, 3)) == [3, 3, 4, 5]
