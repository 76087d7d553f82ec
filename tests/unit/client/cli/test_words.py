"""Parts of a job in words."""

from swift_trainer.cli.words import links, unused_rows


def test_links_are_one_line_by_tracker() -> None:
    assert links({"links": {"mlflow": "http://tracker/run", "tensorboard": "/out/runs"}}) == (
        "mlflow: http://tracker/run, tensorboard: /out/runs"
    )
    assert links({}) == ""


def test_rows_of_several_files_are_named_with_their_own() -> None:
    first = [
        {"source": source, "row": row, "why": "too long"}
        for source, row in (("a.jsonl", 4), ("a.jsonl", 14), ("b.jsonl", 8), ("a.jsonl", 44))
    ]
    unused = {"cause": "too_long", "count": 4, "first": first}

    assert (
        unused_rows({"rows_dropped": [unused]}) == "4 too_long: rows 4, 14, 44 of a.jsonl, row 8 of b.jsonl (too long)"
    )
    more = unused_rows({"rows_dropped": [{**unused, "count": 9, "first": first[:2]}]})
    assert more == "9 too_long: rows 4, 14, … of a.jsonl (too long)"
