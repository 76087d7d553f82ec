"""What a training says that its launcher ended."""

from pathlib import Path

from common.reasons import Reason
from common.swift.programs.training import facts
from common.swift.programs.training.orders import Orders
from tests.builders import make_job
from workers.attempts.folder import AttemptFolder
from workers.outputs.rows import attempt_facts, stopped_from_within
from workers.swift.verdict import Verdict


def test_a_link_that_was_changed_is_named(tmp_path: Path) -> None:
    folder = AttemptFolder(tmp_path)
    facts.write(
        Orders(str(attempt_facts(folder))), facts.STOPPED, {"reason": "path_not_allowed", "about": "/data/a.jsonl"}
    )

    assert stopped_from_within(make_job(), folder) == Verdict(
        False,
        Reason.PATH_NOT_ALLOWED,
        "/data/a.jsonl is a link, and leads elsewhere than when it was checked",
    )


def test_weights_that_no_file_holds_are_counted_and_named(tmp_path: Path) -> None:
    folder = AttemptFolder(tmp_path)
    stopped = {"reason": "model_invalid", "about": "3: model.layers.1.mlp.up_proj.weight"}
    facts.write(Orders(str(attempt_facts(folder))), facts.STOPPED, stopped)

    assert stopped_from_within(make_job(), folder) == Verdict(
        False,
        Reason.MODEL_INVALID,
        "3 of the model's weights are in none of its files, model.layers.1.mlp.up_proj.weight first, and would be"
        " random: copy the model again, whole, or say with extra_args.init_strategy how new ones begin",
    )


def test_a_training_that_ended_by_itself_was_not_stopped(tmp_path: Path) -> None:
    assert stopped_from_within(make_job(), AttemptFolder(tmp_path)) is None
