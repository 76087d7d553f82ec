"""How fast data sets are checked, every row of them, on one core; beside json.loads on each line, and beside wc -l.

python -m bench.read_data [megabytes]

Files of several forms are written to a temporary folder, then read three times in turn; the CPU time of the fastest
counts. The target is 150 MB/s for JSON lines.
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

from common.swift.inputs import judge_for
from common.swift.inputs.data import look_at
from common.swift.inputs.judging import Judges

WORDS = ("hello", "world", "the", "model", "learns", "fine-tuning", "an", "answer", 'with "marks"', "line\nbreak")
HAN = ("你好", "模型", "训练", "数据", "怎么", "回答", "可以", "这样")
SFT = Judges(judge_for("sft", {}), needs_answer=True, by_outline=True)
PAIRS = Judges(judge_for("dpo", {}))
ROUNDS = 3

Row = dict[str, Any]


def main(megabytes: int) -> None:
    print(f"{'rows of':<28}{'bytes each':>11}{'check':>11}{'json.loads':>12}{'wc -l':>11}{'ratio':>7}")
    with tempfile.TemporaryDirectory(prefix="swt-bench-") as folder:
        for name, (make, judges) in FORMS.items():
            path = Path(folder, "rows.jsonl")
            count = write(path, make, megabytes * 1_000_000)
            size = path.stat().st_size
            seconds = (fastest(partial(whole, path, judges, count)), fastest(partial(parsed, path)), counted(path))
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


def pairs(number: int) -> Row:
    return messages(number) | {"rejected_response": words(80)}


FORMS: dict[str, tuple[Callable[[int], Row], Judges]] = {
    "messages": (messages, SFT),
    "conversations of 2 to 8": (sharegpt, SFT),
    "instruction, input, output": (alpaca, SFT),
    "Chinese, query and response": (chinese, SFT),
    "messages of one word": (short, SFT),
    "pairs (dpo), one by one": (pairs, PAIRS),
}


def write(path: Path, make: Callable[[int], Row], size: int) -> int:
    """As many rows as that takes, some thousand different ones."""
    random.seed(1)
    block = [json.dumps(make(number), ensure_ascii=False) + "\n" for number in range(5000)]
    text = "".join(block)
    times = max(1, size // len(text.encode()))
    path.write_text(text * times, encoding="utf-8")
    return times * len(block)


def whole(path: Path, judges: Judges, count: int) -> None:
    verdict = look_at(path, judges)
    if verdict is None or verdict.fault or verdict.rows != count:
        sys.exit(f"not as it should be: {verdict}")


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
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
