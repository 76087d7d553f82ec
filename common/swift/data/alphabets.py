"""Alphabets of languages that are written in one byte a character. Whatever is not UTF-8 can be taken for such a text;
it is one beyond doubt where its letters are those of a language, and what any other encoding makes of it is nonsense.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

MARKS = frozenset("€£§°«»“”„‚‘’–—…·•©®™\u00a0¿¡")
# In a word stands none of these: there they are letters of another encoding.
OUTSIDE_OF_WORDS = re.compile("[^\\W\\d_][€£§«»“”„‚…©®™¿¡][^\\W\\d_]")
BESIDE_LATIN = re.compile("[a-zA-Z][^\\W\\d_a-zA-Z]|[^\\W\\d_a-zA-Z][a-zA-Z]")
WORD = re.compile("[^\\W\\d_]+")
# A word in foreign letters, or a name, makes no other language of a long text.
WHOLE_SHARE = 0.95
WESTERN, WESTERN_NAME = "cp1252", "WINDOWS-1252"
LATIN = {
    WESTERN: (
        "àâæçéèêëîïôœùûüÿ", "áéíóúüñªº", "áâãàçéêíóôõúüªº", "àèéìíîòóùúªº", "äöüßé", "æøåéóôèòü", "åäöéü",
        "áéëíïóöüèê", "áéíóúýþæöð", "àèéíïòóúüç",
    ),
    "cp1250": (
        "ąęłóśż ćńź", "áíě čďéňóřšťúůýž", "áí äčďéĺľňóôŕšťúýž", "áéöő íóúüű", "ăî âşţ", "čšž ćđ",
    ),
    "cp1254": ("ışğü çöâîûİ",),
    "cp1257": ("ėšž ąčęįųū", "āī čēģķļņšūž", "äõ öüšž"),
}  # fmt: skip
# In so many letters with accents there are some of those that stand first above: no text is without them.
MANY = 20
OTHER_SCRIPTS = {
    "cp1251": "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў",
    "koi8_r": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "cp1253": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
}
_CYRILLIC = (OTHER_SCRIPTS["cp1251"], "оеаинтсрвл")
# Of a hint more are thought of: what is in each, and what most of each text is made of.
HINTS = {
    "cp1251": _CYRILLIC,
    "koi8_r": _CYRILLIC,
    "iso8859_5": _CYRILLIC,
    "cp1253": (OTHER_SCRIPTS["cp1253"], "αοιετσνηυρόίάέ"),
    "cp1255": ("אבגדהוזחטיךכלםמןנסעףפץצקרשת", "יהולאתרמבש"),
    "cp1256": ("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي،؛؟", "اليمنورتبهع"),
    "cp874": ("".join(map(chr, (*range(0xE01, 0xE3B), *range(0xE3F, 0xE5C)))), "านรอกเงมยลวดทสต่้ัี"),
}
USUAL_SHARE = 0.45
NOT_ASCII, ENOUGH = bytes(range(0x80, 0x100)), 8
# As iconv calls them.
ICONV_NAMES = {WESTERN: WESTERN_NAME, "cp1255": "WINDOWS-1255", "cp1256": "WINDOWS-1256", "cp874": "TIS-620",
               "iso8859_5": "ISO-8859-5", "cp1250": "WINDOWS-1250", "cp1251": "WINDOWS-1251", "cp1253": "WINDOWS-1253",
               "cp1254": "WINDOWS-1254", "cp1257": "WINDOWS-1257", "koi8_r": "KOI8-R"}  # fmt: skip


def is_western(sample: bytes) -> bool:
    """Whether the text is Windows-1252 beyond doubt."""
    text = _decoded(sample, WESTERN)
    if OUTSIDE_OF_WORDS.search(text) or not _fits_one(text, LATIN[WESTERN]):
        return False
    if any(map(_is_letter, text)) and not BESIDE_LATIN.search(text):
        return False  # single letters, or words of another script
    return not any(_is_rival(sample, codec, text) for codec in LATIN if codec != WESTERN)


def is_other_script(sample: bytes) -> str:
    """The encoding in which it is a text in Cyrillic or Greek letters; empty where it is none."""
    fitting = {codec: _decoded(sample, codec) for codec in OTHER_SCRIPTS}
    return next((codec for codec, text in fitting.items() if _is_of_script(text, OTHER_SCRIPTS[codec])), "")


def likely_name(sample: bytes) -> str:
    """What the encoding may be, as iconv calls it: a hint, and no more. Empty where it makes sense in none."""
    shares = {codec: _usual_share(_decoded(sample, codec), *letters) for codec, letters in HINTS.items()}
    scripts = [codec for codec in HINTS if shares[codec] >= USUAL_SHARE]
    if len(sample) - len(sample.translate(None, NOT_ASCII)) >= ENOUGH:  # of fewer letters all may be usual ones
        scripts.sort(key=lambda codec: shares[codec], reverse=True)
    latin = (codec for codec in LATIN if _may_be_latin(sample, codec))
    return next((ICONV_NAMES[codec] for codec in (*scripts, *latin)), "")


def _usual_share(text: str, alphabet: str, usual: str) -> float:
    """How many of its letters are those that most are; 0 of a text that is not of this alphabet."""
    letters = [character for character in text.lower() if character > "\x7f" and character not in MARKS]
    if not letters or not _is_of_script(text, alphabet):
        return 0
    return sum(map(usual.__contains__, letters)) / len(letters)


def _may_be_latin(sample: bytes, codec: str) -> bool:
    text = _decoded(sample, codec)
    if OUTSIDE_OF_WORDS.search(text) or not _fits_one(text, LATIN[codec]):
        return False
    return not any(one.islower() and other > "\x7f" and other.isupper() for one, other in pairwise(text))


def _decoded(sample: bytes, codec: str) -> str:
    """The text; what the encoding does not have is a question mark in it."""
    return sample.decode(codec, "replace")


def _is_rival(sample: bytes, codec: str, text: str) -> bool:
    other = _decoded(sample, codec)
    if other == text:
        return False
    special = [character for character in other if character > "\x7f"]
    usual = [one for one in LATIN[codec] if len(special) < MANY or set(one.split()[0]) & set(other.lower())]
    return _fits_one(other, tuple(usual))


def _fits_one(text: str, alphabets: tuple[str, ...]) -> bool:
    special = [character for character in text if character > "\x7f"]
    return any(
        sum(map(_both_cases(alphabet).__contains__, special)) >= WHOLE_SHARE * len(special) for alphabet in alphabets
    )


def _is_of_script(text: str, alphabet: str) -> bool:
    if not _fits_one(text, (alphabet,)) or BESIDE_LATIN.search(text):
        return False
    words = [word for word in WORD.findall(text) if _is_letter(word[0])]
    sane = [word for word in words if word[1:] == word[1:].lower()]
    return bool(words) and len(sane) >= WHOLE_SHARE * sum(len(word) > 1 for word in words)


def _is_letter(character: str) -> bool:
    return character > "\x7f" and character.isalpha()


def _both_cases(alphabet: str) -> frozenset[str]:
    return frozenset(_cases(alphabet)) | MARKS


def _cases(alphabet: str) -> Iterator[str]:
    for letter in alphabet:
        yield from (letter, letter.upper()[:1], letter.lower()[:1])
