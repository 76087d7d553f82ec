"""The reconciler: looks again and again at everything about deployments that no node looks after; of several deployers
one acts.
"""

import threading
from collections.abc import Callable
from functools import partial
from uuid import uuid4

import structlog

from common.errors import ServiceError, StoreUnavailable
from common.store.outage import Outage
from deploy.after_training import deploy_finished
from deploy.deployer import Deployer
from deploy.on_platforms import OnPlatforms
from deploy.rollout import finish_rollouts

log = structlog.get_logger()

LOOK_SECONDS = 1.0
LOCK_SECONDS = 30.0


class Reconciler:
    """One per deployer process."""

    def __init__(self, deployer: Deployer) -> None:
        self._deployer = deployer
        self._token = uuid4().hex
        self._on_platforms = OnPlatforms(deployer)
        self._outage = Outage()

    def run(self, stopped: threading.Event) -> None:
        """Until it is stopped; an absent Redis is waited for."""
        while not stopped.is_set():
            try:
                self.look()
                self._outage.end()
                self._deployer.store.deployer.wait_for_bell(LOOK_SECONDS)
            except StoreUnavailable as exc:
                self._outage.note(exc.message)
                stopped.wait(LOOK_SECONDS)
            except Exception:
                log.exception("reconciler_failed")
                stopped.wait(LOOK_SECONDS)
        self._let_go()

    def look(self) -> bool:
        """Everything once; False when another deployer acts."""
        turns = self._deployer.store.deployer
        if not turns.take_turn(self._token, LOCK_SECONDS):
            return False
        for duty in (deploy_finished, finish_rollouts):
            self._guarded(duty.__name__, partial(duty, self._deployer))
        self._guarded("platforms", self._on_platforms.look)
        return True

    def _guarded(self, duty: str, look: Callable[[], None]) -> None:
        """What one duty cannot get over does not keep the others from theirs."""
        try:
            look()
        except ServiceError:
            raise
        except Exception:
            log.exception("duty_failed", duty=duty)

    def _let_go(self) -> None:
        try:
            self._deployer.store.deployer.end_turn(self._token)
        except ServiceError as exc:
            log.warning("turn_not_ended", error=exc.message)
