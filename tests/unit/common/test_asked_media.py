"""Every way in which a request may name something to open, and what may pass."""

import base64
import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.asked_media import ANY, DENY, PUBLIC, MediaRefused, as_data_url, media_urls

PNG_HEAD = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
PNG = as_data_url(PNG_HEAD + bytes(60), "image/png")
MP4_HEAD = b"\0\0\0\x14ftypisom\0\0\2\0isom\0\0\0\x08free"
MP4 = as_data_url(MP4_HEAD + bytes(60), "video/mp4")
WAV_HEAD = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0\2\0"
WAV = as_data_url(WAV_HEAD + bytes(60), "audio/wav")
FRAME = b"\xff\xfb\x90\x04" + bytes(413)
MP3_HEAD = b"ID3\x04\0\0\0\0\0\x03abc" + FRAME * 8
BMP_HEAD = b"BM\x40\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0"
WEBM_HEAD = bytes.fromhex("1a45dfa3 9f 42868101 42f78101 42f28104 42f38108 428284 7765626d 42878102 42858102 18538067")
FLV_HEAD = b"FLV\x01\x05\0\0\0\t\0\0\0\0"
AVI_HEAD = b"RIFF\0\0\0\0AVI LIST\0\0\0\0hdrlavih\x38\0\0\0"
SDP = b"\nv=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 23998 RTP/AVP 33\n"
HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1/x.ts\n"
# Ten bytes that say 16 are skipped, where FFmpeg skips 26; and a tag of none.
FOOTED, NO_TAG = b"ID3\x04\0\x10\0\0\0\x10" + bytes(16), b"ID3\x04\0\0\0\0\0\0"
BARE, BARE_WAV = PNG.partition(",")[2], WAV.partition(",")[2]
ADDRESS = "http://169.254.169.254/latest/meta-data/"
# Neither content nor an address of the web: refused whatever the setting says.
FILES = [
    "/etc/passwd", "etc/passwd", "picture.png", "./a.png", "../a.png", "~/a.png", "C:\\a.png", "\\\\host\\share\\a.png",
    "file:///etc/passwd", "FILE:///etc/passwd", "file:/etc/passwd", "file:etc/passwd", "ftp://host/a", "s3://bucket/a",
    "gopher://host/", "concat:/etc/passwd", "data:text/plain,x", "x", " ", "\t/etc/passwd",
    " http://example.org/a", "http://example.org/a b", "http://example.org\\@127.0.0.1/", "http://", "http:/a",
    "https:a", "http://example.org/\n", "//example.org/a.png", "/proc/1/maps", BARE, f" {PNG}", f"{PNG}\n",
    PNG.replace("data:", "DATA:"), PNG.replace("data:", "data:image/png/../../../../etc/"), PNG.replace(";base64", ""),
    PNG[:-1], PNG + "/../../etc/passwd", PNG.replace("image/png", "../.."),
    PNG.replace(";base64,", ";x=base64,AAAA;base64,"),
    "data:image/png;base64,",
]  # fmt: skip


