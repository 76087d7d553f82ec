import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.swift.inputs import MediaJudge, Roots
from common.swift.inputs.records.media import FILES_MAX
from common.swift.inputs.records.media_names import ALL_KINDS, OF_TEXT_MODELS

GONE = "does not exist on this machine"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(60)).decode()
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(60)).decode()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "data"
    (root / "sub").mkdir(parents=True)
    (root / "a.png").write_bytes(b"\x89PNG")
    (root / "sub" / "b.png").write_bytes(b"\x89PNG")
    (root / "empty.png").touch()
    (root.parent / "secret.png").write_bytes(b"\x89PNG")
    (root / "link.png").symlink_to(root.parent / "secret.png")
    return root


def judge(root: Path, record: dict[str, Any], folder: Path | None = None, **renamed: str) -> str:
    return MediaJudge(Roots((root,)), folder, ALL_KINDS, renamed)(record)


@pytest.mark.parametrize(
    "column",
    [
        "images", "image", "IMAGES", "videos", "video", "audios", "audio", "rejected_images", "rejected_videos",
        "positive_images", "negative_audios", "teacher_images",
    ],
)  # fmt: skip
def test_a_file_that_is_not_there_is_named_with_its_column(root: Path, column: str) -> None:
    assert judge(root, {column: [f"{root}/gone.png"]}) == f"column {column}: '{root}/gone.png' {GONE}"
    assert judge(root, {column: [f"{root}/a.png"]}) == ""


@pytest.mark.parametrize("column", ["imagery", "image_id", "my_images", "messages", "query", "rejected_image"])
def test_other_columns_are_text(root: Path, column: str) -> None:
    assert judge(root, {column: "/gone.png"}) == ""


@pytest.mark.parametrize(
    "form",
    [
        "{}", ["{}"], {"path": "{}"}, {"bytes": None, "path": "{}"}, [{"path": "{}", "bytes": None}],
        [["{}", "{}"]], ["data:image/png;base64,iVBOR", "{}"],
        {"bytes": "{}", "path": "/x"},
    ],
)  # fmt: skip
def test_each_form_of_a_name_is_understood(root: Path, form: Any) -> None:
    def filled(name: str) -> Any:
        return json.loads(json.dumps(form).replace("{}", name))

    assert judge(root, {"images": filled(f"{root}/a.png")}) == ""
    assert GONE in judge(root, {"images": filled(f"{root}/gone.png")})


@pytest.mark.parametrize(
    "value",
    [
        None, [], "", [""], [None], 7, {"bytes": "iVBOR", "path": "/gone.png"}, {"path": None}, {}, "x" * 2001,
        "data:image/png;base64,iVBOR", PNG, JPEG,
        f"{PNG[:40]}\n{PNG[40:]}",
    ],
)  # fmt: skip
def test_what_names_no_file_of_a_disk_is_passed_over(root: Path, value: Any) -> None:
    assert judge(root, {"images": value}) == ""
    assert judge(root, {"images": value}, folder=root) == ""


def test_blanks_around_a_name_do_not_count(root: Path) -> None:
    assert judge(root, {"images": f" {root}/a.png\n"}) == ""


def test_parts_of_messages_name_files_too(root: Path) -> None:
    def asked(part: dict[str, Any]) -> dict[str, Any]:
        return {"messages": [{"role": "user", "content": [{"type": "text", "text": "/x"}, part]}]}

    assert judge(root, asked({"type": "image", "image": f"{root}/a.png"})) == ""
    for part in (
        {"type": "image", "image": "/gone.png"},
        {"type": "image_url", "image_url": {"url": "/gone.png"}},
        {"type": "video", "video": "/gone.png"},
    ):
        assert judge(root, asked(part)).startswith("column messages: '/gone.png' is not below an allowed root")


@pytest.mark.parametrize(
    "odd", ["text", [1], [{"content": "text"}], [{"content": [1, {}, {"type": 7}, {"type": "image"}]}], None]
)
def test_messages_of_another_form_are_the_business_of_others(root: Path, odd: Any) -> None:
    assert judge(root, {"messages": odd}) == ""


