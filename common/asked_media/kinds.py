"""The kind of a file, by its first bytes (magic numbers): pictures, videos and sounds, nothing that names other places.

A playlist (HLS, DASH, SDP, ffconcat) that is called a video makes FFmpeg open what it lists, a PostScript picture makes
Pillow start Ghostscript: all of these are text. FFmpeg asks each of its readers how well it knows the content and takes
the best: a short magic with a playlist behind it is a playlist. So a kind is known here by more than a text can have,
and in what FFmpeg guesses from nothing may look like a playlist. What is rare and begins with less is in no table: raw
AAC, AMR, MPEG streams, boxes of QuickTime without `ftyp`.
"""

from collections.abc import Callable

from .mp3 import is_mp3

# (begin, length) to the bytes there, which may be fewer.
Read = Callable[[int, int], bytes]
PICTURE, VIDEO, SOUND = "image", "video", "audio"

_HEAD_BYTES = 64
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c", "video/x-ms-asf"),
    *((b"FLV\x01" + bytes([flags]) + b"\0\0\0\x09\0\0\0\0", "video/x-flv") for flags in (1, 4, 5)),
    (b"OggS\0\x02", "audio/ogg"),
    (b"fLaC\0\0\0\x22", "audio/flac"),
    (b"fLaC\x80\0\0\x22", "audio/flac"),
)
# Of these a file may have sound alone, or pictures, too.
_EITHER = frozenset({"video/mp4", "video/quicktime", "video/webm", "video/x-ms-asf", "audio/ogg"})
_JPEG_MARKERS = frozenset({0xC0, 0xC2, 0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})
_BMP_HEADER_BYTES = frozenset({40, 52, 56, 108, 124})
# What follows `ftyp` in the first box of an MP4; all other brands are videos.
_BRANDS = {
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_BRANDS_MAX_BYTES = 1024
_SECOND_BOXES = frozenset(
    {b"moov", b"mdat", b"wide", b"free", b"skip", b"meta", b"uuid", b"moof", b"styp", b"sidx", b"pdin", b"emsg"}
)
_DOCUMENTS = (b"\x42\x82\x84webm", b"\x42\x82\x88matroska")
_SEGMENT = b"\x18\x53\x80\x67"
# FFmpeg guesses from no more (PROBE_BUF_MAX).
_GUESSED_FROM_BYTES = 1 << 20
# What its readers of playlists look for, in lower case.
_PLAYLISTS = (b"#extm3u", b"ffconcat", b"c=in ip", b"dash:profile", b"<compositionplaylist", b"<smoothstreamingmedia")


def kind_of(read: Read) -> str:
    """The media type; empty for anything that is none of these."""
    head = read(0, _HEAD_BYTES)
    kind = next((kind for beginning, kind in _BEGINNINGS if head.startswith(beginning)), "")
    kind = kind or _picture(head) or _riff(head) or _boxes(head, read) or _webm(head) or _mp3(head, read)
    return "" if not kind.startswith(PICTURE) and _has_playlist(read) else kind


def fits(kind: str, place: str) -> bool:
    """Whether content of this kind may stand where a picture, a video or a sound is asked for; all may if none is."""
    return not place or kind.startswith(f"{place}/") or (kind in _EITHER and place in (VIDEO, SOUND))


def _picture(head: bytes) -> str:
    if head.startswith(b"\xff\xd8\xff") and head[3:4] and head[3] in _JPEG_MARKERS:
        return "image/jpeg"
    is_bmp = head[:2] == b"BM" and head[6:10] == bytes(4) and head[26:28] == b"\x01\0"
    return "image/bmp" if is_bmp and _little(head[14:18]) in _BMP_HEADER_BYTES else ""


def _riff(head: bytes) -> str:
    if not head.startswith(b"RIFF"):
        return ""
    if head[8:15] == b"WEBPVP8" and head[15:16] in (b" ", b"L", b"X"):
        return "image/webp"
    if head[8:16] == b"AVI LIST" and head[20:32] == b"hdrlavih\x38\0\0\0":
        return "video/x-msvideo"
    is_wav = head[8:12] == b"WAVE" and head[12:16] in (b"fmt ", b"JUNK", b"bext") and head[18:20] == b"\0\0"
    return "audio/wav" if is_wav else ""


def _boxes(head: bytes, read: Read) -> str:
    """MP4 and its kin: the box of the brands, and another one behind it."""
    length = int.from_bytes(head[:4])
    if head[4:8] != b"ftyp" or length % 4 or not 16 <= length <= _BRANDS_MAX_BYTES:
        return ""
    return _BRANDS.get(head[8:12], "video/mp4") if read(length + 4, 4) in _SECOND_BOXES else ""


def _webm(head: bytes) -> str:
    """A header that tells its length in one byte or in eight, and the segment behind it."""
    begin = 12 if head[4:11] == b"\x01" + bytes(6) else 5
    end = begin + (head[begin - 1] & 0x7F) if len(head) > begin else 0
    if not head.startswith(b"\x1aE\xdf\xa3") or head[end : end + 4] != _SEGMENT:
        return ""
    return "video/webm" if any(document in head[:end] for document in _DOCUMENTS) else ""


def _mp3(head: bytes, read: Read) -> str:
    return "audio/mpeg" if is_mp3(head, read) else ""


def _has_playlist(read: Read) -> bool:
    guessed_from = read(0, _GUESSED_FROM_BYTES).lower()
    return not guessed_from or any(word in guessed_from for word in _PLAYLISTS)


def _little(field: bytes) -> int:
    return int.from_bytes(field, "little")
