"""Encodings of text files: which one a file is in. Found by strict decoding, and among several that fit by how common
the characters are that come out. Where it may be several, it is none: what is guessed wrong is learned as nonsense.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .alphabets import is_other_script, is_western, likely_name

CHUNK_BYTES = 4 * 1024 * 1024
# Of a larger file the rest shows itself when it is read.
LOOKED_AT_BYTES = 1024 * 1024 * 1024
SAMPLE_BYTES = 256 * 1024

# The longer mark first: that of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NAMES = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16", "utf-32": "UTF-32", "utf-32-le": "UTF-32", "utf-32-be": "UTF-32",
    "gb18030": "GB18030", "big5hkscs": "Big5", "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP", "cp949": "EUC-KR", "iso2022_jp": "ISO-2022-JP", "cp1252": "Windows-1252",
}  # fmt: skip

_CHINESE = "的一是了不在有人我他这这你们来到时大地为子中说生国年着就那和要她出也得里后自以会可家下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感问答请题文字模型数据习练"  # noqa: E501
_TRADITIONAL = "的一是了不在有人我他這你們來到時大地為子中說生國年著就那和要她出也得裡後自以會可家下而過天去能對小多然於心學麼之都好看起發當沒成只如事把還用第樣道想作種開美總從無情己面最女但現前些所同日手又行意動方期它頭經長兒回位分愛老因很給名法間斯知世什兩次使身者被高已親其進此話常與活正感問答請題文字模型數據習練"  # noqa: E501
_PUNCTUATION = "，。、；：？！“”‘’（）《》「」『』…—·～￥　"
_KANA = "".join(map(chr, range(0x3041, 0x30FF)))
_HANGUL = "이다는에의하고가을를은도한로지서사기어나자시대리아인니있수그정일부해으게라장과보주것들면여까요습오안녕세저날씨좋네질문답변무엇"  # noqa: E501

# What is common in texts that are written in each, in the order in which they are tried.
COMMON: dict[str, frozenset[str]] = {
    "gb18030": frozenset(_CHINESE + _TRADITIONAL + _PUNCTUATION),
    "big5hkscs": frozenset(_TRADITIONAL + _PUNCTUATION),
    "cp932": frozenset(_KANA + _PUNCTUATION + "日本人年大学生時間私今何"),
    "euc_jp": frozenset(_KANA + _PUNCTUATION + "日本人年大学生時間私今何"),
    "cp949": frozenset(_HANGUL),
}
# Of one byte a character: whatever is not UTF-8 can be taken for it.
WESTERN = "cp1252"
UNMARKED = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
SHIFTED, SHIFTS = "iso2022_jp", (b"\x1b$B", b"\x1b$@")
STRUCTURE = re.compile("[\n,{]")
UNKNOWN_SHARE = 0.15
# What stands for bytes that are not UTF-8; for each such place so many characters show that the rest is.
WRONG, OF_EACH_WRONG = re.compile("\ufffd+"), 4


@dataclass(frozen=True)
class Encoding:
    """`codec` is Python's name; `first_wrong` the place, in bytes, where UTF-8 ends to fit, -1 where it fits."""

    codec: str
    first_wrong: int = -1

    @property
    def is_plain(self) -> bool:
        """Whether every program that wants UTF-8 can read it."""
        return self.codec == "utf-8"

    @property
    def is_guess(self) -> bool:
        """Whether it only may be: there is nothing that does not fit."""
        return self.codec == WESTERN

    @property
    def name(self) -> str:
        """What users call it."""
        return NAMES.get(self.codec, self.codec)


UTF_8 = Encoding("utf-8")


