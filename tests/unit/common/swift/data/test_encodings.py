from pathlib import Path

import pytest

from common.swift.data.encodings import encoding_of
from common.swift.data.unreadable import Unreadable
from common.swift.data.way import way_of

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
        (JAPANESE, "iso2022_jp", "iso2022_jp"),
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


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Привет, как дела", "cp1251"),
        ("да", "cp1251"),
        ("вопрос номер", "koi8-r"),
        ("Ποια είναι η πόλη", "cp1253"),
        ("Zażółć gęślą jaźń", "cp1250"),
        ("dzień dobry", "cp1250"),
        ("dobře děkuji", "iso8859-2"),
        ("başkenti dır, şık ığ", "cp1254"),
        ("très bien", "latin-1"),
        ("voilà une très belle école", "mac-roman"),
    ],
)
def test_what_may_be_several_encodings_is_taken_for_none(tmp_path: Path, text: str, written: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"query,response\n{text},ok\n".encode(written))

    assert encoding_of(path) is None


@pytest.mark.parametrize(
    "text",
    [
        "L'élève était très heureux à Noël, ça va",
        "¿Qué hora es? Mañana a las ocho",
        "não, o coração então",
        "rødgrød med fløde på",
        "Café Grüße aus El Niño, " + "schöne Straße " * 40,
        "don’t “quote” – ok",
        "véhicule élan, élève répète " * 10,
    ],
)
def test_western_languages_that_no_other_encoding_makes_sense_of_are_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"query,response\n{text},ok\n".encode("cp1252"))

    encoding = encoding_of(path)

    assert encoding is not None
    assert encoding.codec == "cp1252"


@pytest.mark.parametrize("written", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_without_a_mark_are_found_in_any_language(tmp_path: Path, written: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"query,response\n{CHINESE},Как дела\n".encode(written))

    encoding = encoding_of(path)

    assert encoding is not None
    assert encoding.codec == written


@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
def test_an_encoding_that_is_not_certain_is_refused_with_its_place_and_the_way_out(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes("query,response\nis it so?,да\n".encode("cp1251"))

    with pytest.raises(Unreadable) as refused:
        way_of(path)

    assert refused.value.where == "line 2"
    assert "not UTF-8 at byte 10 of the line: is it so?" in refused.value.why
    assert "`iconv -f WINDOWS-1251 -t UTF-8`" in refused.value.why


HEBREW, THAI, RUSSIAN = "שלום לכולם, מה שלומכם היום", "สวัสดีครับ วันนี้อากาศดีมาก", "Привет, как у тебя сегодня дела"


@pytest.mark.parametrize(
    ("text", "written", "named"),
    [
        (RUSSIAN, "iso8859-5", "ISO-8859-5"),
        (RUSSIAN, "koi8-r", "KOI8-R"),
        (RUSSIAN, "cp1251", "WINDOWS-1251"),
        (HEBREW, "cp1255", "WINDOWS-1255"),
        (THAI, "tis-620", "TIS-620"),
        ("مرحبا كيف حالك اليوم", "cp1256", "WINDOWS-1256"),
        ("Zażółć gęślą jaźń", "cp1250", "WINDOWS-1250"),
        ("ｱｲｳｴｵ", "cp932", ""),
        ("voilà une très belle école", "mac-roman", ""),
        ("Größe für Jürgen", "cp437", ""),
        ("Größe für Jürgen", "cp850", ""),
        ("Ca\u0309m \u01a1n ba\u0323n nhiê\u0300u", "cp1258", ""),
    ],
)
def test_an_encoding_is_named_where_the_text_makes_sense_in_it_alone(
    tmp_path: Path, text: str, written: str, named: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"query,response\n{text},ok\n".encode(written))

    with pytest.raises(Unreadable) as refused:
        way_of(path)

    assert (f"`iconv -f {named} -t UTF-8`" if named else "save it as UTF-8 from where it came") in refused.value.why


def test_a_place_that_is_damaged_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(f'{{"query": "{CHINESE}"}}\n'.encode() * 3 + b'{"query": "a\xc3\x28b"}\n')

    with pytest.raises(Unreadable) as refused:
        way_of(path)

    assert refused.value.where == "line 4"
    assert "not UTF-8 at byte 12 of the line" in refused.value.why
    assert "what is around it is UTF-8: the place is damaged" in refused.value.why
