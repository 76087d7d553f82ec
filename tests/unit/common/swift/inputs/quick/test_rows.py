"""That reading quickly finds what reading line by line finds, whatever is done to the lines of a file."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.job_specs import TaskType
from common.swift.inputs.data import look_at
from common.swift.inputs.places.roots import Roots
from common.swift.inputs.records.judging import Judges
from common.swift.inputs.sets.check import judges_for, media_judge
from tests.builders import make_spec

Row = dict[str, Any]
CALL = '{"name": "f", "arguments": {"a": 1}}'


def turns(*said: str, by: tuple[str, ...] = ("user", "assistant")) -> list[Row]:
    return [{"role": by[number % len(by)], "content": text} for number, text in enumerate(said)]


def sharegpt(n: int) -> Row:
    sides = ["human", "gpt"] * (1 + n % 3)
    return {"conversations": [{"from": side, "value": f"b{n}"} for side in sides], "meta": {"k": [1, 2], "n": None}}


def weighted(n: int) -> Row:
    asked, first, again, last = turns(f"a{n}", f"b{n}", "a", f"b{n}")
    return {"messages": [asked, first | {"loss": n % 3 == 0}, again, last | {"loss": True}]}


def called(n: int) -> Row:
    by = ("user", "tool_call", "tool_response", "assistant")
    return {"tools": "[]", "messages": turns(f"a{n}", CALL, "5", f"b{n}", by=by)}


FORMS: dict[str, tuple[str, Callable[[int], Row]]] = {
    "messages": ("sft", lambda n: {"messages": turns(f"a{n}", f"b{n}"), "id": n}),
    "weighted": ("sft", weighted),
    "alpaca": (
        "sft",
        lambda n: {"id": n, "instruction": f"a{n}", "input": "b" * (n % 2), "output": "b", "day": "2024-01-01"},
    ),
    "flat": ("sft", lambda n: {"source": f"a{n}", "target": f"b{n}", "day": "2024-01-01", "input": ""}),
    "alone": ("sft", lambda n: {"text": f"b{n}", "note": "", "input": "" if n % 3 else f"a{n}"}),
    "asked otherwise": ("grpo", lambda n: {"inputs": f"a{n}", "solution": f"b{n}"}),
    "sharegpt": ("sft", sharegpt),
    "called": ("sft", called),
    "text": ("pt", lambda n: {"text": f"b{n}", "id": n}),
    "native pair": ("dpo", lambda n: {"messages": turns(f"a{n}", f"b{n}"), "rejected_response": f"c{n}"}),
    "two lists beside": (
        "dpo",
        lambda n: {"messages": turns(f"a{n}", f"b{n}"), "rejected_messages": turns(f"a{n}", f"c{n}")},
    ),
    "texts": (
        "dpo",
        lambda n: {"prompt": f"a{n}", "chosen": f"b{n}", "rejected": f"c{n}", "system": None if n % 2 else "s"},
    ),
    "lists": ("dpo", lambda n: {"chosen": turns(f"a{n}", f"b{n}"), "rejected": turns(f"a{n}", f"c{n}")}),
    "lists after a prompt": (
        "dpo",
        lambda n: {
            "prompt": turns(f"a{n}"),
            "chosen": turns(f"b{n}", by=("assistant",)),
            "rejected": turns(f"c{n}", by=("assistant",)),
        },
    ),
    "rated": ("kto", lambda n: {"messages": turns(f"a{n}", f"b{n}"), "label": n % 2 == 0}),
    "rated text": ("kto", lambda n: {"prompt": f"a{n}", "completion": f"b{n}", "label": n % 2 == 0}),
    "solved": ("grpo", lambda n: {"messages": turns(f"a{n}"), "solution": f"b{n}"}),
    "asked": ("grpo", lambda n: {"prompt": f"a{n}", "solution": f"b{n}"}),
    "pictures": (
        "sft",
        lambda n: {"messages": turns(f"<image>a{n}", f"b{n}"), "images": [f"/data/{n % 4}.png"][n % 3 // 2 :]},
    ),
}
DAMAGE: list[Callable[[str], str]] = [
    lambda line: line[:-3],
    lambda line: line.replace('"a', '"a\\ud83d', 1),
    lambda line: line.replace('"content"', '"content": "x", "content"', 1),
    lambda line: line.replace('"user"', '"robot"', 1),
    lambda line: line.replace('"user"', '"system"', 1),
    lambda line: line.replace('"b', '"  ", "z": "', 1),
    lambda line: line[:-1] + ', "extra": 1}',
    lambda line: line[:-1] + ', "query": "q"}',
    lambda _line: '{"messages": []}',
    lambda line: line + line,
    lambda _line: "",
    lambda _line: "null",
    lambda line: line.replace('"id": ', '"id": 1.5', 1),
    lambda line: line.replace('"id": ', '"id": "x", "id2": ', 1),
    lambda line: line.replace("content", "c\\u006fntent", 1),
    lambda line: line.replace('": "', '" : "'),
    lambda line: line.replace('"b', 'null, "x": "b', 1),
    lambda line: line.replace('"a', '"\\"content\\": ', 1),
    lambda line: line.replace('"assistant"', '"user"'),
    lambda line: line.replace('"2024', '"x2024'),
    lambda line: line.replace('""', '"said"', 1),
    # What more than an outline decides about: equal answers, other questions, texts that may be more.
    lambda line: line.replace('"c', '"b'),
    lambda line: line.replace('"a', '"other', 1),
    lambda line: line.replace('"b', '"[{\\"role\\": \\"robot\\", \\"content\\": \\"x\\"}]b', 1),
    lambda line: line.replace('"b', '"\\n\\nHuman: b', 1),
    lambda line: line.replace('"c', '"{c', 1),
    lambda line: line.replace('"c', '"  ', 1),
    lambda line: line.replace('"a', '""  , "x": "', 1),
    lambda line: line.replace('"b', '"", "x": "b', 1),
    lambda line: line.replace("true", "null"),
    lambda line: line.replace("true", "1"),
    lambda line: line.replace("true", "false"),
    lambda line: line.replace("arguments", "argument"),
    lambda line: line.replace('{\\"a\\": 1}', "7"),
    lambda line: line.replace('\\"f\\"', '\\"\\"'),
    lambda line: line.replace('"b', '"<img>/etc/passwd</img>', 1),
    lambda line: line.replace('"b', '"\\u003cimg>/etc/passwd</img>', 1),
    lambda line: line.replace('"/data', '"https://example.com', 1),
    lambda line: line.replace('"/data', '"file:/', 1),
    lambda line: line.replace('["/data', '[null, "/data', 1),
]


SINGLE = ("", '"', "{", "}", ",", " ", "\\", "[", "x", "\n", "\x00")


def judges_of(method: str) -> Judges:
    spec = make_spec(method=method, task_type=TaskType.MLLM)
    return judges_for(spec, "data_path", media_judge(spec, Roots((Path("/data"),)), has_files=False))


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    damage=st.lists(st.tuples(st.integers(0, 119), st.sampled_from(DAMAGE)), max_size=4),
    end=st.sampled_from(["", "\n"]),
)
def test_reading_quickly_finds_what_reading_line_by_line_finds(
    form: str,
    damage: list[tuple[int, Callable[[str], str]]],
    end: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _read_small_parts(monkeypatch)
    method, make = FORMS[form]
    lines = [json.dumps(make(number)) for number in range(120)]
    for place, harm in damage:
        lines[place] = harm(lines[place])
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines) + end)

    _both_find_the_same(path, method)


@pytest.mark.parametrize("seed", range(100))
def test_reading_quickly_finds_the_same_in_lines_that_lost_or_gained_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    _read_small_parts(monkeypatch)
    random = Random(seed)
    method, make = FORMS[list(FORMS)[seed % len(FORMS)]]
    lines = [json.dumps(make(number)) for number in range(120)]
    for _ in range(1 + random.randrange(3)):
        place = random.randrange(len(lines))
        line = lines[place]
        at = random.randrange(len(line)) if line else 0
        lines[place] = (
            line[:at] + random.choice(["", '"', "{", ",", " ", "\\", "[", "x", "\n", "\x00"]) + line[at + 1 :]
        )
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines) + "\n")

    _both_find_the_same(path, method)


@pytest.mark.parametrize("form", FORMS)
def test_rows_of_each_form_are_read_quickly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    _read_small_parts(monkeypatch)
    method, make = FORMS[form]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(make(number)) + "\n" for number in range(300)))
    judges, judged = judges_of(method), []

    def judge(record: Mapping[str, object]) -> str:
        judged.append(record)
        return judges.judge(record)

    verdict = look_at(path, replace(judges, judge=judge))

    assert verdict is not None
    assert (verdict.rows, verdict.fault, verdict.causes) == (300, "", ())
    assert len(judged) < 100


def _both_find_the_same(path: Path, method: str) -> None:
    quick, slow = look_at(path, judges_of(method)), look_at(path, replace(judges_of(method), outline=None))
    assert quick and slow
    assert replace(quick, columns=()) == replace(slow, columns=())


def _read_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.swift.inputs.records.judging.DECIDED_BY_BYTES", 3000)
    monkeypatch.setattr("common.swift.inputs.file_check.DECIDED_BY_BYTES", 3000)
    monkeypatch.setattr("common.swift.inputs.quick.lines.CHUNK_BYTES", 800)
    monkeypatch.setattr("common.swift.inputs.quick.lines.LEARNED_LINES", 12)
