"""The state chart: legal arrows only, and final states absorb."""

import pytest

from common.states import ARROWS, FINAL, PLACED, WAITING, JobState, Verb, may


def test_every_state_is_waiting_placed_or_final_and_only_one_of_them() -> None:
    assert set(JobState) == WAITING | PLACED | FINAL
    assert len(WAITING) + len(PLACED) + len(FINAL) == len(JobState)


def test_every_verb_but_submit_is_an_arrow() -> None:
    assert set(ARROWS) == set(Verb) - {Verb.SUBMIT}


@pytest.mark.parametrize("verb", list(Verb))
def test_nothing_leaves_a_final_state(verb: Verb) -> None:
    assert [state for state in FINAL if may(verb, state)] == []


def test_every_state_can_be_reached_and_every_unfinished_one_can_end() -> None:
    reached, due = {JobState.PENDING}, {JobState.PENDING}
    while due:
        due = {to for sources, to in ARROWS.values() if sources & due} - reached
        reached |= due

    assert reached == set(JobState)
    assert all(may(Verb.CANCEL, state) for state in WAITING | PLACED)


@pytest.mark.parametrize(
    ("verb", "states"),
    [
        (Verb.START, {JobState.ASSIGNED}),
        (Verb.COMPLETE, {JobState.RUNNING}),
        (Verb.ASSIGN, {JobState.PENDING, JobState.QUEUED}),
        (Verb.REQUEUE, {JobState.ASSIGNED, JobState.RUNNING}),
        (Verb.SUBMIT, set()),
    ],
)
def test_arrows_leave_the_states_of_the_chart(verb: Verb, states: set[JobState]) -> None:
    assert {state for state in JobState if may(verb, state)} == states
