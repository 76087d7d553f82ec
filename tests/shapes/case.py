"""A case: records of one shape, and what of them has to reach the model."""

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """`rows` is what ms-swift is to make of the records, turn by turn (`user: hi`), and the labels that it learns."""

    name: str
    method: str
    records: list[Row]
    rows: list[Row]
    extra: Row = field(default_factory=dict)
    ending: str = ".jsonl"


def turns(*said: tuple[str, Any]) -> list[Row]:
    """Messages: `turns(("user", "hi"), …)`."""
    return [{"role": role, "content": content} for role, content in said]


def reply(*prompt: str, answer: str) -> Row:
    """One answer that is learned."""
    return {"": [*prompt, f"assistant: {answer}"], "labels": answer}


def pair(*prompt: str, good: str, bad: str) -> Row:
    """Two answers to the same prompt; the tokens of both are learned."""
    return {
        "chosen_": [*prompt, f"assistant: {good}"],
        "chosen_labels": good,
        "rejected_": [*prompt, f"assistant: {bad}"],
        "rejected_labels": bad,
    }


def rated(*prompt: str, answer: str, label: bool) -> Row:
    """One answer, and whether it is wanted."""
    return {"chosen_": [*prompt, f"assistant: {answer}"], "chosen_labels": answer, "label": label}


def ranked(question: str, *documents: str, labels: list[int]) -> Row:
    """The question with each document."""
    return {"": [[f"user: {question}", f"assistant: {document}"] for document in documents], "labels": labels}


def near(anchor: str, positive: str, *negatives: str, labels: list[float]) -> Row:
    """Texts that become vectors, each by itself."""
    row: Row = {"anchor_": [f"user: {anchor}"], "positive_": [f"user: {positive}"], "labels": labels}
    return row | ({"negative_": [[f"user: {text}"] for text in negatives]} if negatives else {})


def classified(text: str, label: int) -> Row:
    """A text and the number of its class."""
    return {"": [f"user: {text}"], "labels": label}


def write_records(path: Path, records: list[Row]) -> None:
    """JSON lines, or CSV, in which a list or an object is written as JSON."""
    if path.suffix == ".csv":
        _write_csv(path, records)
    elif path.suffix == ".json":
        path.write_text(json.dumps(records))
    else:
        path.write_text("".join(json.dumps(record) + "\n" for record in records))


def _write_csv(path: Path, records: list[Row]) -> None:

    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        for record in records:
            writer.writerow(
                {name: value if isinstance(value, str) else json.dumps(value) for name, value in record.items()}
            )
