"""Links to inputs: hub caches are made of them, and only the name tells what a target is."""

from pathlib import Path

import pytest

from common.swift.inputs import InputRefused, Roots, check_data_path, check_model_path, locate
from common.swift.inputs.places.link_names import kept_name
from tests.model_files import make_model

ROW = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'
HASH = "0f" * 32


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "data"
    root.mkdir()
    return root


def cached(root: Path, kind: str, name: str) -> Path:
    """The folder that a Hugging Face cache has of one commit, with a blob that its files lead to."""
    repository = root / "hub" / f"{kind}--org--{name}"
    (repository / "blobs").mkdir(parents=True)
    snapshot = repository / "snapshots" / "abc123"
    snapshot.mkdir(parents=True)
    return snapshot


def test_a_data_file_in_a_hubs_cache_is_checked_at_its_target_and_keeps_its_name(root: Path) -> None:
    snapshot = cached(root, "datasets", "set")
    (root / "hub/datasets--org--set/blobs" / HASH).write_text(ROW)
    link = snapshot / "plain.jsonl"
    link.symlink_to(f"../../blobs/{HASH}")

    opened = locate(str(link), Roots((root,)), "data_path").opened

    assert opened == str(link)
    assert check_data_path(opened) == []
    assert locate("hub/datasets--org--set/snapshots/abc123/plain.jsonl#7", Roots((root,))).opened == f"{link}#7"


def test_what_is_wrong_at_the_target_is_told_by_the_name(root: Path) -> None:
    (root / HASH).write_text("no json\n")
    (root / "plain.jsonl").symlink_to(HASH)

    (problem,) = check_data_path(locate("plain.jsonl", Roots((root,))).opened)

    assert str(root / "plain.jsonl") in problem.message


def test_a_model_folder_keeps_its_name_whether_it_or_its_files_are_links(root: Path) -> None:
    snapshot = cached(root, "models", "Qwen2.5-0.5B-Instruct")
    model = make_model(root / "hub/models--org--Qwen2.5-0.5B-Instruct/blobs/whole")
    for file in model.iterdir():
        (snapshot / file.name).symlink_to(f"../../blobs/whole/{file.name}")
    (root / "Qwen2.5-0.5B-Instruct").symlink_to(snapshot)
    roots = Roots((root,))

    assert locate(str(snapshot), roots).opened == str(snapshot)
    assert locate("Qwen2.5-0.5B-Instruct", roots).opened == str(root / "Qwen2.5-0.5B-Instruct")
    assert check_model_path(root / "Qwen2.5-0.5B-Instruct") == []


def test_modelscopes_cache_has_links_to_folders_with_whole_paths(root: Path) -> None:
    make_model(root / "models/Qwen/Qwen2___5-7B")
    (root / "models/Qwen/Qwen2.5-7B").symlink_to(root / "models/Qwen/Qwen2___5-7B")

    assert locate("models/Qwen/Qwen2.5-7B", Roots((root,))).opened == str(root / "models/Qwen/Qwen2.5-7B")


def test_a_root_that_is_a_link_itself_is_the_operators(root: Path, tmp_path: Path) -> None:
    (root / "a.jsonl").write_text(ROW)
    alias = tmp_path / "alias"
    alias.symlink_to(root)

    assert locate(f"{alias}/a.jsonl", Roots((alias,))).opened == f"{alias}/a.jsonl"
    assert locate(f"{root}/a.jsonl", Roots((alias,))).opened == f"{root}/a.jsonl"


def test_a_link_that_leads_out_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(ROW)
    (root / "plain.jsonl").symlink_to("../secret")
    (root / "up").symlink_to("..")

    for path in ("plain.jsonl", "up/secret"):
        with pytest.raises(InputRefused):
            locate(path, Roots((root,)))


def test_a_way_that_others_could_change_is_not_kept(root: Path, tmp_path: Path) -> None:
    """Out of the roots and in again: what is passed on is the target, which was checked."""
    (root / "target.jsonl").write_text(ROW)
    outside = tmp_path / "outside"
    outside.symlink_to(root / "target.jsonl")
    (root / "around.jsonl").symlink_to(outside)

    for path in (root / "around.jsonl", outside):
        assert locate(str(path), Roots((root,))).opened == str(root / "target.jsonl")


def test_a_way_through_what_the_service_keeps_is_not_kept(root: Path) -> None:
    (root / "target.jsonl").write_text(ROW)
    (root / "nodes").mkdir()
    (root / "nodes" / "link").symlink_to(root / "target.jsonl")
    (root / "in.jsonl").symlink_to("nodes/link")

    assert locate("in.jsonl", Roots((root,), (root / "nodes",))).opened == str(root / "target.jsonl")


def test_a_link_that_was_changed_under_the_check_is_not_kept(root: Path) -> None:
    for name in ("checked", "other"):
        (root / name).write_text(ROW)
    (root / "plain.jsonl").symlink_to("other")

    assert kept_name(root / "plain.jsonl", root / "checked", Roots((root,))) == root / "checked"


def test_a_loop_ends(root: Path) -> None:
    (root / "a").symlink_to("b")
    (root / "b").symlink_to(root / "a")

    assert kept_name(root / "a", root / "real", Roots((root,))) == root / "real"
