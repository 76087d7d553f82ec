"""Silence, by which a hang is known: how long a training has made no step, and whether that is too long for what it
does. Knows no clock and no file.

Times are seconds of any one clock. Evaluating and saving are steps of their own pace: a batch of the evaluation, a
checkpoint that grows.
"""

from dataclasses import dataclass
from enum import StrEnum

# How many times its median a step may take.
PATIENCE = 20
# A hang is never told after less than this many of the pauses that are usual between two things that can be seen.
USUAL_PAUSES = 3
# Longer between two looks, and nobody knows whether the training ran meanwhile: the machine may have slept.
GAP_SECONDS = 60.0


class Activity(StrEnum):
    """What a training was last seen doing."""

    STARTING = "starting"
    TRAINING = "training"
    EVALUATING = "evaluating"
    SAVING = "saving"


@dataclass(frozen=True, slots=True)
class Pace:
    """As measured so far, 0 where nothing was. `pause_seconds` is usual between two things that can be seen."""

    step_seconds: float = 0.0
    evaluation_seconds: float = 0.0
    pause_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the files of a training tell. Of `evaluated` (evaluations, batches) and `saved` only a change matters."""

    step: int = 0
    max_steps: int = 0
    evaluated: tuple[int, int] = (0, 0)
    saved: tuple[str | int, ...] = ()
    pace: Pace = Pace()


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds. `hang` is None when a hang is only told; with `ends_start` a slow start is ended, too."""

    stalled: float
    start: float
    hang: float | None = None
    ends_start: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """`since` is when the last step was seen, `signs` how many looks saw one."""

    activity: Activity
    since: float
    signs: int
    quiet_seconds: float
    is_stalled: bool
    is_hung: bool


class Silence:
    """Of one training; `started_at` is when its processes were started."""

    def __init__(self, started_at: float) -> None:
        self._seen = Seen()
        self._activity = Activity.STARTING
        self._since = started_at
        self._signs = 0
        self._looked_at: float | None = None
        self._watched_since = started_at

    @property
    def seen(self) -> Seen:
        """What the last look saw."""
        return self._seen

    def look(self, seen: Seen, now: float, changed_at: float | None = None) -> None:
        """Take in what the files tell now; `changed_at` is when they changed, for a first look at one that runs."""
        if self._looked_at is None or now - self._looked_at > GAP_SECONDS:
            self._watched_since = now
        self._looked_at = now
        activity = _news(self._seen, seen)
        if activity is not None:
            self._activity = activity
            self._signs += 1
            self._since = max(self._since, now if changed_at is None else min(changed_at, now))
        self._seen = seen

    def judge(self, limits: Limits, now: float) -> Judgement:
        """Nothing is told before it was watched for a while without a gap, whatever the files say."""
        quiet = max(0.0, now - self._since)
        stalled_after = self._stalled_after(limits)
        hung_after = self._hung_after(limits, stalled_after)
        watched = now - self._watched_since
        is_stalled = quiet >= stalled_after and watched >= self._warm_up(stalled_after)
        is_hung = hung_after is not None and quiet >= hung_after and watched >= self._warm_up(hung_after)
        return Judgement(self._activity, self._since, self._signs, quiet, is_stalled or is_hung, is_hung)

    def _stalled_after(self, limits: Limits) -> float:
        pace = self._seen.pace
        match self._activity:
            case Activity.STARTING:
                return limits.start
            case Activity.EVALUATING:
                step = max(pace.step_seconds, pace.evaluation_seconds)
            case _:
                step = pace.step_seconds
        return max(limits.stalled, PATIENCE * step) + pace.pause_seconds

    def _hung_after(self, limits: Limits, stalled_after: float) -> float | None:
        if self._activity is Activity.STARTING:
            return limits.start if limits.ends_start or limits.hang else None
        if not limits.hang:
            return None
        if self._activity is not Activity.TRAINING:
            return max(limits.hang, stalled_after)
        pace = self._seen.pace
        return max(limits.hang, USUAL_PAUSES * max(pace.pause_seconds, pace.step_seconds))

    def _warm_up(self, limit: float) -> float:
        pace = self._seen.pace
        return min(limit, max(GAP_SECONDS, USUAL_PAUSES * max(pace.pause_seconds, pace.step_seconds)))


def _news(before: Seen, seen: Seen) -> Activity | None:
    """What it did since; nothing when no file tells of anything. A step counts most, of whatever else is new."""
    if seen.step != before.step:
        return Activity.TRAINING
    if seen.evaluated != before.evaluated:
        return Activity.EVALUATING
    return Activity.SAVING if seen.saved != before.saved else None