def places(value: Any, of_video: Any = None, of_sound: Any = None) -> list[dict[str, Any]]:
    """The value in each place that ms-swift or another server may take it from; others for videos and sounds."""
    video, sound = of_video or value, of_sound or value
    parts: list[Any] = [
        {"type": "image", "image": value},
        {"type": "image_url", "image_url": value},
        {"type": "image_url", "image_url": {"url": value, "detail": "auto"}},
        {"type": "text", "text": "x", "image_url": {"url": value}},
        {"type": "video", "video": video},
        {"type": "video", "video": [value]},
        {"type": "video_url", "video_url": {"url": video}},
        {"type": "audio", "audio": {"url": sound}},
        {"type": "audio_url", "audio_url": sound},
        {"type": "image", "image": {"bytes": value, "path": None}},
        {"type": "image", "image": {"path": value}},
        {"type": "input_image", "image_url": value},
        {"type": "input_audio", "input_audio": {"url": sound, "format": "wav"}},
        {"type": "file", "file": {"file_data": value}},
        {"type": "image", "source": {"type": "url", "url": value}},
        {"Image_URL": value},
    ]
    messages = [
        {"messages": [{"role": role, "content": [part]}]} for part in parts for role in ("user", "tool", "system")
    ]
    return [
        *messages,
        *({name: value} for name in ("images", "image", "rejected_images", "IMAGES", "image_url")),
        {"videos": video},
        {"audios": sound},
        {"images": [value]},
        {"videos": [[value]]},
        {"images": [PNG, {"path": value}]},
        {"messages": [{"role": "user", "content": "x", "images": [value]}]},
        {"images": [PNG], "chat_template_kwargs": {"image": value}},
        {"chat_template_kwargs": {"deep": [{"video": video}]}},
        {"mm_processor_kwargs": {"image_url": value}},
        {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": value}]}]},
        {"input": [{"type": "function_call_output", "output": [{"type": "input_image", "image_url": value}]}]},
        {"infer_requests": [{"messages": [], "images": [value]}]},
        {"extra_body": {"videos": [video]}},
    ]


def text_parts(*parts: Any) -> dict[str, Any]:
    """One message of these parts; what is no object is a text."""
    whole = [part if isinstance(part, dict) else {"type": "text", "text": part} for part in parts]
    return {"messages": [{"role": "user", "content": whole}]}


def ignored(value: Any, text: str) -> dict[str, Any]:
    """A part with something before its text that ms-swift does not look at."""
    return {"type": "text", "metadata": value, "text": text}


@pytest.mark.parametrize("policy", [DENY, PUBLIC, ANY])
@pytest.mark.parametrize("value", FILES)
def test_what_is_neither_content_nor_an_address_is_refused_everywhere(value: str, policy: str) -> None:
    for body in places(value):
        with pytest.raises(MediaRefused):
            media_urls(body, policy)


@pytest.mark.parametrize(
    "address", [ADDRESS, ADDRESS.upper(), "https://example.org/a.png", "http://[::1]/", "http://2130706433"]
)
def test_addresses_are_refused_unless_the_setting_lets_them(address: str) -> None:
    for body in places(address):
        with pytest.raises(MediaRefused, match=r"MEDIA_URLS=deny.*data:image/png;base64,.*MEDIA_URLS=public"):
            media_urls(body, DENY)
        for policy in (PUBLIC, ANY):
            assert [medium.value for medium in media_urls(body, policy)] == [address]


def test_content_passes_everywhere() -> None:
    for body in places(PNG, MP4, WAV):
        assert media_urls(body, DENY) == []


@pytest.mark.parametrize(
    ("content", "fitting"),
    [
        (PNG_HEAD, {"image"}), (BMP_HEAD, {"image"}), (AVI_HEAD, {"video"}), (FLV_HEAD, {"video"}),
        (WAV_HEAD, {"audio"}), (MP3_HEAD, {"audio"}), (MP4_HEAD, {"video", "audio"}), (WEBM_HEAD, {"video", "audio"}),
    ],
)  # fmt: skip
def test_content_passes_only_where_its_kind_is_asked_for_and_under_its_name(content: bytes, fitting: set[str]) -> None:
    for place in ("image", "video", "audio"):
        for declared in ("image", "video", "audio", "application"):
            body = {f"{place}s": [as_data_url(content + bytes(60), f"{declared}/x")]}
            if {place, declared} <= fitting | {"application"}:
                assert media_urls(body, DENY) == []
            else:
                with pytest.raises(MediaRefused, match="by its content, and something else by its place"):
                    media_urls(body, ANY)


def test_a_video_may_be_a_list_of_its_frames_which_are_pictures() -> None:
    for frames in (
        {"messages": [{"content": [{"type": "video", "video": [PNG, PNG]}]}]},
        {"videos": [[PNG]]},
        {"videos": [{"frames": [PNG]}]},
    ):
        assert media_urls(frames, DENY) == []
        with pytest.raises(MediaRefused):
            media_urls(json.loads(json.dumps(frames).replace(PNG, MP4)), ANY)


def test_a_refusal_says_where_it_is() -> None:
    with pytest.raises(MediaRefused) as refused:
        media_urls({"messages": [{"content": "a"}, {"content": [{"image_url": {"url": ADDRESS}}]}]}, DENY)

    assert refused.value.where == "messages[1].content[0].image_url.url"


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [{"role": "user", "content": "see http://a/b, /etc/passwd and <img src='/a.png'>"}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "/etc/passwd"}, "http://a/b"]}]},
        {"prompt": "http://a/b", "suffix": "/x"},
        {"prompt": ["/x", [1, 2, 3]]},
        {"input": ["http://a/b"], "encoding_format": "float"},
        {"tools": [{"function": {"parameters": {"$schema": "http://json-schema.org/x", "image_url": {"x": "/y"}}}}]},
        {"messages": [{"tool_calls": [{"function": {"arguments": '{"image_url": "http://a/b"}'}}]}]},
        {"messages": [{"content": None, "annotations": [{"url": "https://a/b"}]}]},
        {"model": "org/model", "user": "https://a/b", "metadata": {"url": "/x"}, "stop": ["/", "//"]},
        {"response_format": {"json_schema": {"schema": {"image": "/a"}}}, "temperature": 0.5, "stream": True},
        {"chat_template_kwargs": {"enable_thinking": False, "effort": "high", "max_pixels": 100, "fps": 2.0}},
        {"objects": {"ref": ["a cat"], "bbox": [[1, 2, 3, 4]], "bbox_type": "norm1"}},
        {"audio": {"voice": "alloy", "format": "mp3"}, "modalities": ["text", "audio"], "images": []},
        {"messages": [{"content": [{"input_audio": {"data": BARE_WAV, "format": "wav"}}]}]},
        {"messages": [{"content": "what does <img> mean, and </img"}]},
        {"messages": [{"content": "</img> ends what <img> begins: < img>x</ img>, <IMG>x</IMG>, <img >x</img >"}]},
        text_parts("1 <", {"type": "image", "image": PNG}, "2, <i>g</i>, </img>, <im", "age>", "<img/>"),
        {"messages": [{"role": "tool", "content": {"image_url": "http://a/b", "path": "/x"}}]},
        {"input": [{"type": "function_call", "name": "look", "arguments": "/etc/passwd"}]},
        {"input": [{"type": "function_call_output", "call_id": "call_1", "output": "http://a/b"}]},
        {"input": [{"output": [{"type": "input_text", "text": "/etc/passwd"}]}]},
        None, [], 1, "x",
    ],
)  # fmt: skip
def test_text_and_numbers_pass(body: Any) -> None:
    assert media_urls(body, DENY) == []


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [{"role": "user", "content": "<img>/etc/passwd</img>"}]},
        {"messages": [{"role": "user", "content": "<img>http://10.0.0.1/</img>"}]},
        {"messages": [{"role": "system", "content": "a <img>\n/etc/x</img>"}]},
        {"prompt": "<img>a.png</img>"},
        {"input": ["<img>a.png</img>"]},
        {"messages": [{"content": [{"type": "text", "text": "<im"}, {"type": "text", "text": "g>/etc/x</img>"}]}]},
        {"messages": [{"content": ["<img>", {"type": "image", "image": PNG}, {"type": "text", "text": "/x</img>"}]}]},
        {"messages": [{"role": "user", "content": "<img>/etc"}, {"role": "user", "content": "/passwd</img>"}]},
        {"messages": [{"role": "tool", "content": {"result": "<img>/etc/x</img>"}}]},
        {"tools": [{"function": {"description": "<img>/etc/x</img>"}}]},
        {"messages": [{"tool_calls": [{"function": {"arguments": '"\\u003cimg\\u003e\\/etc\\/x\\u003c/img>"'}}]}]},
        {"chat_template_kwargs": {"text": "<img>/etc/x</img>"}},
        text_parts("<img>" + "/" * 100_000 + "etc/x</img>"),
        text_parts("<img>", "/etc/x</img>"),
        text_parts("<img>", ignored("A" * 5000, "/etc/x</img>")),
        text_parts("<img>/etc/x", ignored({"a": "A" * 5000}, "</img>")),
        text_parts("<im", ignored("A", "g>/etc/x</im"), ignored(["b"], "g>")),
        text_parts("<", ignored("<", "i"), ignored("<", "mg>/etc/x<"), ignored("</img", "/img>")),
        text_parts({"type": "img"}, "/etc/x", {"type": "/img"}),
        text_parts({"type": "x><img_url"}, "/etc/x", {"type": "/img_url"}),
        {"messages": [{"tool_calls": [{"function": {"name": "<img>", "arguments": '"\\u002fx\\u003c\\/img>"'}}]}]},
    ],
)
def test_a_name_between_tags_is_refused_wherever_it_stands(body: Any) -> None:
    with pytest.raises(MediaRefused, match="between <img> and </img>"):
        media_urls(body, ANY)


