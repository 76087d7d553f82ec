"""Passes: which scheduler plans now (by a lock), what the last pass did, and whether placing is paused."""

from dataclasses import dataclass
from datetime import datetime

from common.clock import from_ms, to_ms
from common.store import keys
from common.store.connection import translated_errors
from common.store.scripts import Scripts


@dataclass(frozen=True, slots=True)
class LastPass:
    """What the last pass did, by counts."""

    ended_at: datetime
    milliseconds: int
    started: int
    blocked: int
    refused: int


@dataclass(frozen=True, slots=True)
class PassTotals:
    """Counts over all passes there ever were."""

    passes: int
    milliseconds: int
    started: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when placing is paused, and by whom."""

    paused_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PassStore:
    """The pass lock, its epoch, its last result and the pause switch."""

    scripts: Scripts
    ttl_seconds: float

    def begin(self, token: str) -> int:
        """The epoch of the pass that begins now, or 0 when another one runs (it will look again)."""
        names = [keys.SCHEDULER_PASS, keys.SCHEDULER_AGAIN, keys.SCHEDULER_EPOCH]
        return int(self.scripts.call("begin_pass", names, [token, int(self.ttl_seconds * 1000)]))

    def end(self, token: str) -> bool:
        """End the pass; True when a doorbell rang meanwhile and another one is due."""
        return bool(self.scripts.call("end_pass", [keys.SCHEDULER_PASS, keys.SCHEDULER_AGAIN], [token]))

    def wait_for_bell(self, timeout_seconds: float) -> bool:
        """Wait until leases come free; False when the time is over before that."""
        with translated_errors():
            return self.scripts.client.blpop([keys.SCHEDULER_BELL], timeout=timeout_seconds) is not None

    def is_paused(self) -> bool:
        with translated_errors():
            return bool(self.scripts.client.exists(keys.SCHEDULER_PAUSED))

    def pause(self, now_ms: int, by: str) -> None:
        """Place nothing from now on, whatever is restarted; the first one to say so is remembered."""
        with translated_errors(), self.scripts.client.pipeline() as pipe:
            pipe.hsetnx(keys.SCHEDULER_PAUSED, "paused_at_ms", now_ms)
            pipe.hsetnx(keys.SCHEDULER_PAUSED, "by", by)
            pipe.execute()

    def resume(self) -> bool:
        """Place again; False when it was not paused."""
        with translated_errors():
            return bool(self.scripts.client.delete(keys.SCHEDULER_PAUSED))

    def pause_state(self) -> Pause | None:
        """None while jobs are placed."""
        with translated_errors():
            found = self.scripts.client.hgetall(keys.SCHEDULER_PAUSED)
        return Pause(from_ms(int(found["paused_at_ms"])), found["by"]) if found else None

    def record(self, last: LastPass) -> None:
        """Keep what a pass did, for people who ask."""
        fields = {
            "ended_at_ms": to_ms(last.ended_at),
            "milliseconds": last.milliseconds,
            "started": last.started,
            "blocked": last.blocked,
            "refused": last.refused,
        }
        with translated_errors(), self.scripts.client.pipeline() as pipe:
            pipe.hset(keys.SCHEDULER_LAST_PASS, mapping=fields)
            pipe.hincrby(keys.SCHEDULER_LAST_PASS, "passes_total", 1)
            pipe.hincrby(keys.SCHEDULER_LAST_PASS, "milliseconds_total", last.milliseconds)
            pipe.hincrby(keys.SCHEDULER_LAST_PASS, "started_total", last.started)
            pipe.execute()

    def totals(self) -> PassTotals:
        """What all passes did so far."""
        names = ("passes_total", "milliseconds_total", "started_total")
        with translated_errors():
            found = self.scripts.client.hmget(keys.SCHEDULER_LAST_PASS, *names)
        return PassTotals(*(int(value or 0) for value in found))

    def last(self) -> LastPass | None:
        """What the last pass did; None before the first."""
        with translated_errors():
            found = self.scripts.client.hgetall(keys.SCHEDULER_LAST_PASS)
        if not found:
            return None
        counts = {name: int(found[name]) for name in ("milliseconds", "started", "blocked", "refused")}
        return LastPass(from_ms(int(found["ended_at_ms"])), **counts)
