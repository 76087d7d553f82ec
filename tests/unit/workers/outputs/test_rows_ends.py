import json
from pathlib import Path
from typing import Any

import pytest

from common.jobs import Phase
from common.reasons import Reason
from common.swift.programs.training import facts
from tests.builders import make_job, make_spec
from workers.attempts.folder import AttemptFolder
from workers.outputs.rows import read_rows, rows_of_attempt, stopped_from_within

LONG = {"cause": "too_long", "count": 36, "first": [{"source": "/data/train.jsonl", "row": 2, "why": "724"}]}


def row(why: str) -> dict[str, Any]:
    return {"source": "/data/train.jsonl", "row": 1, "why": why}


SAME_ERROR = {"cause": "wrong_shape", "count": 8, "first": [row("KeyError: 'nosuch'")] * 2}
NULL = {"cause": "null_content", "count": 8, "first": []}


def attempt(folder: Path, **content: Any) -> AttemptFolder:
    attempt = AttemptFolder(folder)
    facts_dir = attempt.facts_dir(Phase.TRAIN)
    facts_dir.mkdir(parents=True)
    for name, value in content.items():
        (facts_dir / f"{name}.json").write_text(json.dumps(value))
    return attempt


@pytest.mark.parametrize(
    ("stopped", "rows", "reason", "said"),
    [
        (
            {"reason": "data_dropped"},
            {"given": 40, "used": 4, "dropped": [LONG]},
            Reason.DATA_DROPPED,
            (
                "only 4 of 40 rows are used; left out: 36 longer than max_length (row 2 of train.jsonl first): less "
                "than min_rows_used (0.5); raise max_length, or shorten them (extra_args.truncation_strategy cuts "
                "them), or send a smaller min_rows_used"
            ),
        ),
        (
            {"reason": "data_dropped", "about": "/data/val.jsonl"},
            {"given": 40, "used": 40, "validation_dropped": [NULL]},
            Reason.DATA_DROPPED,
            "not one row of val.jsonl can be used: 8 with null in place of a text; mend them",
        ),
        (
            {"reason": "data_dropped"},
            {"given": 8, "used": 0, "dropped": [SAME_ERROR]},
            Reason.DATA_DROPPED,
            (
                "every row ended with the same error, KeyError: 'nosuch': that is of the job and not of its data; look "
                "at extra_args.loss_scale"
            ),
        ),
        (
            {"reason": "data_dropped", "about": "/data/train.jsonl"},
            {"given": 8, "used": 0, "dropped": [{**SAME_ERROR, "first": [row("TypeError: no"), row("TypeError: no")]}]},
            Reason.DATA_DROPPED,
            (
                "every row ended with the same error, TypeError: no: that is of the job and not of its data; look at "
                "its options, model and template"
            ),
        ),
        (
            {"reason": "data_dropped", "about": "/data/train.jsonl"},
            {"given": 8, "used": 0, "dropped": [{**SAME_ERROR, "first": [row("no column chosen")] * 2}]},
            Reason.DATA_DROPPED,
            (
                "not one row of train.jsonl can be used: 8 of a shape that ms-swift does not read (row 1 of "
                "train.jsonl first); mend them: no column chosen"
            ),
        ),
        (
            {"reason": "nothing_learned"},
            {"given": 8, "used": 0, "dropped": [{"cause": "nothing_to_learn", "count": 8}]},
            Reason.NOTHING_LEARNED,
            (
                "there is nothing to learn: 0 of 8 rows are used; left out: 8 without a token of an answer to learn; "
                "give them an answer, or raise max_length where it was cut off"
            ),
        ),
        (
            {"reason": "nothing_learned"},
            {"given": 8, "used": 8},
            Reason.NOTHING_LEARNED,
            "nothing was learnt: loss and gradient were 0 in all logged steps; its log has what is learnt as [LABELS]",
        ),
    ],
)
def test_an_end_from_within_says_what_was_found_and_the_way_out(
    tmp_path: Path, stopped: dict[str, Any], rows: dict[str, Any], reason: Reason, said: str
) -> None:
    job = make_job(spec=make_spec(extra_args={"loss_scale": "hermes+nosuch"}))

    verdict = stopped_from_within(job, attempt(tmp_path, stopped=stopped, rows=rows))

    assert verdict is not None
    assert (verdict.ok, verdict.reason, verdict.message) == (False, reason, said)


def test_of_data_that_are_not_counted_nothing_is_told(tmp_path: Path) -> None:
    folder = attempt(tmp_path, rows={"given": 0, "used": 0, "is_final": False})

    assert rows_of_attempt(make_job(), folder) is None


@pytest.mark.parametrize(
    "content", [{}, {"stopped": []}, {"stopped": {"reason": "data_dropped"}, "rows": {"given": 1}}]
)
def test_what_is_not_there_or_torn_ends_nothing(tmp_path: Path, content: dict[str, Any]) -> None:
    folder = attempt(tmp_path, **content)

    assert stopped_from_within(make_job(), folder) is None
    assert read_rows(folder.facts_dir(Phase.TRAIN)) is None
    assert facts.read(tmp_path, "none.json") is None


REWARDS = (
    "look at reward_funcs and the columns that they read, such as solution, or raise num_generations or temperature"
)


@pytest.mark.parametrize(
    ("method", "about", "said"),
    [
        ("grpo", "0", f"all answers to a question were rewarded alike in all logged steps (0 on average); {REWARDS}"),
        ("grpo", "", f"loss and gradient were 0 in all logged steps; {REWARDS}"),
        (
            "gkd",
            "",
            (
                "loss and gradient were 0 in all logged steps; look at teacher_model: one that answers as the model "
                "does teaches nothing"
            ),
        ),
        (
            "ppo",
            "",
            (
                "loss and gradient were 0 in all logged steps; look at reward_model: one that rewards all answers "
                "alike teaches nothing"
            ),
        ),
    ],
)
def test_of_a_method_with_rewards_or_a_teacher_these_are_named(
    tmp_path: Path, method: str, about: str, said: str
) -> None:
    stopped, rows = {"reason": "nothing_learned", "about": about}, {"given": 8, "used": 8}

    verdict = stopped_from_within(
        make_job(spec=make_spec(method=method)), attempt(tmp_path, stopped=stopped, rows=rows)
    )

    assert verdict is not None
    assert verdict.message == f"nothing was learnt: {said}"
