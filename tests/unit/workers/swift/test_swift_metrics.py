import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.jobs import Progress
from workers.attempts.log_tail import size_of
from workers.swift.metric_lines import RecordKind, kind_of, parse_line
from workers.swift.metrics import merging, newest_progress, seconds
from workers.swift.metrics_tail import read_all, read_records

TRAIN = (
    '{"loss": 6.21, "grad_norm": 1.42, "learning_rate": 9.855e-05, "token_acc": 0.5, "epoch": 0.0769, '
    '"global_step/max_steps": "1/13", "elapsed_time": "6m 50s", "remaining_time": "1h 2m 3s", '
    '"memory(GiB)": 12.5, "train_speed(s/it)": 0.0975}\n'
)
EVAL = (
    '{"eval_loss": 3.02, "eval_runtime": 0.05, "eval_token_acc": 0.7, "epoch": 0.8, '
    '"global_step/max_steps": "5/13", "elapsed_time": "7m 0s", "remaining_time": "5s", "train_speed(s/it)": 0.1}\n'
)
END = '{"train_runtime": 1.6, "train_loss": 3.5, "epoch": 1.0, "global_step/max_steps": "13/13"}\n'
SUMMARY = '{"last_model_checkpoint": "/o/checkpoint-13", "best_metric": null, "global_step": 13, "log_history": [{}]}\n'


def test_a_training_line_tells_everything() -> None:
    assert newest_progress([_record(TRAIN)]) == Progress(
        step=1,
        max_steps=13,
        epoch=0.0769,
        loss=6.21,
        learning_rate=9.855e-05,
        grad_norm=1.42,
        token_acc=0.5,
        elapsed_seconds=410,
        remaining_seconds=3723,
        seconds_per_step=0.0975,
        memory_gib=12.5,
    )


def test_what_remains_counts_the_merge_behind_the_training() -> None:
    progress = newest_progress([_record(TRAIN)], Progress(merge_seconds=100))

    assert progress is not None
    assert (progress.remaining_seconds, progress.merge_seconds) == (3823, 100)


def test_a_merge_counts_down_whatever_the_training_said_last() -> None:
    before = Progress(step=5, max_steps=20, remaining_seconds=900, merge_seconds=100)

    assert merging(before, 100, 30) == Progress(
        step=5, max_steps=20, remaining_seconds=70, merge_seconds=100, merge_elapsed_seconds=30
    )
    assert merging(before, 100, 130).remaining_seconds is None


def test_later_lines_move_the_steps_and_keep_the_training_loss() -> None:
    progress = newest_progress([_record(line) for line in (TRAIN, EVAL, END, SUMMARY)])

    assert progress is not None
    assert (progress.step, progress.epoch, progress.loss, progress.learning_rate) == (13, 1.0, 6.21, 9.855e-05)
    assert (progress.elapsed_seconds, progress.remaining_seconds) == (420, 5)


def test_the_kinds_of_line_are_told_apart() -> None:
    kinds = [kind_of(_record(line)) for line in (TRAIN, EVAL, END, SUMMARY)]

    assert kinds == [RecordKind.TRAIN, RecordKind.EVAL, RecordKind.END, RecordKind.SUMMARY]


def test_what_is_not_a_number_becomes_null() -> None:
    record = _record('{"loss": NaN, "grad_norm": -Infinity, "nested": [Infinity]}\n')

    assert record == {"loss": None, "grad_norm": None, "nested": [None]}
    assert newest_progress([record], Progress(step=3, loss=1.0)) == Progress(step=3)


def test_the_history_in_the_summary_is_not_shipped_twice() -> None:
    assert _record(SUMMARY) == {"last_model_checkpoint": "/o/checkpoint-13", "best_metric": None, "global_step": 13}


def test_early_releases_give_the_speed_the_other_way_round() -> None:
    progress = newest_progress([{"train_speed(iter/s)": 4.0, "loss": 1.0}])

    assert progress is not None
    assert progress.seconds_per_step == 0.25


def test_nothing_known_is_no_progress() -> None:
    assert newest_progress([]) is None
    assert newest_progress([_record(SUMMARY)]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0s", 0), ("6m 50s", 410), ("1h 2m 3s", 3723), ("1d 2h", 93600), ("3h", 10800), ("", None), ("soon", None)],
)
def test_times_are_read_as_ms_swift_prints_them(text: str, expected: int | None) -> None:
    assert seconds(text) == expected


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    seconds(text)
    record = parse_line(text)
    if record is not None:
        json.dumps(record, allow_nan=False, ensure_ascii=False).encode("utf-8")
        newest_progress([record])


@given(st.binary())
def test_any_bytes_are_read_without_an_error(content: bytes) -> None:
    parse_line(content)


