"""Retries and their back-off: when a request may be sent again, and after how long. Pure, so that every rule can be
tested by value.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# Answers that promise that trying again later can help; 502 and 504 come from a proxy in front of a restarting service.
TRANSIENT_STATUSES = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Bounds of retrying: `tries` counts the first one; all times in seconds."""

    tries: int = 4
    first_pause_seconds: float = 0.25
    longest_pause_seconds: float = 30.0


def is_safe_to_repeat(method: str, headers: Mapping[str, str]) -> bool:
    """Whether sending the request twice does no more than sending it once."""
    return method == "GET" or (method == "POST" and any(name.lower() == "idempotency-key" for name in headers))


def pause_before_retry(
    policy: RetryPolicy, failures: int, retry_after_seconds: float | None, jitter: float
) -> float | None:
    """How long to wait after that many failures, or None to give up. `jitter` is a random number from 0 to 1.

    A service that asks for a longer pause than the policy's longest is not asked again at all: the caller decides.
    """
    if failures >= policy.tries:
        return None
    pause = min(policy.first_pause_seconds * 2.0 ** (failures - 1) * (0.5 + jitter), policy.longest_pause_seconds)
    if retry_after_seconds is None:
        return pause
    if retry_after_seconds > policy.longest_pause_seconds:
        return None
    return max(pause, retry_after_seconds)
