"""Data sets that ms-swift could not read, or would use little of: refused by an API that sees them, and by the node
with the same words where it does not; what is read in an unusual way is told.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_port
from tests.real_stack import RealStack, fake_inputs

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("consistent")]

Rows = list[dict[str, Any]]


def turns(answer: str | None) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": answer}]}


def lines(rows: Rows) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def cut_line(folder: Path) -> Path:
    path = folder / "cut_line.jsonl"
    path.write_text(lines([turns("b" * 1000)] * 1233) + '{"messages": [{"role": "us\n' + lines([turns("b")] * 9))
    return path


def half_null(folder: Path) -> Path:
    path = folder / "half_null.jsonl"
    path.write_text(lines([turns("b")] * 220 + [turns(None)] * 380))
    return path


def half_character(folder: Path) -> Path:
    path = folder / "half.jsonl"
    path.write_text(lines([turns("b")]) + '{"query": "a", "response": "\\ud83d"}\n')
    return path


def two(folder: Path) -> Path:
    (folder / "two").mkdir(exist_ok=True)
    (folder / "two" / "stage1.jsonl").write_text(lines([turns("b")]))
    (folder / "two" / "stage2.jsonl").write_text(lines([{"query": "a", "response": "b"}]))
    return folder / "two"


def saved(folder: Path) -> Path:
    (folder / "saved").mkdir(exist_ok=True)
    for name in ("dataset_info.json", "state.json", "data-00000-of-00001.arrow"):
        (folder / "saved" / name).write_text("{}")
    return folder / "saved"


REFUSED: dict[Callable[[Path], Path], str] = {
    cut_line: "{}, line 1234: not JSON: Unterminated string starting at column 24: "
    '{{"messages": [{{"role": "us; the line is cut off',
    half_null: "{}: 380 of 600 answers are null, first in line 221: column messages, message 2: its content is null",
    half_character: "{}, line 2: half a character, \\ud83d: of a surrogate pair both halves have to be there",
    two: "{0}/stage1.jsonl and {0}/stage2.jsonl have different columns (messages; query, response); "
    "give them as data sets of their own",
    saved: "{} was written by save_to_disk of `datasets`, which ms-swift does not read; "
    "give its file data-00000-of-00001.arrow as the path",
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    running = RealStack(tmp_path_factory.mktemp("stack"), free_port()).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def blind(stack: RealStack) -> RealStack:
    """The API does not see the nodes' files from here on."""
    stack.replace("api", INPUTS_VISIBLE_TO_API="false")
    stack.wait_until_ready()
    return stack


def body(stack: RealStack, path: Path, **more: Any) -> dict[str, Any]:
    inputs = {**fake_inputs(stack.folder, steps=3), "data_path": str(path), "output_dir": f"output/{path.stem}"}
    return {**inputs, **more}


@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_an_api_that_sees_the_file_refuses_it(stack: RealStack, make: Callable[[Path], Path]) -> None:
    path = make(stack.folder)

    answer = stack.http.post("/jobs", json=body(stack, path))

    assert answer.status_code == 422, answer.text
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"], error["message"]) == (
        "data_path", "data_invalid", REFUSED[make].format(path),
    )  # fmt: skip


def test_what_cannot_be_used_of_enough_rows_is_told(stack: RealStack) -> None:
    path = half_null(stack.folder)

    told = stack.http.post("/jobs/validate", json=body(stack, path, min_rows_used=0.3)).json()
    job = stack.submit(**body(stack, path, min_rows_used=0.3, job_id="enough"))

    note = f"data_path: {REFUSED[half_null].format(path)}; such rows are not learned from"
    assert (told["valid"], note in told["notes"], job["notes"]) == (True, True, [note])


def test_a_list_in_an_object_is_told_to_be_read(stack: RealStack) -> None:
    path = stack.folder / "wrapped.json"
    path.write_text(json.dumps({"version": "1.0", "data": [turns("b")] * 40}, indent=2))

    told = stack.http.post("/jobs/validate", json=body(stack, path)).json()
    job = stack.submit(**body(stack, path, job_id="wrapped"))

    assert job["notes"] == [f"data_path: {path}: read as the 40 records below `data`"]
    assert (told["valid"], told["steps"]["basis"][:10]) == (True, "40 records")


def test_a_large_file_is_read_once_whichever_process_is_asked(stack: RealStack) -> None:
    path = stack.folder / "large.jsonl"
    path.write_text(lines([turns("b" * 1000)] * 3000 + [turns(None)] * 3))
    # Made with the first verdict that is kept, which may be that of a test before this one, or of this one.
    before = set((stack.folder / "verdicts").glob("*"))

    answers = [stack.http.post("/jobs/validate", json=body(stack, path)).json() for _ in range(4)]

    note = f"data_path: {path}: 3 of 3003 answers are null, first in line 3001: column messages, message 2: "
    assert [[one for one in answer["notes"] if one.startswith(note)] != [] for answer in answers] == [True] * 4
    assert len(set((stack.folder / "verdicts").glob("*")) - before) == 1


def test_several_large_files_are_each_read_whole_for_one_request(stack: RealStack) -> None:
    paths = [stack.folder / f"large-{number}.jsonl" for number in (1, 2, 3)]
    for number, path in enumerate(paths):
        # In the middle, where a sample would hardly look.
        path.write_text(lines([turns("b" * 1000)] * (1500 + number) + [turns(None)] + [turns("b" * 1000)] * 1500))

    told = stack.http.post("/jobs/validate", json={**body(stack, paths[0]), "data_path": [*map(str, paths)]}).json()

    assert [note for note in told["notes"] if note.startswith("data_path")] == [
        f"data_path[{number}]: {path}: 1 of {3001 + number} answers are null, first in line {1501 + number}: "
        "column messages, message 2: its content is null; such rows are not learned from"
        for number, path in enumerate(paths)
    ]


@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_a_node_says_the_same_of_a_file_that_the_api_does_not_see(
    blind: RealStack, make: Callable[[Path], Path]
) -> None:
    path, name = make(blind.folder), f"node-{make.__name__}"

    blind.submit(**body(blind, path, job_id=name))
    job = blind.wait_for(name, "failed")

    assert (job["reason"], job["message"]) == ("data_invalid", f"data_path: {REFUSED[make].format(path)}")
    assert "start" not in [event["type"] for event in blind.get(f"/jobs/{name}/events")["events"]]


def test_a_node_names_the_one_of_several_that_cannot_be_used(blind: RealStack) -> None:
    inputs = body(blind, cut_line(blind.folder), job_id="node-list")
    inputs["data_path"] = [f"{half_null(blind.folder)}#1", inputs["data_path"]]

    blind.submit(**inputs)
    job = blind.wait_for("node-list", "failed")

    told = REFUSED[cut_line].format(inputs["data_path"][1])
    assert (job["reason"], job["message"]) == ("data_invalid", f"data_path[1]: {told}")
    assert job["data_path"] == inputs["data_path"]
