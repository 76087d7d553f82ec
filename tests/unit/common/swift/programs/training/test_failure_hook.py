import json
import sys
from pathlib import Path

import pytest

from common.swift.programs.training import failure
from common.swift.programs.training.orders import Orders
from workers.swift.failures import kept_chains


def load(file: str) -> None:
    try:
        {}["x"]
    except KeyError as error:
        raise ValueError(f"no x in {Path(file).name}") from error


def end_by(error: BaseException, orders: Orders, monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """What the hook before this one is given."""
    printed: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: printed.append(error))
    failure.install(orders)
    sys.excepthook(type(error), error, error.__traceback__)
    return printed


def caught(file: str) -> BaseException:
    with pytest.raises(ValueError, match="no x") as info:
        load(file)
    return info.value


def test_the_chain_that_ended_a_training_is_kept_and_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RANK", raising=False)
    data = tmp_path / "x.jsonl"
    data.write_text("12345\n")
    error = caught(str(data))

    printed = end_by(error, Orders(str(tmp_path / "facts")), monkeypatch)

    [(outer, root)] = kept_chains(tmp_path / "facts")
    assert printed == [error]
    assert (outer.said, outer.frames[-1][2]) == ("ValueError: no x in x.jsonl", "load")
    assert outer.told == {"file": str(data), "file_bytes": "6"}
    assert root.said == "KeyError: 'x'"


def test_each_rank_keeps_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for rank in ("1", "0"):
        monkeypatch.setenv("RANK", rank)
        end_by(caught(f"rank-{rank}"), Orders(str(tmp_path)), monkeypatch)

    assert [chain[0].message for chain in kept_chains(tmp_path)] == ["no x in rank-1", "no x in rank-0"]


def test_a_training_that_cannot_write_its_facts_is_printed_nonetheless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    error = caught("x")

    assert end_by(error, Orders(str(tmp_path / "file" / "facts")), monkeypatch) == [error]


def test_a_file_that_was_read_by_way_of_a_copy_is_told_by_its_own_name(tmp_path: Path) -> None:
    links = [
        {"type": "builtins.ValueError", "message": "", "frames": [], "told": {"dataset_path": "/data/x.json"}},
        {"type": "x.Y", "message": "", "frames": [], "told": {"file": "/tmp/swt-1/swift-trainer-data/1/x.jsonl"}},
    ]
    (tmp_path / "failure.json").write_text(json.dumps({"chain": links, "rank": 0}))

    assert kept_chains(tmp_path)[0][1].told == {"file": "/data/x.json"}


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"chain": 3}', '{"chain": [{"type": "X"}]}', '{"chain": []}'])
def test_what_is_no_chain_is_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "failure.json").write_text(text)

    assert kept_chains(tmp_path) == []


def test_a_chain_that_bites_its_tail_ends() -> None:
    error = caught("x")
    assert error.__cause__ is not None
    error.__cause__.__cause__ = error

    assert len(failure.chain_of(error)) == 2
