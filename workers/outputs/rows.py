"""Tells the record how many rows a training was given and uses, and reads why its launcher ended it."""

from functools import partial
from pathlib import Path, PurePath

from common.jobs import Job, Phase
from common.reasons import Reason
from common.rows import (
    Rows,
    UnusedRows,
    causes,
    dump_rows,
    rows_of,
    sampling_summary,
    summary,
    validation_summary,
    with_sources,
)
from common.store.outcomes import Outcome
from common.swift.inputs.given_names import source_as_given
from common.swift.programs.training import facts
from workers.attempts.attempt import Attempt
from workers.attempts.folder import AttemptFolder
from workers.outputs.fact_watch import FactWatch
from workers.outputs.one_error import one_error, option_meant
from workers.swift.verdict import Verdict

MEND = "mend them"
SHAPE = "wrong_shape"
WAYS_OUT = {
    "too_long": "raise max_length, or shorten them (extra_args.truncation_strategy cuts them)",
    "nothing_to_learn": "give them an answer, or raise max_length where it was cut off",
}
# Of methods that do not learn the answers of their data.
STILL_WAYS_OUT = {
    "grpo": (
        "look at reward_funcs and the columns that they read, such as solution, or raise num_generations or temperature"
    ),
    "gkd": "look at teacher_model: one that answers as the model does teaches nothing",
    "ppo": "look at reward_model: one that rewards all answers alike teaches nothing",
}


class RowsWatch(FactWatch[Rows]):
    """Tells its rows once they are final, and in the end as far as they were read."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt, attempt.job.rows)

    def _found(self) -> Rows | None:
        return rows_of_attempt(self._attempt.job, self._attempt.folder)

    def _is_due(self, found: Rows) -> bool:
        return found.is_final

    def _note(self, rows: Rows) -> Outcome:
        attempt = self._attempt
        text = "; ".join(filter(None, (summary(rows), sampling_summary(rows), validation_summary(rows))))
        return attempt.node.store.attempts.note(attempt.job.id, attempt.number, "rows", text, rows=dump_rows(rows))


def attempt_facts(folder: AttemptFolder) -> Path:
    """Where the training of the attempt wrote what it wants to be known."""
    return folder.facts_dir(Phase.TRAIN)


def rows_of_attempt(job: Job, folder: AttemptFolder) -> Rows | None:
    """What its training told of them, by the names that the user has for the data sets; None where it counted none,
    as of a `cached_dataset`, whose rows are tokens already.
    """
    rows = read_rows(attempt_facts(folder))
    return with_sources(rows, partial(source_as_given, job.spec)) if rows and rows.given else None


def read_rows(facts_dir: Path) -> Rows | None:
    """What the launcher told of them; None where it told nothing, or nothing that can be read."""
    content = facts.read(facts_dir, facts.ROWS)
    try:
        return rows_of(content) if content else None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def stopped_from_within(job: Job, folder: AttemptFolder) -> Verdict | None:
    """Why the launcher ended the training; None where it did not."""
    facts_dir = attempt_facts(folder)
    stopped, rows = facts.read(facts_dir, facts.STOPPED), rows_of_attempt(job, folder)
    reason = stopped.get("reason") if isinstance(stopped, dict) else None
    if reason == Reason.DATA_DROPPED and rows:
        least = job.spec.training.min_rows_used
        source = source_as_given(job.spec, str(stopped.get("about") or ""))
        words = _none_words(rows, source) if source else _dropped_words(rows, least)
        return Verdict(False, Reason.DATA_DROPPED, _error_words(job, rows) or words)
    if reason == Reason.NOTHING_LEARNED:
        words = _nothing_words(rows) or _still_words(job, str(stopped.get("about") or ""))
        return Verdict(False, Reason.NOTHING_LEARNED, words)
    if reason == Reason.PATH_NOT_ALLOWED:
        text = f"{stopped.get('about')} is a link, and leads elsewhere than when it was checked"
        return Verdict(False, Reason.PATH_NOT_ALLOWED, text)
    if reason == Reason.MODEL_INVALID:
        return Verdict(False, Reason.MODEL_INVALID, _random_words(str(stopped.get("about"))))
    return None


def _random_words(about: str) -> str:
    count, _, first = about.partition(": ")
    return (
        f"{count} of the model's weights are in none of its files, {first} first, and would be random: copy the model"
        " again, whole, or say with extra_args.init_strategy how new ones begin"
    )


def _error_words(job: Job, rows: Rows) -> str:
    """Where not one row is used and each ended alike, no row is at fault; empty otherwise."""
    error = one_error(rows.validation_dropped if rows.used else rows.dropped)
    if not error:
        return ""
    option = option_meant(job.spec, error)
    way_out = f"look at {option}" if option else "look at its options, model and template"
    return f"every row ended with the same error, {error}: that is of the job and not of its data; {way_out}"


def _none_words(rows: Rows, source: str) -> str:
    name, unused = PurePath(source).name, (*rows.dropped, *rows.validation_dropped)
    way_out = _way_out(unused[0]) if unused else MEND
    return f"not one row of {name} can be used: {causes(unused)}; {way_out}"


def _dropped_words(rows: Rows, least: float) -> str:
    way_out = _way_out(rows.dropped[0]) if rows.dropped else MEND
    return f"only {summary(rows)}: less than min_rows_used ({least:g}); {way_out}, or send a smaller min_rows_used"


def _way_out(most: UnusedRows) -> str:
    """Out of the most frequent cause; one row's own sentence names the columns where these are at fault."""
    if most.cause != SHAPE:
        return WAYS_OUT.get(most.cause, MEND)
    return f"{MEND}: {most.first[0].why}" if most.first and most.first[0].why else MEND


def _nothing_words(rows: Rows | None) -> str:
    if rows and rows.used == 0 and rows.dropped:
        return f"there is nothing to learn: {summary(rows)}; {WAYS_OUT['nothing_to_learn']}"
    return ""


def _still_words(job: Job, reward: str) -> str:
    """`reward` is the mean one where all answers to a question got the same."""
    if reward:
        return (
            f"nothing was learnt: all answers to a question were rewarded alike in all logged steps ({reward} on "
            f"average); {STILL_WAYS_OUT['grpo']}"
        )
    way_out = STILL_WAYS_OUT.get(job.spec.training.method, "its log has what is learnt as [LABELS]")
    return f"nothing was learnt: loss and gradient were 0 in all logged steps; {way_out}"
