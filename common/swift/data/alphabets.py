"""Alphabets of languages that are written in one byte a character. Whatever is not UTF-8 can be taken for such a text;
it is one beyond doubt where its letters are those of a language, and what any other encoding makes of it is nonsense.
"""

import re
from collections.abc import Iterator

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
# As iconv calls them.
ICONV_NAMES = {"cp1250": "WINDOWS-1250", "cp1251": "WINDOWS-1251", "cp1253": "WINDOWS-1253",
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
    """What the encoding may be, as iconv calls it: a hint, and no more."""
    codec = is_other_script(sample) or next(
        (codec for codec in LATIN if _fits_one(_decoded(sample, codec), LATIN[codec])), WESTERN
    )
    return ICONV_NAMES.get(codec, WESTERN_NAME)


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
    sane = [word for word in words if word[1:].islower() or word.islower()]
    return bool(words) and len(sane) >= WHOLE_SHARE * sum(len(word) > 1 for word in words)


def _is_letter(character: str) -> bool:
    return character > "\x7f" and character.isalpha()


def _both_cases(alphabet: str) -> frozenset[str]:
    return frozenset(_cases(alphabet)) | MARKS


def _cases(alphabet: str) -> Iterator[str]:
    for letter in alphabet:
        yield from (letter, letter.upper()[:1], letter.lower()[:1])
