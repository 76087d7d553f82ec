"""What the checks say of a file is what ms-swift makes of it, in a training of ours."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from common.swift.inputs.data import look_at
from common.swift.inputs.records.judging import Judges
from tests.tables import arrow_file, arrow_stream, flipped, parquet_file

pytestmark = pytest.mark.e2e

READ_DATA = Path(__file__).with_name("read_data.py")
LAUNCHER = Path(__file__).parents[3] / "common" / "swift" / "programs" / "train_launcher.py"
ROWS = [
    {"query": f"你好 {number}，今天天气怎么样？", "response": f"很好 {number}，我们去公园吧。"} for number in range(6)
]
FIRST = ["你好 0，今天天气怎么样？", "很好 0，我们去公园吧。"]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
CSV = "query,response\n" + "".join(f'"{row["query"]}","{row["response"]}"\n' for row in ROWS)
JAPANESE = [{"query": f"これは質問です {n}", "response": f"これは答えです {n}"} for n in range(6)]
COLUMNS = {name: [row[name] for row in ROWS] for name in ROWS[0]}
TABLE = pa.Table.from_pylist(ROWS)
ODD = TABLE.append_column("map", pa.array([[("a", "b")]] * 6, pa.map_(pa.string(), pa.string())))
LONG = [{"query": "x" * 2000, "response": "y" * 2000, "n": 1} for _ in range(3000)]  # more than datasets looks at first


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


READ: dict[str, bytes] = {
    "plain.jsonl": LINES.encode(),
    "bom.jsonl": LINES.encode("utf-8-sig"),
    "bom_list.json": json.dumps(ROWS).encode("utf-8-sig"),
    "spaced_list.json": b"\n " + json.dumps(ROWS, indent=1).encode(),
    "utf16.jsonl": LINES.encode("utf-16"),
    "gbk.jsonl": LINES.encode("gbk"),
    "gbk.csv": CSV.encode("gbk"),
    "utf16.csv": CSV.encode("utf-16"),
    "semicolons.csv": CSV.replace('","', '";"').replace("query,", "query;").encode(),
    "CAPITALS.JSONL": LINES.encode(),
    "List.Json": json.dumps(ROWS).encode(),
    "Cells.CSV": CSV.encode(),
    "wrapped.json": json.dumps({"version": "1.0", "data": ROWS}, indent=2).encode(),
    "columns.json": json.dumps(COLUMNS).encode(),
    "pandas.json": json.dumps({name: dict(enumerate(values)) for name, values in COLUMNS.items()}).encode(),
    "printed.json": "\n".join(json.dumps(row, indent=2) for row in ROWS).encode(),
    "numbers_then_words.csv": ("query,response\n" + "1,2\n" * 10_001 + "a,b\n").encode(),
    "set [1]*.jsonl": LINES.encode(),
    "old_mac.jsonl": LINES.replace("\n", "\r").encode(),
    "keyed.json": json.dumps({f"id-{number}": row for number, row in enumerate(ROWS)}).encode(),
    "deeper.json": json.dumps({"meta": {"n": 6}, "data": {"train": ROWS}}).encode(),
    "answers_in_lists.jsonl": lines(*ROWS, {"query": "a", "response": ["b"]}).encode(),
    "shift_jis.csv": ("query,response\n" + "".join(f"{r['query']},{r['response']}\n" for r in JAPANESE)).encode(
        "cp932"
    ),
    "utf16_unmarked.csv": CSV.encode("utf-16-le"),
    "cp1252.csv": "query,response\nGrüße aus Köln?,Schöne Straße\n".encode("cp1252"),
    "rows.parquet": parquet_file(TABLE),
    "Rows.PARQUET": parquet_file(TABLE, row_group_size=2),
    "file.arrow": arrow_file(TABLE),
    "stream.arrow": arrow_stream(TABLE),
    "dictionaries.parquet": parquet_file(
        TABLE.set_column(0, "query", TABLE["query"].dictionary_encode()).cast(
            pa.schema({"query": pa.dictionary(pa.int32(), pa.string()), "response": pa.large_string()})
        )
    ),
    "bytes_beside.parquet": parquet_file(TABLE.append_column("raw", pa.array([b"\xff"] * 6))),
    "mixed_early.jsonl": lines(
        {"query": "a", "response": "b", "n": 1}, {"query": "c", "response": "d", "n": "x"}
    ).encode(),
}
REFUSED: dict[str, tuple[bytes, str]] = {
    "cut.jsonl": (lines(*ROWS[:3]).encode() + b'{"query": "a", "resp\n' + lines(ROWS[4]).encode(), "line 4: not JSON"),
    "twice.jsonl": (b'{"query": "a", "response": "b"}\n{"query": "a", "query": "c"}\n', "line 2: the key 'query' is"),
    "half.jsonl": (b'{"query": "a", "response": "b"}\n{"query": "a", "response": "\\ud83d"}\n', "line 2: half a char"),
    "open_quote.csv": (b'query,response\na,b\nc,"d\ne,f\n', "line 3: a quotation mark that is never closed"),
    "more_cells.csv": (b"query,response\na,b\nc,d,e\n", "line 3: 3 cells, where the header names 2"),
    "header.csv": (b"query,response\n", "no rows below its header"),
    "late_column.jsonl": (lines(*LONG, {**LONG[0], "new": 1}).encode(), "line 3001: column new is new here"),
    "late_word.jsonl": (lines(*LONG, {**LONG[0], "n": "x"}).encode(), "line 3001: column n has a text here"),
    "late_fraction.jsonl": (lines(*LONG, {**LONG[0], "n": 1.5}).encode(), "line 3001: column n has a number here"),
    "flip.parquet": (flipped(parquet_file(TABLE), 12), "damaged"),
    "cut.arrow": (arrow_stream(TABLE)[:-150], "damaged: Expected to be able to read"),
    "no_rows.parquet": (parquet_file(TABLE.slice(0, 0)), "has no rows"),
    "map.parquet": (parquet_file(ODD), "column map holds map<"),
    "doubled.parquet": (parquet_file(pa.table([["a"], ["b"]], names=["text", "text"])), "names the column text twice"),
}  # fmt: skip


@pytest.fixture(scope="module")
def load(swift_python: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, bool], dict[str, Any]]:
    def load_folder(folder: Path, hooked: bool) -> dict[str, Any]:
        places = {
            name: str(tmp_path_factory.mktemp(name.lower())) for name in ("TMPDIR", "MODELSCOPE_CACHE", "HF_HOME")
        }
        files = sorted(map(str, folder.iterdir()))
        command = [swift_python, "-P", READ_DATA, LAUNCHER, str(int(hooked)), *files]
        done = subprocess.run(command, env={"PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1", **places},
                              capture_output=True, text=True, check=False, timeout=500)  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    return load_folder


def test_what_is_accepted_is_read_with_all_its_rows(
    tmp_path: Path, load: Callable[[Path, bool], dict[str, Any]]
) -> None:
    for name, content in READ.items():
        (tmp_path / name).write_bytes(content)

    verdicts = {name: look_at(tmp_path / name, Judges()) for name in READ}
    found = load(tmp_path, True)

    assert {name: verdict.fault for name, verdict in verdicts.items() if verdict and verdict.fault} == {}
    assert {name: one.get("rows") for name, one in found.items()} == {
        name: verdict.rows for name, verdict in verdicts.items() if verdict
    }, found
    odd = ("shift", "cp1252", "numbers", "mixed")
    assert {name: one["first"] for name, one in found.items() if not name.startswith(odd)} == {
        name: FIRST for name in READ if not name.startswith(odd)
    }
    assert found["cp1252.csv"]["first"] == ["Grüße aus Köln?", "Schöne Straße"]
    assert found["shift_jis.csv"]["first"] == ["これは質問です 0", "これは答えです 0"]


def test_what_is_refused_is_what_ms_swift_cannot_read(
    tmp_path: Path, load: Callable[[Path, bool], dict[str, Any]]
) -> None:
    for name, (content, _) in REFUSED.items():
        (tmp_path / name).write_bytes(content)

    faults = {name: (look_at(tmp_path / name, Judges()) or pytest.fail(name)).fault for name in REFUSED}
    found = load(tmp_path, False)

    assert [name for name, (_, why) in REFUSED.items() if why not in faults[name]] == [], faults
    assert [name for name, one in found.items() if "error" not in one] == []
