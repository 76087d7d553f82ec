"""The whole of a data set, read on the node before anything else of an attempt: a large one in a process of its own, so
that the worker goes on meanwhile.
"""

from common.swift.inputs.asked_verdict import AskedVerdict, give_verdict
from common.swift.inputs.reading_process import ReadingFailed, read_apart
from common.swift.inputs.verdict import Verdict

SMALL_BYTES = 1024 * 1024
# As long as the slowest of disks takes: a reading that ended without a verdict keeps no job from its start.
LEAST_SECONDS, BYTES_PER_SECOND = 600.0, 10 * 1024 * 1024


def verdict_of_all(asked: AskedVerdict) -> Verdict | None:
    """The verdict on all of the data set, None when there is none. Raises InputRefused for the job's media folder."""
    try:
        size = asked.bytes()
        if size > SMALL_BYTES:
            return read_apart(asked, LEAST_SECONDS + size / BYTES_PER_SECOND)
    except ReadingFailed:
        return Verdict(asked.path, whole=False)
    except OSError:
        pass  # told below
    return give_verdict(asked)
