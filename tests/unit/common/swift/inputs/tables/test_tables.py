"""Parquet and Arrow files are read, every row of them, as other files are."""

import datetime
import json
import random
import signal
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from common.swift.data.unreadable import Unreadable
from common.swift.data.way import way_of
from common.swift.estimate.rows import Rows, count_all_rows
from common.swift.inputs.data import look_at
from common.swift.inputs.records.formats import accept
from common.swift.inputs.sets.check import judges_for
from common.swift.inputs.sets.seen import Seen
from common.swift.inputs.tables import files, trial
from common.swift.inputs.tables.records import records_of
from common.swift.inputs.verdict import Verdict
from tests.builders import make_spec
from tests.tables import arrow_file, arrow_stream, flipped, parquet_file, parquet_of

ROWS = [{"query": f"question {number}?", "response": f"answer {number}."} for number in range(250)]
TABLE = pa.Table.from_pylist(ROWS)
FILES = {"a.parquet": parquet_file(TABLE), "b.arrow": arrow_file(TABLE), "c.arrow": arrow_stream(TABLE)}
DAYS = [datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)] * 2
TWO = pa.table({"query": ["a", "b"]})


def verdict_on(path: Path, method: str = "sft", whole_max_bytes: int | None = None) -> Verdict:
    found = look_at(path, judges_for(make_spec(method=method), "data_path", accept), whole_max_bytes)
    assert found
    return found