def test_a_file_outside_the_roots_is_refused_whether_it_exists_or_not(root: Path) -> None:
    why = "is not below an allowed root of this machine; its setting ALLOWED_ROOTS names them"

    for name in ("/etc/passwd", "/etc/there-is-no-such-file", f"{root.parent}/secret.png"):
        assert judge(root, {"images": name}) == f"column images: '{name}' {why}"


def test_a_link_out_of_the_roots_is_told_whether_there_is_something_behind_it_or_not(root: Path) -> None:
    (root / "dangling.png").symlink_to(root.parent / "there-is-no-such-file")

    for name in ("link.png", "dangling.png"):
        assert judge(root, {"images": f"{root}/{name}"}) == (
            f"column images: '{root}/{name}' is a symbolic link, or behind one, that leads out of the allowed roots; "
            "copy the file"
        )


def test_a_relative_name_needs_a_folder_to_be_relative_to(root: Path) -> None:
    assert judge(root, {"images": "sub/b.png"}) == (
        "column images: 'sub/b.png' is no whole path; write it in full, or send its folder as env.ROOT_IMAGE_DIR"
    )
    assert judge(root, {"images": "sub/b.png"}, folder=root) == ""
    assert judge(root, {"images": "b.png"}, folder=root / "sub") == ""
    assert judge(root, {"images": "gone.png"}, folder=root) == f"column images: '{root}/gone.png' {GONE}"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("~/a.png", "begins with `~`"), ("../secret.png", "has `..` in it"), ("sub/../../secret.png", "has `..` in it"),
        ("link.png", "that leads out of the allowed roots"), ("file:///etc/passwd", "is an address"),
        ("sub", "is not a file"),
        ("empty.png", "is empty"), ("a\0b", "NUL"), ("\ud800", "too long, or has characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_or_leads_out_is_refused(root: Path, name: str, why: str) -> None:
    assert why in judge(root, {"images": name}, folder=root)


def test_a_name_that_looks_like_base64_is_a_file_where_there_is_one(root: Path) -> None:
    name = "a" * 48
    assert judge(root, {"images": name}, folder=root) == ""
    (root / name).touch()
    assert judge(root, {"images": name}, folder=root) == f"column images: '{root}/{name}' is empty"


def test_a_renamed_column_is_known_by_its_new_name_and_told_by_its_old_one(root: Path) -> None:
    assert judge(root, {"Foto": f"{root}/gone.png"}, foto="images").startswith("column Foto: ")
    assert judge(root, {"image": f"{root}/gone.png"}, image="query") == ""


ADDRESSES = [
    "http://169.254.169.254/latest/meta-data", "https://example.org/a.png", " http://example.org/a.png",
    "HTTP://example.org/a.png", "http:/example.org", "file:///etc/passwd", "FILE:/etc/passwd", "s3://bucket/a.png",
    "https://example.org/" + "a" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_refused_wherever_a_record_names_it(root: Path, address: str) -> None:
    places: list[dict[str, Any]] = [
        {"images": [address]},
        {"videos": [[address]]},
        {"rejected_images": address},
        {"images": {"bytes": address, "path": None}},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": address}}]}]},
        {"negative_messages": [[{"role": "user", "content": [{"type": "video", "video": address}]}]]},
        {"rejected_response": [{"role": "assistant", "content": [{"type": "image", "image": address}]}]},
        {"images": ["data:image/png;base64,iVBOR"], "chat_template_kwargs": {"image": address}},
        {"chat_template_kwargs": {"image_url": address}},
    ]
    for record in places:
        why = judge(root, record, folder=root)
        assert f"column {list(record)[-1]}: " in why
        assert "is an address, and trainings fetch none here" in why
        assert "MEDIA_URLS=any" in why


def test_a_whole_name_between_tags_in_a_text_is_held_to_the_rule(root: Path) -> None:
    def asked(name: str) -> dict[str, Any]:
        return {"messages": [{"role": "user", "content": f"<img>{name}</img> What?"}]}

    assert "is not below an allowed root" in judge(root, asked("/etc/passwd"))
    assert "is an address" in judge(root, {"query": "<img>http://10.0.0.1/</img>"})
    assert judge(root, asked(f"{root}/a.png")) == judge(root, asked("a tag of HTML")) == ""
    assert MediaJudge(Roots((root,)), None, OF_TEXT_MODELS, {})(asked("/etc/passwd")) == ""
    for name in ("../../etc/passwd", "a/../../etc/passwd", "x" * 5000 + "</img><img>/etc/passwd"):
        assert judge(root, asked(name), folder=root) != ""


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


@pytest.mark.parametrize(
    "message",
    [
        {"content": [_text("<img>"), _text("{}</img>")]},
        {"content": [_text("<im"), {"type": "text", "metadata": "A" * 5000, "text": "g>{}</i"}, _text("mg>")]},
        {"content": [{"type": "img"}, _text("{}"), {"type": "/img_url"}]},
        {"content": "x", "value": "<img>{}</img>"},
        {"content": [{"type": "tool_result", "content": [_text("<img>"), _text("{}</img>")]}]},
        {"tool_calls": [{"function": {"name": "f", "arguments": '{"a": "\\u003cimg>{}\\u003c\\/img>"}'}}]},
        {"content": {"result": "<img>{}</img>"}},
        {"content": [{"type": "image", "source": {"type": "url", "url": "{}"}}]},
        {"content": [{"type": "tool_result", "content": [{"type": "image", "source": {"type": "url", "url": "{}"}}]}]},
    ],
)
def test_a_name_is_found_wherever_servers_put_it_together(root: Path, message: dict[str, Any]) -> None:
    for column in ("messages", "rejected_messages", "conversations"):

        def asked(name: str, column: str = column) -> dict[str, Any]:
            return {column: [{"role": "user", **json.loads(json.dumps(message).replace("{}", name))}]}

        assert "is not below an allowed root" in judge(root, asked("/etc/passwd"))
        assert "is an address" in judge(root, asked("http://10.0.0.1/"))
        assert judge(root, asked(f"{root}/a.png")) == ""


def test_dots_make_a_path_of_what_begins_like_content(root: Path) -> None:
    name = "data:image/../../../../../etc/passwd"

    assert "has `..` in it" in judge(root, {"images": name}, folder=root)
    assert judge(root, {"images": name}) != ""


def test_only_addresses_of_the_web_pass_where_they_are_allowed(root: Path) -> None:
    seen = MediaJudge(Roots((root,)), root, ALL_KINDS, {}, fetches=True)

    assert [seen({"images": address}) != "" for address in ADDRESSES] == [
        False, False, False, True, True, True, True, True, False,
    ]  # fmt: skip
    assert "is not below an allowed root" in seen({"images": "/etc/passwd"})


def test_a_machine_without_the_files_judges_addresses_alone(root: Path) -> None:
    seen = MediaJudge(Roots((root,)), None, ALL_KINDS, {}, has_files=False)

    assert seen({"images": ["/gone.png", "relative.png"]}) == ""
    assert "is an address" in seen({"images": ["/gone.png", "http://10.0.0.1/"]})


def test_addresses_are_found_behind_as_many_files_as_are_looked_at(root: Path) -> None:
    assert "is an address" in judge(root, {"images": [f"{root}/a.png"] * FILES_MAX + ["http://10.0.0.1/"]})


def test_no_more_than_so_many_files_are_looked_at(root: Path) -> None:
    seen = MediaJudge(Roots((root,)), None, ALL_KINDS, {})

    assert seen({"images": [f"{root}/a.png"] * (FILES_MAX - 1)}) == ""
    assert GONE in seen({"images": [f"{root}/gone.png"]})
    assert seen({"images": [f"{root}/gone.png"]}) == ""


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_value_breaks_the_check(value: Any) -> None:
    root = Path("/no/such/root")

    for record in ({"images": value}, {"messages": [{"content": [{"type": "image", "image": value}]}]}):
        assert len(judge(root, record, folder=root)) < 1000
