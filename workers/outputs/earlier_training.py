"""What an attempt does not train, because an earlier worker or an earlier attempt did: it goes on behind it."""

from common.jobs import Phase
from common.store.job_record import dump_progress
from workers.attempts.attempt import Attempt
from workers.attempts.launch import needs_export, output_root
from workers.outputs.folder import claimed_output
from workers.outputs.trained import Trained, find_trained, known_training, link_checkpoint, note_trained, record_facts
from workers.swift.results import final_progress


def finished_training(attempt: Attempt) -> Trained | None:
    """The training that this attempt starts behind; None when it has to train. Raises LaunchRefused."""
    known = known_training(attempt.folder)
    if known or attempt.number == 1 or attempt.folder.phase_dir(Phase.TRAIN).exists():
        return known
    trained = find_trained(attempt.node, attempt.job, attempt.number, output_root(attempt.node, attempt.job.spec))
    if trained is None:
        return None
    output = claimed_output(attempt)
    link_checkpoint(output, trained)
    _announce(attempt, trained)
    note_trained(attempt.folder, output, trained)
    return trained


def _announce(attempt: Attempt, trained: Trained) -> None:
    """With the numbers that the training ended with: a new attempt's record begins without any."""
    rest = "only merges" if needs_export(attempt.job.spec) else "nothing is left to do"
    progress = final_progress(trained.output)
    shown = {"progress": dump_progress(progress)} if progress else {}
    attempt.begin_behind(progress)
    text = f"training was done in attempt {trained.attempt}; {rest}"
    attempt.note("resume", text, **record_facts(attempt.node, trained), **shown)
