"""MP3, which has no magic: a number of frames, each where the one before it ends; a tag (ID3) may stand before them.

FFmpeg passes over tags and looks at what is behind, whatever that is. So there may be one, of the plain form only,
whose ten first bytes alone tell where it ends.
"""

from collections.abc import Callable

# From eight on FFmpeg is surer of them than of anything that is text.
_FRAMES = 8
_ID3_VERSIONS = (2, 3, 4)
# Unsynchronised, with an extended header, a try. What else there could be, a footer above all, makes a tag longer.
_ID3_FLAGS = 0xE0
_ID3_BYTES = 10
# The versions 1, 2 and 2.5 by the bits that tell them.
_SAMPLES_PER_SECOND = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_KILOBITS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KILOBITS_OF_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def is_mp3(head: bytes, read: Callable[[int, int], bytes]) -> bool:
    at = _behind_tag(head)
    for _ in range(_FRAMES):
        length = _frame_bytes(read(at, 4)) if at >= 0 else 0
        if not length:
            return False
        at += length
    return True


def _behind_tag(head: bytes) -> int:
    """Where frames begin; -1 where somebody else could see them elsewhere."""
    if not head.startswith(b"ID3"):
        return 0
    tag = head[:_ID3_BYTES]
    is_plain = len(tag) == _ID3_BYTES and tag[3] in _ID3_VERSIONS and not tag[4] and not tag[5] & ~_ID3_FLAGS
    if not is_plain or max(tag[6:]) >= 0x80:
        return -1
    return _ID3_BYTES + (tag[6] << 21 | tag[7] << 14 | tag[8] << 7 | tag[9])


def _frame_bytes(header: bytes) -> int:
    """How long the frame of this header is; 0 when it is none of layer 3."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, rate, kilobits = header[1] >> 3 & 3, header[2] >> 2 & 3, header[2] >> 4
    if version not in _SAMPLES_PER_SECOND or rate > 2 or not 1 <= kilobits <= 14:
        return 0
    per_second = _SAMPLES_PER_SECOND[version][rate]
    bits = (_KILOBITS if version == 3 else _KILOBITS_OF_2)[kilobits - 1] * 1000
    return (144 if version == 3 else 72) * bits // per_second + (header[2] >> 1 & 1)
