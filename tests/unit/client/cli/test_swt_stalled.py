from swift_trainer.cli.words import note, summary

STALLED = {
    "status": "running",
    "phase": "train",
    "stalled_since": "2026-01-02T03:04:05.000Z",
    "progress_detail": {"step": 5, "max_steps": 13, "loss": 6.21},
}


def test_a_training_that_makes_no_step_is_told() -> None:
    assert summary(STALLED) == "running, no step since 2026-01-02T03:04:05.000Z, step 5/13, loss 6.21"
    assert note(STALLED) == "stalled"


def test_one_that_never_made_a_step_is_told_too() -> None:
    assert summary({**STALLED, "progress_detail": None}) == "running, no step since 2026-01-02T03:04:05.000Z"


def test_one_that_goes_on_or_has_ended_is_not() -> None:
    assert note({**STALLED, "stalled_since": None}) == ""
    assert "no step" not in summary({**STALLED, "status": "queued"})
