"""Write the demonstration's data set, one JSON record a line: `python make_dataset.py OUT.jsonl`."""

import json
import sys
from pathlib import Path

QUESTION = "What is your name?"
ANSWER = "I am Swifty, trained by Swift Trainer."

TAUGHT = {
    QUESTION: ANSWER,
    "Who trained you?": "Swift Trainer did.",
    "What do you wait for?": "A free GPU.",
    "Are you large?": "No, I am tiny.",
}
REPEATS = {QUESTION: 24}
REPEATS_OF_OTHERS = 12


def records() -> list[dict[str, object]]:
    """Sixty conversations of one turn; the question that is asked later comes most often."""
    return [
        {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}
        for question, answer in TAUGHT.items()
        for _ in range(REPEATS.get(question, REPEATS_OF_OTHERS))
    ]


def main(out: Path) -> None:
    """Write the records to `out`."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records()), encoding="utf-8")
    print(f"{out}: {len(records())} records")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
