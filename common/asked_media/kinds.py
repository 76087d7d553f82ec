"""What a file is, by its first bytes: pictures, videos and sounds, nothing that names other places.

A playlist (HLS, DASH, SDP, ffconcat) that is called a video makes FFmpeg open what it lists, a PostScript picture makes
Pillow start Ghostscript: all of these are text, and none is in the tables here.
"""

from collections.abc import Callable

# (begin, length) to the bytes there, which may be fewer.
Read = Callable[[int, int], bytes]

HEAD_BYTES = 16
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"FLV\x01", "video/x-flv"),
    (b"\0\0\x01\xba", "video/mpeg"),
    (b"\0\0\x01\xb3", "video/mpeg"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
# What follows `ftyp` in the first box of an MP4; all other brands are videos.
_BRANDS = {
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"M4A ": "audio/mp4",
}
_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})
_TS_PACKET_BYTES = 188
_TS_SYNC = b"\x47"


def kind_of(read: Read) -> str:
    """The media type; empty for anything that is none of these."""
    head = read(0, HEAD_BYTES)
    if head.startswith(b"ID3"):
        return _behind_tag(head, read)
    if head.startswith(_TS_SYNC) and read(_TS_PACKET_BYTES, 1) == _TS_SYNC:
        return "video/mp2t"
    kind = next((kind for beginning, kind in _BEGINNINGS if head.startswith(beginning)), "")
    return kind or _container(head) or _sound_frames(head)


def _container(head: bytes) -> str:
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    return "video/quicktime" if head[4:8] in _BOXES else ""


def _behind_tag(head: bytes, read: Read) -> str:
    """FFmpeg passes over a tag of an MP3 and looks at what is behind it, whatever that is."""
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return _sound_frames(read(10 + size, 2))


def _sound_frames(head: bytes) -> str:
    """MP3 and AAC without a container: eleven bits that are set."""
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return ""
    return "audio/aac" if head[1] & 0x06 == 0 else "audio/mpeg"