KEYS = st.sampled_from([*json.loads(TRAIN), *json.loads(EVAL), "train_runtime", "last_model_checkpoint"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)


@given(st.dictionaries(KEYS, VALUES))
def test_any_value_under_a_known_key_is_read_without_an_error(record: dict[str, object]) -> None:
    parsed = parse_line(json.dumps(record))
    assert parsed is not None
    json.dumps(parsed, allow_nan=False)
    progress = newest_progress([parsed])
    assert progress is None or progress.percent <= 100


def test_deep_nesting_and_endless_digits_are_no_records() -> None:
    assert parse_line("[" * 100_000) is None
    assert parse_line('{"loss": ' + "9" * 5000 + "}") is None
    huge = parse_line('{"loss": 1' + "0" * 400 + "}")
    assert huge is not None
    assert newest_progress([huge], Progress(step=1)) == Progress(step=1)


def test_a_line_that_is_still_being_written_waits(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    assert read_records(path, 0) == ([], 0)

    path.write_text(TRAIN + '{"loss"', encoding="utf-8")
    records, offset = read_records(path, 0)
    assert ([record["loss"] for record in records], offset) == ([6.21], len(TRAIN))
    assert read_records(path, offset) == ([], offset)

    with path.open("a", encoding="utf-8") as file:
        file.write(": 2.0}\n")
    assert read_records(path, offset) == ([{"loss": 2.0}], path.stat().st_size)


def test_a_line_longer_than_a_read_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    long = json.dumps({"loss": 1.0, "notes": [{"loss": 2.0, "step": step} for step in range(50)]}) + "\n"
    path.write_text(long + '{"loss": 3.0}\n', encoding="utf-8")

    assert list(read_all(path, max_bytes=64)) == [{"loss": 3.0}]


def test_of_a_summary_longer_than_a_read_its_own_facts_are_read(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    facts = {"last_model_checkpoint": '/o/"log_history": [/checkpoint-13', "global_step": 13}
    summary = facts | {"log_history": [{"loss": 2.0, "step": step} for step in range(50)], "memory": 0}
    path.write_text(f'{{"loss": 1.0}}\n{json.dumps(summary)}\n{{"loss": 3.0}}\n', encoding="utf-8")

    assert list(read_all(path, max_bytes=128)) == [{"loss": 1.0}, facts, {"loss": 3.0}]


def test_a_piece_of_a_long_line_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    path.write_text("x" * 64 + '{"loss": 2.0}\n{"loss": 3.0}\n', encoding="utf-8")

    assert list(read_all(path, max_bytes=64)) == [{"loss": 3.0}]


def test_a_long_line_that_is_still_being_written_is_passed_over_as_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    path.write_text("x" * 100, encoding="utf-8")
    assert read_records(path, 0, max_bytes=64) == ([], 100)

    with path.open("a", encoding="utf-8") as file:
        file.write('x{"loss": 2.0}\n{"loss": 3.0}\n')

    assert read_records(path, 100, max_bytes=64) == ([], 115)
    assert read_records(path, 115, max_bytes=64) == ([{"loss": 3.0}], 129)


def test_a_huge_file_of_nothing_is_read_in_bounded_time(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    with path.open("wb") as file:
        file.truncate(2**40)

    _, offset = read_records(path, 0)

    assert offset < 2**27
    assert size_of(path) == 2**40


@pytest.mark.parametrize(
    ("line", "record"),
    [
        (r'{"note": "half \ud800 a surrogate", "\udfff": 1}', {"note": "half ? a surrogate", "?": 1}),
        (r'{"note": "\ud83d\ude00 whole"}', {"note": "\U0001f600 whole"}),
        (r'{"note": "\u0000"}', {"note": "\0"}),
        ('{"step": ' + "9" * 400 + "}", {"step": None}),
        ('{"deep": ' + "[" * 900 + "]" * 900 + "}", {"deep": [[[[[[[None]]]]]]]}),
        ('{"loss": 1.5, "text": "' + "x" * 20_000 + '"}', {"loss": 1.5}),
        ('{"loss": 1.5, "many": [' + "1," * 20_000 + "1]}", {"loss": 1.5}),
        ("", None),
        ("[1]", None),
        ("17", None),
        ("NaN", None),
        (b'{"note": "\xff"}', None),
    ],
)
def test_what_redis_or_a_client_could_not_hold_is_cut(line: str | bytes, record: dict[str, object] | None) -> None:
    assert parse_line(line) == record
    json.dumps(parse_line(line), ensure_ascii=False).encode("utf-8")


def test_a_time_beyond_all_dates_is_none() -> None:
    assert seconds("999999999d") is None
    assert seconds("36500d") == 36500 * 86400


@given(st.lists(st.integers(0, 10**6), max_size=30), st.integers(32, 200))
def test_reading_in_pieces_finds_every_record_once(values: list[int], max_bytes: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "logging.jsonl"
        path.write_text("".join(f'{{"step": {value}}}\n' for value in values), encoding="utf-8")

        assert [record["step"] for record in read_all(path, max_bytes)] == values


def _record(line: str) -> dict[str, object]:
    record = parse_line(line)
    assert record is not None
    return record
