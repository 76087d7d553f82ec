import pytest

from common.swift.programs.serving.ask import Token
from common.swift.programs.serving.chat.told import _logprobs
from common.swift.programs.serving.completions.told import _logprobs as legacy_logprobs
from common.swift.programs.serving.token_text import Offsets, escaped, raw_of, shown, text_of_token

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
    assert legacy_logprobs(tokens, Offsets())["text_offset"] == [0, 0, 1, 2]


# Tokens as bytes, and the character of the text at which each begins.
CUT: list[tuple[list[bytes], list[int]]] = [
    ([b"a", b"bc", b"d"], [0, 1, 3]),
    (["你".encode()[:1], "你".encode()[1:], b"!"], [0, 0, 1]),
    (["你".encode()[:2], b"!", b"?"], [0, 1, 2]),
    (["é".encode()[:1], "é".encode()[:1], b"a", b"b"], [0, 1, 2, 3]),
    ([b"\xff", b"a"], [0, 1]),
    ([b"\xf0", b"\x80", b"a"], [0, 1, 2]),
    ([b"\xe0", b"\x80a", b"b"], [0, 1, 3]),
    ([b"\xef\xbf", b"\xbd", b"a"], [0, 0, 1]),
]


@pytest.mark.parametrize(("tokens", "wanted"), CUT)
def test_offsets_are_in_characters_of_the_text(tokens: list[bytes], wanted: list[int]) -> None:
    texts = [escaped(raw) for raw in tokens]
    one_by_one = Offsets()

    assert Offsets().of(texts) == wanted
    assert [offset for text in texts for offset in one_by_one.of([text])] == wanted
    text = b"".join(tokens).decode("utf-8", "replace")
    for raw, offset in zip(tokens, wanted, strict=True):
        if raw.isascii():
            assert text[offset:].startswith(raw.decode())
