from pathlib import Path

import pytest

from common.swift.data.encodings import encoding_of

CHINESE = "你好，我是测试。今天天气不错，适合训练语言模型。"
TAIWANESE = "您好，我是測試。今天天氣不錯，適合訓練語言模型。"
JAPANESE = "こんにちは、私はテストです。今日はいい天気ですね。"
KOREAN = "안녕하세요 저는 시험입니다. 오늘 날씨가 좋네요"
GERMAN = "Grüße aus München, schöne Straße"


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        ("plain", "ascii", "utf-8"),
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-32", "utf-32"),
        ("question,answer", "utf-16-le", "utf-16-le"),
        ("question,answer", "utf-16-be", "utf-16-be"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "gb2312", "gb18030"),
        (TAIWANESE, "gbk", "gb18030"),
        (TAIWANESE, "big5", "big5hkscs"),
        (JAPANESE, "shift_jis", "cp932"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (KOREAN, "euc_kr", "cp949"),
        (GERMAN, "latin-1", "cp1252"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, text: str, written: str, found: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"query,response\n{text},ok\n".encode(written))

    encoding = encoding_of(path)

    assert encoding is not None
    assert encoding.codec == found


def test_where_utf_8_ends_to_fit_is_known(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("a,你\n".encode() + "b,你\n".encode("gbk"))

    encoding = encoding_of(path)

    assert encoding is None or encoding.first_wrong == 8


def test_a_character_that_is_cut_at_the_end_is_no_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes("你好".encode()[:-1])

    encoding = encoding_of(path)

    assert encoding is None or not encoding.is_plain