@pytest.mark.parametrize("value", ["http://a/b", "/etc/passwd", "file:///x", "a/b.png", "~x/y", "..\\x"])
@pytest.mark.parametrize("name", ["unheard_of", "chat_template_kwargs", "objects"])
def test_a_place_where_nothing_is_known_to_belong_is_refused(name: str, value: str) -> None:
    for body in ({name: value}, {name: {"deep": [value]}}, {"messages": [{"content": [{"type": "x", "x": value}]}]}):
        with pytest.raises(MediaRefused, match="where neither belongs"):
            media_urls(body, ANY)


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\nhttp://169.254.169.254/", b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"%!PS-Adobe-3.0 EPSF", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<?xml version='1.0'?><MPD/>",
        b"v=0\no=- 0 0 IN IP4 10.0.0.1", b"ID3\x04\0\0\0\0\0\0#EXTM3U\nhttp://10.0.0.1/",
        b"GIF8", b"RIFF\0\0\0\0XXXX", b"PK\3\4", b"MZ", b"BM" + SDP, b"#!AMR\n" + SDP, b"FLV\x01" + SDP,
        b"fLaC" + SDP, b"OggS" + SDP, FRAME[:4] + SDP, b"\xff\xf1P\x80" + SDP, b"RIFF\0\0\0\0AVI " + SDP,
        b"\x1aE\xdf\xa3" + SDP, b"\0\0\x01\xba" + SDP, b"\0\0\0\x08moov" + SDP, b"AAAAftypisom" + SDP,
        b"\0\0\0\x14ftypisom" + bytes(8) + SDP, b"RIFF\0\0\0\0WAVE" + SDP, b"G" + bytes(187) + b"G" + SDP,
        b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + SDP, FOOTED + b"\xff\xfb" + HLS, FOOTED + FRAME * 8,
        NO_TAG * 2 + FRAME * 8, NO_TAG + HLS, b"ID3\x04\0\0\0\0\0\x83abc" + FRAME * 8, b"ID3\5" + bytes(6) + FRAME * 8,
        b"ID3\4\1" + bytes(5) + FRAME * 8, FRAME * 7, FRAME * 4 + SDP, HLS + FRAME * 8, FRAME[:-1] * 9,
        *(good + SDP for good in (MP4_HEAD, WEBM_HEAD, FLV_HEAD, AVI_HEAD, WAV_HEAD, MP3_HEAD)),
        *(MP3_HEAD + bytes(500_000) + word for word in (SDP, SDP.lower(), HLS, b"ffconcat version", b"DASH:profile")),
        b"ID3\x04\0\0\0\0\0\0", b"\xff",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["image/png", "video/mp4", "application/octet-stream"])
