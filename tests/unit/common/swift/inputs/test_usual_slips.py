import os
from pathlib import Path

import pytest

from common.swift.inputs import check_data_path

ROW = '{"query": "a", "response": "b"}'


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.jsonl", f"{ROW},\n{ROW},\n", "; take the comma from the end of each line"),
        ("a.jsonl", ROW * 3, "; put each record in a line of its own, as `jq -c .` does"),
        ("a.csv", "sep=;\nquery;response\na;b\n", "line 1: this line tells Excel the separator"),
        ("a.csv", '"sep=,"\r\nquery,response\r\na,b\r\n', "line 1: this line tells Excel the separator"),
    ],
)
def test_a_usual_slip_is_told_with_its_way_out(tmp_path: Path, name: str, content: str, why: str) -> None:
    (tmp_path / name).write_text(content, newline="")

    [problem] = check_data_path(tmp_path / name)

    assert why in problem.message


def test_a_pipe_is_no_file_of_data(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jsonl")

    [problem] = check_data_path(tmp_path / "a.jsonl")

    assert (
        problem.message == f"{tmp_path}/a.jsonl is a pipe or a device, which gives its rows once; write them to a file"
    )


def test_japanese_that_is_shifted_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("query,response\n今日は,いい天気ですね\n".encode("iso2022_jp"))

    assert check_data_path(tmp_path / "a.csv") == []
