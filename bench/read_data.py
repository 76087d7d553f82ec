"""How fast data sets are checked, every row of them, on one core; beside json.loads on each line, and beside wc -l.

python -m bench.read_data [megabytes [words of a form's name]]

Files of several forms are written to a temporary folder, then read three times in turn; the CPU time of the fastest
counts. The target is 150 MB/s for JSON lines. Of a Parquet file the megabytes are those of its rows as JSON lines, and
what stands beside is pyarrow's own to_pylist.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from common.job_specs import TaskType
from common.swift.inputs.data import look_at
from common.swift.inputs.places.roots import Roots
from common.swift.inputs.records.judging import Judges
from common.swift.inputs.sets.check import judges_for, media_judge
from common.swift.inputs.tables.files import BATCH_ROWS
from tests.builders import make_spec

WORDS = ("hello", "world", "the", "model", "learns", "fine-tuning", "an", "answer", 'with "marks"', "line\nbreak")
HAN = ("你好", "模型", "训练", "数据", "怎么", "回答", "可以", "这样")
# Any files do: nobody looks into them.
FOLDER = Path(__file__).parent.resolve()
PICTURES = [str(path) for path in sorted(FOLDER.glob("*.py"))]
ROUNDS = 3

Row = dict[str, Any]


def judges_of(method: str) -> Judges:
    """Who judges the rows of such a job; texts are searched for pictures, as of multimodal models."""
    spec = make_spec(method=method, task_type=TaskType.MLLM)
    return judges_for(spec, "data_path", media_judge(spec, Roots((FOLDER,))))


def main(megabytes: int, wanted: str) -> None:
    print(f"{'rows of':<28}{'bytes each':>11}{'check':>11}{'json.loads':>12}{'wc -l':>11}{'ratio':>7}")
    with tempfile.TemporaryDirectory(prefix="swt-bench-") as folder:
        for name, (make, method) in FORMS.items():
            if wanted not in name:
                continue
            path = Path(folder, "rows.jsonl")
            count = write(path, make, megabytes * 1_000_000)
            size = path.stat().st_size
            lines_seconds = counted(path)
            read = as_table(path) if TABLE in name else path
            loaded = to_pylist if TABLE in name else parsed
            seconds = (fastest(partial(whole, read, method, count)), fastest(partial(loaded, read)), lines_seconds)
            check, loads, lines = (size / 1e6 / each for each in seconds)
            speeds = f"{check:>6.0f} MB/s{loads:>7.0f} MB/s{lines:>6.0f} MB/s{check / loads:>7.2f}"
            print(f"{name:<28}{size // count:>11}{speeds}", flush=True)


def words(count: int, of: tuple[str, ...] = WORDS) -> str:
    return ("" if of is HAN else " ").join(random.choices(of, k=count))


def messages(_number: int) -> Row:
    turns = (("system", 6), ("user", 40), ("assistant", 120))
    return {"messages": [{"role": role, "content": words(count)} for role, count in turns]}


def sharegpt(number: int) -> Row:
    turns = [{"from": ("human", "gpt")[turn % 2], "value": words(40)} for turn in range(2 * (1 + number % 4))]
    return {"id": f"x{number}", "conversations": turns, "source": "web"}


def alpaca(number: int) -> Row:
    return {"instruction": words(30), "input": words(10) if number % 3 else "", "output": words(100)}


def chinese(_number: int) -> Row:
    return {"query": words(40, HAN), "response": words(150, HAN)}


def short(number: int) -> Row:
    turns = (("user", f"q{number}"), ("assistant", f"a{number}"))
    return {"messages": [{"role": role, "content": text} for role, text in turns]}


def plain_text(_number: int) -> Row:
    return {"text": words(200)}


def native_pair(number: int) -> Row:
    return messages(number) | {"rejected_response": words(80)}


def texts_pair(number: int) -> Row:
    return {"prompt": f"{number} {words(40)}", "chosen": words(100), "rejected": words(100)}


def lists_pair(number: int) -> Row:
    before = messages(number)["messages"][:2]
    return {name: [*before, {"role": "assistant", "content": words(80)}] for name in ("chosen", "rejected")}


def rated(number: int) -> Row:
    return messages(number) | {"label": number % 2 == 0}


def solved(number: int) -> Row:
    return {"messages": messages(number)["messages"][:2], "solution": f"\\boxed{{{number}}} {words(40)}"}


def tools(number: int) -> Row:
    turns = messages(number)["messages"]
    call = json.dumps({"name": "look_up", "arguments": {"word": words(1), "number": number}})
    between = [{"role": "tool_call", "content": call}, {"role": "tool_response", "content": words(20)}]
    return {"tools": TOOLS, "messages": [*turns[:2], *between, turns[2]]}


def pictures(number: int) -> Row:
    turns = messages(number)["messages"]
    turns[1]["content"] = f"<image>{turns[1]['content']}"
    return {"messages": turns, "images": [PICTURES[number % len(PICTURES)]]}


TOOLS = json.dumps([{"type": "function", "function": {"name": "look_up", "parameters": {"word": {"type": "string"}}}}])
TABLE = "Parquet"
FORMS: dict[str, tuple[Callable[[int], Row], str]] = {
    "messages": (messages, "sft"),
    "conversations of 2 to 8": (sharegpt, "sft"),
    "instruction, input, output": (alpaca, "sft"),
    "Chinese, query and response": (chinese, "sft"),
    "messages of one word": (short, "sft"),
    "text (pt)": (plain_text, "pt"),
    "messages, rejected_response": (native_pair, "dpo"),
    "prompt, chosen, rejected": (texts_pair, "dpo"),
    "chosen, rejected: messages": (lists_pair, "dpo"),
    "messages, label (kto)": (rated, "kto"),
    "messages, solution (grpo)": (solved, "grpo"),
    "messages with calls, tools": (tools, "sft"),
    "messages, images": (pictures, "sft"),
    "messages, as Parquet": (messages, "sft"),
    "chosen, rejected, as Parquet": (texts_pair, "dpo"),
}


def write(path: Path, make: Callable[[int], Row], size: int) -> int:
    """As many rows as that takes, some thousand different ones."""
    random.seed(1)
    block = [json.dumps(make(number), ensure_ascii=False) + "\n" for number in range(5000)]
    text = "".join(block)
    times = max(1, size // len(text.encode()))
    path.write_text(text * times, encoding="utf-8")
    return times * len(block)


def whole(path: Path, method: str, count: int) -> None:
    verdict = look_at(path, judges_of(method))
    if verdict is None or verdict.fault or verdict.rows != count:
        sys.exit(f"not as it should be: {verdict}")


def as_table(lines: Path) -> Path:
    """The same rows as a Parquet file."""
    from pyarrow import json as arrow_json
    from pyarrow import parquet

    path = lines.with_suffix(".parquet")
    parquet.write_table(arrow_json.read_json(lines), path, row_group_size=10_000)
    return path


def to_pylist(path: Path) -> None:
    from pyarrow.parquet import ParquetFile

    for batch in ParquetFile(path).iter_batches(BATCH_ROWS, use_threads=False):
        batch.to_pylist()


def parsed(path: Path) -> None:
    for _ in _parsed(path):
        pass


def _parsed(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        yield from map(json.loads, file)


def counted(path: Path) -> float:
    began = time.monotonic()
    subprocess.run(["wc", "-l", path], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def fastest(call: Callable[[], None]) -> float:
    """The CPU time of the fastest of some calls, in seconds."""
    found = []
    for _ in range(ROUNDS):
        began = time.process_time()
        call()
        found.append(time.process_time() - began)
    return min(found)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, " ".join(sys.argv[2:]))