def test_content_that_names_other_places_is_no_content(content: bytes, kind: str) -> None:
    for body in (
        {"videos": [as_data_url(content, kind)]},
        {"input_audio": {"data": base64.b64encode(content).decode()}},
    ):
        with pytest.raises(MediaRefused, match=r"no picture, video or sound of a kind"):
            media_urls(body, ANY)


@pytest.mark.parametrize(
    "beginning",
    [
        b"\xff\xd8\xff\xe0", b"GIF89a", b"II*\0", b"MM\0*", b"RIFF\0\0\0\0WEBPVP8X", BMP_HEAD,
        b"\0\0\0\x10ftypavif\0\0\0\0\0\0\0\x08meta", PNG_HEAD,
    ],
)  # fmt: skip
def test_pictures_of_many_kinds_pass(beginning: bytes) -> None:
    assert_passes("images", beginning)


@pytest.mark.parametrize(
    "beginning",
    [
        MP4_HEAD, WEBM_HEAD, AVI_HEAD, FLV_HEAD, b"\0\0\0\x14ftypqt  " + bytes(8) + b"\0\0\0\x08wide",
        WEBM_HEAD[:4] + b"\1\0\0\0\0\0\0\x1f" + WEBM_HEAD[5:], b"OggS\0\2",
        b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c",
    ],
)  # fmt: skip
def test_videos_of_many_kinds_pass(beginning: bytes) -> None:
    assert_passes("videos", beginning)


