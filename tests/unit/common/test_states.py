"""The state chart: legal arrows only, and final states absorb."""

import pytest

from common.states import ARROWS, DEPLOYMENT_ARROWS, FINAL, PLACED, WAITING, Arrows, JobState, Verb


def may(verb: Verb, state: JobState, arrows: Arrows = ARROWS) -> bool:
    """Whether the arrow `verb` leaves `state`."""
    return verb in arrows and state in arrows[verb][0]


def test_every_state_is_waiting_placed_or_final_and_only_one_of_them() -> None:
    assert set(JobState) == WAITING | PLACED | FINAL
    assert len(WAITING) + len(PLACED) + len(FINAL) == len(JobState)


def test_every_verb_but_submit_is_an_arrow() -> None:
    assert set(ARROWS) | set(DEPLOYMENT_ARROWS) == set(Verb) - {Verb.SUBMIT}


@pytest.mark.parametrize("verb", list(Verb))
def test_nothing_leaves_a_final_state_but_a_deployment_that_is_opened_again(verb: Verb) -> None:
    assert [state for state in FINAL if may(verb, state)] == []
    left = {state for state in FINAL if may(verb, state, DEPLOYMENT_ARROWS)}
    assert left == ({JobState.STOPPED, JobState.FAILED} if verb is Verb.REOPEN else set())


@pytest.mark.parametrize(
    ("arrows", "end", "never"),
    [
        (ARROWS, Verb.CANCEL, {JobState.STARTING, JobState.STOPPED}),
        (DEPLOYMENT_ARROWS, Verb.STOP, {JobState.COMPLETED, JobState.CANCELLED}),
    ],
)
def test_every_state_can_be_reached_and_every_unfinished_one_can_end(
    arrows: Arrows, end: Verb, never: set[JobState]
) -> None:
    reached, due = {JobState.PENDING}, {JobState.PENDING}
    while due:
        due = {to for sources, to in arrows.values() if sources & due} - reached
        reached |= due

    assert reached == set(JobState) - never
    assert all(may(end, state, arrows) for state in (WAITING | PLACED) - never)


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