def refusal(folder: Path, content: bytes, name: str = "a.parquet", method: str = "sft") -> str:
    path = folder / name
    path.write_bytes(content)
    return verdict_on(path, method).problem(0.5).replace(str(path), "FILE")


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_read_and_counted(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    verdict = verdict_on(path)

    assert (verdict.fault, verdict.rows, verdict.whole, verdict.causes) == ("", 250, True, ())
    assert [*records_of(path, way_of(path))] == [(f"row {number}", row) for number, row in enumerate(ROWS, start=1)]
    assert count_all_rows([Seen("data_path", str(path), verdict)]) == Rows(250)
    assert count_all_rows([Seen("data_path", f"{path}#9", verdict)]) == Rows(9)


@pytest.mark.parametrize("write", [parquet_file, arrow_file, arrow_stream])
def test_rows_that_cannot_be_used_are_named(tmp_path: Path, write: Any) -> None:
    name = "a.parquet" if write is parquet_file else "a.arrow"
    nulls = pa.Table.from_pylist([row if n % 3 == 1 else row | {"response": None} for n, row in enumerate(ROWS)])
    same = pa.Table.from_pylist([{"prompt": "a", "chosen": "b", "rejected": "b"}] * 4)
    foreign = pa.table({"foo": ["a"], "bar": ["b"]})

    assert refusal(tmp_path, write(nulls), name) == (
        "FILE: 167 of 250 answers are null, first in row 1: column response is null"
    )
    assert "column rejected is the same as the better answer" in refusal(tmp_path, write(same), name, "dpo")
    assert "none of the first 1 records has text in a column" in refusal(tmp_path, write(foreign), name)


@pytest.mark.parametrize(
    ("values", "held"),
    [
        (pa.array([b"a", b"b"]), "binary"),
        (pa.array([[b"a"], []]), "binary"),
        (pa.array([Decimal("1.5"), None]), "decimal128(2, 1)"),
        (pa.array(DAYS, pa.timestamp("ns", "UTC")), "timestamp[ns, tz=UTC]"),
    ],
)
def test_a_column_of_text_has_to_hold_text(tmp_path: Path, values: Any, held: str) -> None:
    assert refusal(tmp_path, parquet_file(TWO.append_column("response", values))) == (
        f"FILE: its column response holds {held}, where ms-swift needs text; write it as text"
    )
    beside = pa.table({"query": ["a", "b"], "response": ["c", "d"], "review": values, "extra": values})
    assert refusal(tmp_path, parquet_file(beside)) == ""


@pytest.mark.parametrize(
    "values",
    [
        pa.array([[("a", "b")], []], pa.map_(pa.string(), pa.string())),
        pa.array([b"ab", b"cd"], pa.binary(2)),
        pa.array([["a"], []], pa.list_view(pa.string())),
    ],
)
def test_types_that_datasets_does_not_know_are_refused_in_any_column(tmp_path: Path, values: Any) -> None:
    table = pa.table({"query": ["a", "b"], "response": ["c", "d"], "extra": values})

    assert "FILE: its column extra holds " in (why := refusal(tmp_path, parquet_file(table)))
    assert "a type that `datasets` does not know; write it as text" in why


def test_texts_lists_and_images_are_as_in_json(tmp_path: Path) -> None:
    image = {"bytes": b"\x89PNG", "path": None}
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    table = pa.Table.from_pylist([{"messages": turns, "images": [image], "n": Decimal("1.5")}] * 2)
    table = table.append_column("kind", pa.array(["x", "y"]).dictionary_encode())
    table = table.append_column("long", pa.array(["x", None], pa.large_string()))
    texts = pa.array([json.dumps(turns), None])
    table = table.append_column("tools", pa.ExtensionArray.from_storage(pa.json_(), texts))
    path = tmp_path / "a.parquet"
    path.write_bytes(parquet_file(table))

    assert [row for _, row in records_of(path, way_of(path))] == [
        {"messages": turns, "images": [image], "n": 1.5, "kind": "x", "long": "x", "tools": turns},
        {"messages": turns, "images": [image], "n": 1.5, "kind": "y", "long": None, "tools": None},
    ]
    assert verdict_on(path).fault == ""


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.parquet", flipped(FILES["a.parquet"], 40), "FILE, row 1, or after it: damaged: "),
        ("a.parquet", parquet_file(TABLE)[:-200] + b"PAR1", "FILE: damaged: "),
        ("a.arrow", FILES["c.arrow"][:-900], "or after it: damaged: Expected to be able to read"),
        ("a.arrow", FILES["b.arrow"][:-900], "damaged: "),
        ("a.parquet", parquet_file(TABLE.slice(0, 0)), "FILE has no rows"),
        ("a.arrow", arrow_stream(TABLE.slice(0, 0)), "FILE has no rows"),
        ("a.parquet", parquet_file(pa.table([["a"], ["b"]], names=["text", "text"])), "names the column text twice"),
        (
            "a.parquet",
            flipped(sums := parquet_file(TABLE, compression="none", use_dictionary=False, write_page_checksum=True),
                    sums.index(b"answer 7") + 3),
            "FILE, row 1, or after it: damaged: ",
        ),
        ("a.parquet", parquet_file(TABLE)[:100] + bytes(60) + b"PAR1", "FILE: damaged: "),
    ],
)  # fmt: skip
def test_damaged_files_are_refused_with_the_way_out(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    told = refusal(tmp_path, content, name)

    assert why in told
    assert "damaged" not in told or told.endswith("; copy or download it again")


def test_damage_deep_in_a_file_is_found(tmp_path: Path) -> None:
    content = parquet_file(TABLE, row_group_size=50, compression="none", use_dictionary=False)

    told = refusal(tmp_path, flipped(content, content.index(b"answer 225")))

    assert "FILE, row 201, or after it: damaged" in told


@pytest.mark.parametrize("name", FILES)
def test_random_damage_ends_in_a_verdict(tmp_path: Path, name: str) -> None:
    chance = random.Random(7)
    for _ in range(4):
        content = FILES[name]
        for _ in range(chance.randint(1, 4)):
            content = flipped(content, chance.randrange(8, len(content) - 8))
        refusal(tmp_path, content, name)


def test_a_file_that_ends_the_process_which_reads_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.CompletedProcess[bytes]([], -signal.SIGSEGV)
    monkeypatch.setattr(trial.subprocess, "run", lambda *_args, **_options: ended)

    assert refusal(tmp_path, FILES["a.parquet"]) == (
        "FILE: damaged: it ends the process that reads it; copy or download it again"
    )


def test_the_process_that_tries_a_file_finds_the_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, ends = subprocess.run, []

    def watched(*args: Any, env: dict[str, str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        done = run(*args, env=env, **options)
        # An editable install would be found without that path, too.
        ends.append((done.returncode, Path(env["PYTHONPATH"], "common", "__init__.py").is_file()))
        return done

    monkeypatch.setattr(trial.subprocess, "run", watched)
    path = tmp_path / "a.parquet"
    path.write_bytes(FILES["a.parquet"])

    trial.try_table(path, whole=True)

    assert ends == [(0, True)]


def test_a_large_file_is_sampled_to_its_end(tmp_path: Path) -> None:
    rows = [*ROWS, *ROWS[:49], {"query": "a", "response": None}]
    path = tmp_path / "a.parquet"
    path.write_bytes(parquet_of(rows, row_group_size=10))
    verdict = verdict_on(path, whole_max_bytes=0)

    assert (verdict.whole, verdict.rows_there, verdict.rows) == (False, 300, files.PARTS * files.PART_ROWS)
    assert [cause.first for cause in verdict.causes] == [(("row 300", "column response is null"),)]
    assert count_all_rows([Seen("data_path", str(path), verdict)]) == Rows(298, exact=False, left_out=2)

    (tmp_path / "b.arrow").write_bytes(arrow_stream(pa.Table.from_pylist(rows)))
    (tmp_path / "c.arrow").write_bytes(arrow_file(pa.Table.from_pylist(rows)))
    assert verdict_on(tmp_path / "b.arrow", whole_max_bytes=0).rows == 201
    assert verdict_on(tmp_path / "c.arrow", whole_max_bytes=0).rows == 120


def test_text_that_is_not_utf_8_is_damage(tmp_path: Path) -> None:
    content = parquet_file(TABLE, compression="none", use_dictionary=False)
    path = tmp_path / "a.parquet"
    path.write_bytes(flipped(content, content.index(b"answer 7")))

    with pytest.raises(Unreadable, match=r"row 1, or after it: damaged: .*UTF8"):
        list(records_of(path, way_of(path)))


def test_the_files_of_a_folder_are_read_and_held_against_the_first(tmp_path: Path) -> None:
    (tmp_path / "train-0.parquet").write_bytes(FILES["a.parquet"])
    (tmp_path / "train-1.parquet").write_bytes(parquet_of([*ROWS[:4], {"query": "a", "response": None}]))
    verdict = verdict_on(tmp_path)

    assert (verdict.fault, verdict.rows) == ("", 255)
    assert verdict.causes[0].first == (("row 5 of train-1.parquet", "column response is null"),)

    (tmp_path / "train-2.parquet").write_bytes(parquet_of([{"query": "a", "response": "b", "more": 1}]))
    assert "train-2.parquet have different columns" in verdict_on(tmp_path).fault

    lists = [{"query": "a", "response": ["b"]}]
    (tmp_path / "train-2.parquet").write_bytes(parquet_of(lists))
    assert "train-2.parquet, row 1: column response has a list here" in verdict_on(tmp_path).fault

    (tmp_path / "train-2.parquet").write_bytes(flipped(FILES["a.parquet"], 40))
    assert "train-2.parquet, row 1, or after it: damaged" in verdict_on(tmp_path).fault


def test_dates_and_words_of_a_folder_are_texts_alike(tmp_path: Path) -> None:
    for name, text in (("0.parquet", "2020-01-01"), ("1.parquet", "soon")):
        (tmp_path / name).write_bytes(parquet_of([{"query": "a", "response": text}]))

    assert verdict_on(tmp_path).fault == ""
