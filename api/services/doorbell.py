"""The doorbell and its circuit breaker: publishing from a request, best effort, within little time, and not at all for
a while after it took long.
"""

import threading
import time
from collections.abc import Callable

from celery import Celery
from celery.exceptions import OperationalError as CeleryOperationalError
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from common.messaging.app import make_app
from common.settings import Settings

_BROKER_TIMEOUT_SECONDS = 2
SLOW_SECONDS = 0.5
QUIET_SECONDS = 5.0


def publisher(settings: Settings) -> Celery:
    """A Celery app that gives up soon: a message is a hint, and the scheduler has a clock of its own."""
    celery = make_app(settings)
    celery.conf.broker_transport_options |= {
        "socket_timeout": _BROKER_TIMEOUT_SECONDS,
        "socket_connect_timeout": _BROKER_TIMEOUT_SECONDS,
        # Else kombu itself connects again and again, for six seconds, before it says that there is no broker.
        "max_retries": 0,
    }
    celery.conf.redis_socket_timeout = celery.conf.redis_socket_connect_timeout = _BROKER_TIMEOUT_SECONDS
    celery.conf.result_backend_always_retry = False
    return celery


class Doorbell:
    """A request may have a hundred jobs to tell of; a broker that is away may cost it one time-out, not a hundred."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._quiet_until = 0.0
        self._guard = threading.Lock()

    def ring(self, send: Callable[[], None]) -> str:
        """Send it, unless sending took long and failed a moment ago; returns why it did not go out, or nothing."""
        began = self._clock()
        with self._guard:
            if began < self._quiet_until:
                return "the broker did not answer a moment ago"
        try:
            send()
        except (CeleryOperationalError, OperationalError, RedisError, OSError) as exc:
            ended = self._clock()
            if ended - began >= SLOW_SECONDS:
                with self._guard:
                    self._quiet_until = ended + QUIET_SECONDS
            return str(exc)
        return ""
