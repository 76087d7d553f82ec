"""When a training is silent for too long: minutes and hours pass here in no time."""

from dataclasses import replace

import pytest

from workers.watchdog.silence import GAP_SECONDS, Activity, Judgement, Limits, Pace, Seen, Silence

START = 1_000_000.0
DEFAULT = Limits(stalled=900, start=3600)
HANG = Limits(stalled=900, start=3600, hang=1200)
LOOK_SECONDS = 5


class Watched:
    """A training that is looked at every five seconds."""

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self.limits = limits
        self.silence = Silence(START)
        self.now = START
        self.seen = Seen()
        self.silence.look(self.seen, self.now)

    def passes(self, seconds: float, **changes: object) -> Judgement:
        """It does this now, and then nothing for so long."""
        self.seen = replace(self.seen, **changes)
        until = self.now + seconds
        while self.now < until:
            self.silence.look(self.seen, self.now)
            self.now = min(until, self.now + LOOK_SECONDS)
        self.silence.look(self.seen, self.now)
        return self.silence.judge(self.limits, self.now)

    def leaps(self, seconds: float) -> None:
        """Nobody looks for so long."""
        self.now += seconds
        self.silence.look(self.seen, self.now)


def test_a_training_with_quick_steps_is_stalled_after_the_least_time() -> None:
    watched = Watched()
    watched.passes(10, step=1, pace=Pace(step_seconds=2))

    assert not watched.passes(880, step=2).is_stalled
    judged = watched.passes(20)

    assert (judged.is_stalled, judged.is_hung, judged.activity) == (True, False, Activity.TRAINING)
    assert (judged.since, judged.quiet_seconds) == (START + 10, 900)


def test_a_training_with_slow_steps_gets_twenty_of_them() -> None:
    watched = Watched()
    watched.passes(100, step=1)

    assert not watched.passes(5990, step=2, pace=Pace(step_seconds=300)).is_stalled
    assert watched.passes(10).is_stalled


def test_steps_that_are_told_late_are_waited_for() -> None:
    """With logging_steps=50 and no bar, the last line that is there says nothing of the 49 steps behind it."""
    watched = Watched()

    assert not watched.passes(4190, step=50, pace=Pace(step_seconds=60, pause_seconds=3000)).is_stalled
    assert watched.passes(10).is_stalled


def test_a_start_has_its_own_limit() -> None:
    assert not Watched().passes(3599).is_stalled

    judged = Watched().passes(3600)

    assert (judged.is_stalled, judged.is_hung, judged.activity) == (True, False, Activity.STARTING)


@pytest.mark.parametrize("limits", [replace(DEFAULT, ends_start=True), HANG])
def test_a_start_is_ended_when_the_job_says_so(limits: Limits) -> None:
    assert not Watched(limits).passes(3599).is_hung
    assert Watched(limits).passes(3600).is_hung


def test_an_evaluation_is_judged_by_its_own_pace() -> None:
    watched = Watched(HANG)
    watched.passes(10, step=500, pace=Pace(step_seconds=1, evaluation_seconds=120))

    for batch in range(20):
        assert not watched.passes(600, evaluated=(0, batch + 1)).is_stalled
    assert not watched.passes(1790).is_stalled
    judged = watched.passes(10)

    assert (judged.activity, judged.is_stalled, judged.is_hung) == (Activity.EVALUATING, True, True)


def test_a_checkpoint_that_grows_is_a_sign_of_life() -> None:
    watched = Watched(HANG)
    watched.passes(10, step=500, pace=Pace(step_seconds=1))

    for gigabytes in range(60):
        judged = watched.passes(120, saved=("checkpoint-500", gigabytes))
        assert not judged.is_stalled
    assert judged.activity is Activity.SAVING
    assert watched.passes(1200).is_hung


def test_a_hang_is_ended_after_what_was_asked_for_be_it_less_than_what_is_told() -> None:
    watched = Watched(replace(DEFAULT, hang=300))
    watched.passes(10, step=1, pace=Pace(step_seconds=2))

    assert not watched.passes(290, step=2).is_hung
    judged = watched.passes(10)

    assert (judged.is_stalled, judged.is_hung) == (True, True)


def test_slow_steps_are_not_ended_by_a_hasty_wish() -> None:
    watched = Watched(replace(DEFAULT, hang=300))

    assert not watched.passes(1190, step=2, pace=Pace(step_seconds=400)).is_hung
    assert watched.passes(10).is_hung


def test_a_step_ends_the_silence() -> None:
    watched = Watched()
    before = watched.passes(2000, step=1)

    judged = watched.passes(1, step=2)

    assert (before.is_stalled, judged.is_stalled, judged.signs) == (True, False, before.signs + 1)


def test_the_first_look_at_one_that_runs_believes_its_files() -> None:
    silence = Silence(START)
    silence.look(Seen(step=100), START + 5000, changed_at=START + 4000)

    assert silence.judge(DEFAULT, START + 5000).quiet_seconds == 1000


def test_nothing_is_told_before_it_was_watched_for_a_while() -> None:
    """The worker, or the whole machine, was away: the training had no more time than the worker."""
    silence = Silence(START)
    seen = Seen(step=100, pace=Pace(step_seconds=30))
    silence.look(seen, START + 90_000, changed_at=START + 100)
    assert not silence.judge(HANG, START + 90_000).is_stalled

    for second in range(0, 90, 5):
        silence.look(seen, START + 90_000 + second)
        assert not silence.judge(HANG, START + 90_000 + second).is_stalled
    silence.look(seen, START + 90_090)

    assert silence.judge(HANG, START + 90_090).is_hung


def test_a_leap_of_the_clock_is_no_silence() -> None:
    watched = Watched(HANG)
    watched.passes(10, step=1, pace=Pace(step_seconds=2))

    watched.leaps(7200)
    assert not watched.silence.judge(HANG, watched.now).is_stalled

    assert not watched.passes(GAP_SECONDS * 2, step=2).is_stalled


def test_a_clock_that_goes_back_tells_nothing() -> None:
    watched = Watched(HANG)
    watched.passes(10, step=1)

    watched.leaps(-5000)

    assert watched.silence.judge(HANG, watched.now).quiet_seconds == 0