@pytest.mark.parametrize(
    "beginning",
    [
        WAV_HEAD, b"RIFF\0\0\0\0WAVEJUNK\x1c\0\0\0", b"OggS\0\2", b"fLaC\0\0\0\x22", MP3_HEAD, FRAME * 8, WEBM_HEAD,
        b"\0\0\0\x14ftypM4A " + bytes(8) + b"\0\0\0\x08free", b"ID3\3\0\xe0\0\0\0\0" + FRAME * 8,
        (b"\xff\xf3\x40\xc4" + bytes(100)) * 8, (b"\xff\xfa\x92\x04" + bytes(414)) * 8,
    ],
)  # fmt: skip
def test_sounds_of_many_kinds_pass(beginning: bytes) -> None:
    assert_passes("audios", beginning)


def assert_passes(place: str, beginning: bytes) -> None:
    for extra in range(3):
        content = as_data_url(beginning + bytes(400 + extra), "application/octet-stream")
        assert media_urls({place: [content]}, DENY) == []


def test_of_large_content_what_counts_is_looked_at() -> None:
    large = as_data_url(PNG_HEAD + bytes(300_000), "image/png")
    assert media_urls({"images": [large]}, DENY) == []
    # Lengths of a tag, 7 bits to a byte, and what FFmpeg would find behind it.
    tagged = as_data_url(b"ID3\x04\0\0" + bytes([0, 10, 0, 0]) + bytes(10 << 14) + FRAME * 8, "audio/mpeg")
    assert media_urls({"audios": [tagged]}, DENY) == []

    for wrong in (
        f"{large}/../../../../etc/passwd",
        large[:200_000] + "/../../" + large[200_007:],
        large[:1000] + "!!!!" + large[1004:],
        tagged[:100_000] + "!!!!" + tagged[100_004:],
        tagged[:-4440] + "A" * 4440,
    ):
        with pytest.raises(MediaRefused):
            media_urls({"videos": [wrong]}, ANY)


def test_many_tags_take_no_longer_than_other_texts() -> None:
    half = "</img><im" * 300_000
    begin = time.perf_counter()

    assert media_urls(text_parts(*["<im", half, "<", "/img>"] * 20), ANY) == []

    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize("name", ["response_format", "tools", "metadata"])
def test_what_is_text_for_certain_may_be_nested(name: str) -> None:
    nested: Any = "<img>/etc/passwd</img>"
    for _ in range(400):
        nested = {"a": [nested]}

    with pytest.raises(MediaRefused, match="between <img> and </img>"):
        media_urls({name: nested}, ANY)


def test_what_is_nested_without_end_is_refused() -> None:
    for text in ('{"a":' * 500 + "1" + "}" * 500, '{"images":' + "[" * 500 + "]" * 500 + "}"):
        with pytest.raises(MediaRefused, match="nested too deeply"):
            media_urls(json.loads(text), ANY)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["images", "content", "url"]), inner)
        ),
    )
)
def test_no_body_breaks_the_rule(body: Any) -> None:
    with suppress(MediaRefused):
        assert media_urls(body, DENY) == []