def encoding_of(path: Path) -> Encoding | None:
    """That of the file; None when none fits, or more than one. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    marked = next((name for mark, name in MARKS if head.startswith(mark)), "") or _unmarked(head) or _shifted(head)
    if marked:
        return Encoding(marked)
    wrong = _first_wrong(path)
    if wrong < 0:
        return UTF_8
    if _is_damaged(path, wrong):
        return None
    codec = _most_likely(_around(path, wrong))
    return Encoding(codec, wrong) if codec else None


def first_wrong(path: Path) -> tuple[int, int, bytes, str]:
    """Of a file that is no UTF-8: the line, the byte of it, its beginning, and a hint at what it may be, or `UTF-8`
    where the rest is that; empty where nothing fits.
    """
    place = _first_wrong(path)
    line, start, seen = 1, 0, 0
    for chunk in _chunks(path):
        part = chunk[: place - seen]
        line += part.count(b"\n")
        start = seen + part.rindex(b"\n") + 1 if b"\n" in part else start
        seen += len(part)
        if seen >= place:
            break
    with path.open("rb") as file:
        file.seek(start)
        likely = NAMES["utf-8"] if _is_damaged(path, place) else likely_name(_around(path, place))
        return line, place - start, file.readline(400), likely


def _is_damaged(path: Path, place: int) -> bool:
    """Whether the text around that place is UTF-8 beyond doubt, but for few bytes."""
    with path.open("rb") as file:
        file.seek(max(0, place - SAMPLE_BYTES))
        text = file.read(2 * SAMPLE_BYTES).decode("utf-8", "replace")
    wrong = len(WRONG.findall(text))
    return sum(one > "\x7f" and one != "\ufffd" for one in text) > OF_EACH_WRONG * wrong


def _unmarked(head: bytes) -> str:
    """UTF-16 or UTF-32 without its mark: no text in another encoding has bytes that are zero."""
    if b"\0" not in head:
        return ""
    plain = {codec: _plain_characters(head, codec) for codec in UNMARKED}
    best = max(plain, key=lambda codec: plain[codec])
    return best if plain[best] > 0 else ""


def _shifted(head: bytes) -> str:
    """ISO-2022-JP, which is ASCII throughout: what lies between two of its escapes is Japanese."""
    return SHIFTED if head.isascii() and any(shift in head for shift in SHIFTS) else ""


def _plain_characters(head: bytes, codec: str) -> int:
    """How many characters are ASCII, when it is read so; -1 where it cannot be."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return -1
    return sum(map(str.isascii, text)) if "\0" not in text and STRUCTURE.search(text) else -1


def _first_wrong(path: Path) -> int:
    """Where the file is no UTF-8; -1 where it is, as far as it is looked at."""
    decoder, read = codecs.getincrementaldecoder("utf-8")(), 0
    for chunk in _chunks(path):
        kept = len(decoder.getstate()[0])
        if not kept and chunk.isascii():
            read += len(chunk)
            continue
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return read - kept + error.start
        read += len(chunk)
    return read - len(decoder.getstate()[0]) if decoder.getstate()[0] and read < LOOKED_AT_BYTES else -1


def _chunks(path: Path) -> Iterator[bytes]:
    left = LOOKED_AT_BYTES
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            yield chunk
            left -= len(chunk)


def _around(path: Path, place: int) -> bytes:
    """Whole lines, as far as there are any, from some before that place on."""
    with path.open("rb") as file:
        file.seek(max(0, place - SAMPLE_BYTES))
        before, after = file.read(place - max(0, place - SAMPLE_BYTES)), file.read(SAMPLE_BYTES)
    start = before.rfind(b"\n") + 1
    end = after.rfind(b"\n") + 1 if len(after) == SAMPLE_BYTES else len(after)
    return before[start:] + after[: end or len(after)]


def _most_likely(sample: bytes) -> str:
    """Of the encodings that fit, the one whose characters are the most common; empty where none fits."""
    if is_other_script(sample):
        return ""
    shares = {name: share for name in COMMON if (share := _common_share(sample, name)) is not None}
    best = max(shares, key=lambda name: shares[name], default="")
    if best and shares[best] >= UNKNOWN_SHARE:
        return best
    return WESTERN if is_western(sample) else ""


def _common_share(sample: bytes, codec: str) -> float | None:
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError:
        return None
    special = [character for character in text if character > "\x7f"]
    if any("\x80" <= character < "\xa0" or "\ue000" <= character <= "\uf8ff" for character in special):
        return None
    return sum(character in COMMON[codec] for character in special) / max(1, len(special))
