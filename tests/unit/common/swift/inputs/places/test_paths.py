from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.reasons import Reason
from common.swift.inputs import (
    InputRefused,
    Located,
    Roots,
    home_fault,
    is_on_hub,
    locate,
    resolve_under_roots,
    split_sample,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "data"
    (root / "org" / "set").mkdir(parents=True)
    return root


@pytest.mark.parametrize(
    "name",
    [
        "Qwen/Qwen2.5-7B-Instruct",
        "AI-ModelScope/coco#20000",
        "AI-ModelScope/damo/nlp_polylm_13b_text_generation",
        "hf::tatsu-lab/alpaca",
        "ms::swift/self-cognition:qwen3#500",
        "org/other:a/b",
    ],
)
def test_an_id_that_is_no_path_here_belongs_to_a_hub(root: Path, name: str) -> None:
    assert is_on_hub(name, Roots((root,)))


@pytest.mark.parametrize(
    "name",
    [
        "/models/base", "./base", "../base", "~/base", "org/set", "org/set#5", "org/train.jsonl", "org/train.jsonl#10",
        "base", "a/b/c/d", "org/na me", "org/../set", "https://example.org/a", "", "org/set\n", "org/sét",
    ],
)  # fmt: skip
def test_everything_else_is_a_path(root: Path, name: str) -> None:
    assert not is_on_hub(name, Roots((root,)))


def test_the_sampling_suffix_is_split_off() -> None:
    assert split_sample("/d/a.jsonl#100") == ("/d/a.jsonl", "#100")
    assert split_sample("/d/a#b.jsonl") == ("/d/a#b.jsonl", "")
    assert split_sample("#100") == ("#100", "")


def test_paths_below_a_root_are_resolved_whether_they_exist_or_not(root: Path) -> None:
    (root / "link").symlink_to("org")

    assert resolve_under_roots(str(root / "org" / "set"), Roots((root,))) == root / "org" / "set"
    assert resolve_under_roots("link/set", Roots((root,))) == root / "org" / "set"
    assert resolve_under_roots("new/one", Roots((root,))) == root / "new" / "one"


def test_a_relative_path_is_found_in_the_root_that_has_it(root: Path, tmp_path: Path) -> None:
    other = tmp_path.resolve() / "other"
    other.mkdir()

    assert resolve_under_roots("org/set", Roots((other, root))) == root / "org" / "set"
    assert resolve_under_roots("new", Roots((other, root))) == other / "new"


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd", "../secret", "org/../../secret", "out", "out/secret", "loop", "a\0b", "", "  ",
        "file:///etc/passwd", "file:secret", "s3://bucket/a", "x" * 300, "x/" * 3000, "\ud800",
        "~", "~/secret", "~root/secret",
    ],
)  # fmt: skip
def test_what_leads_out_of_the_roots_is_refused(root: Path, path: str) -> None:
    (root / "out").symlink_to(root.parent)
    (root / "loop").symlink_to("loop")

    with pytest.raises(InputRefused) as refused:
        resolve_under_roots(path, Roots((root,)), field="data_path")

    assert (refused.value.problem.field, refused.value.problem.code) == ("data_path", Reason.PATH_NOT_ALLOWED)
    assert len(refused.value.problem.message) < 500


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("out/secret", "is a symbolic link, or behind one, that leads out of the allowed roots"),
        ("loop", "is a symbolic link that leads back to itself"),
        ("/etc/passwd", "is not below an allowed root"),
    ],
)
def test_a_link_is_told_from_a_place_that_is_not_allowed(root: Path, path: str, why: str) -> None:
    (root / "out").symlink_to(root.parent)
    (root / "loop").symlink_to("loop")

    with pytest.raises(InputRefused, match=why):
        resolve_under_roots(path, Roots((root,)), field="data_path")


@pytest.mark.parametrize("path", ["~", "~/train.jsonl", "~me/train.jsonl", "~train.jsonl"])
def test_a_home_folder_is_refused_even_where_a_folder_of_that_name_exists(root: Path, path: str) -> None:
    (root / "~").mkdir()
    (root / "~" / "train.jsonl").touch()

    with pytest.raises(InputRefused, match=r"begins with `~`.*; give the whole path"):
        resolve_under_roots(path, Roots((root,)), field="data_path")


def test_a_tilde_elsewhere_is_a_character_like_any_other(root: Path) -> None:
    assert home_fault("./~/a") == home_fault("a~b") == ""
    assert resolve_under_roots("org/~1", Roots((root,))) == root / "org" / "~1"


def test_the_message_names_the_setting() -> None:
    with pytest.raises(InputRefused, match="ALLOWED_ROOTS"):
        resolve_under_roots("/etc", Roots(()))


@given(st.text(max_size=50))
def test_no_text_escapes_and_none_breaks_the_check(text: str) -> None:
    root = Path("/no/such/root")
    try:
        real = resolve_under_roots(text, Roots((root,)))
    except InputRefused:
        return
    assert real.is_relative_to(root)


def test_an_input_is_located_once_for_all_who_ask(root: Path) -> None:
    roots = Roots((root,))
    (root / "data.jsonl").write_text("{}")

    assert locate("org/name#10", roots) == Located("org/name#10", on_hub=True)
    assert locate("data.jsonl#10", roots) == Located(f"{root.resolve()}/data.jsonl#10")
    with pytest.raises(InputRefused, match=r"data_path: '/etc/passwd' is not below an allowed root"):
        locate("/etc/passwd", roots, "data_path")


def test_a_file_whose_name_ends_like_a_sample_is_looked_at_itself(root: Path) -> None:
    """What is opened is the file of that name where there is one: a link by that name may not lead out."""
    (root / "data.jsonl").write_text("{}")
    (root / "data.jsonl#10").symlink_to("/etc/passwd")

    with pytest.raises(InputRefused):
        locate("data.jsonl#10", Roots((root,)))


@pytest.mark.parametrize("count", ["0", "00", "-1", "abc", "5x", "", " 5", "1.5", "1_0", "5#x", "٣"])
@pytest.mark.parametrize("name", ["a.jsonl", "folder", "hf::owner/name", "owner/name"])
def test_what_is_no_number_of_rows_is_refused(tmp_path: Path, name: str, count: str) -> None:
    (tmp_path / "a.jsonl").write_text("{}\n")
    (tmp_path / "folder").mkdir()

    with pytest.raises(InputRefused, match="how many rows to take, a whole number of 1 or more") as refused:
        locate(f"{name}#{count}", Roots((tmp_path,)), "data_path")

    assert (refused.value.problem.field, refused.value.problem.code) == ("data_path", Reason.DATA_INVALID)


@pytest.mark.parametrize("value", ["#", "#100"])
def test_a_number_of_rows_of_nothing_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(InputRefused, match="has no name before its `#`"):
        locate(value, Roots((tmp_path,)), "data_path")


@pytest.mark.parametrize("name", ["a.jsonl#0", "a#b.jsonl", "#"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}\n")

    assert locate(name, Roots((tmp_path,))).opened == str(tmp_path / name)
