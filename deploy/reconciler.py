"""The reconciler: looks again and again at everything about deployments that no node looks after; of several deployers
one acts.
"""

import threading

from common.upkeep.leader_election import LOOK_SECONDS, Candidate, guarded
from deploy.after_training import deploy_finished
from deploy.deployer import Deployer
from deploy.on_platforms import OnPlatforms
from deploy.rollout import finish_rollouts

LOCK_SECONDS = 30.0


class Reconciler:
    """One per deployer process."""

    def __init__(self, deployer: Deployer) -> None:
        self._deployer = deployer
        self._candidate = Candidate(deployer.store.deployer, LOCK_SECONDS, "reconciler_failed")
        self._on_platforms = OnPlatforms(deployer)

    def run(self, stopped: threading.Event) -> None:
        """Until it is stopped; an absent Redis is waited for."""
        self._candidate.run(self.look, self._rest, stopped)

    def look(self) -> bool:
        """Everything once; False when another deployer acts."""
        if not self._candidate.leads():
            return False
        for duty in (deploy_finished, finish_rollouts):
            with guarded(duty.__name__):
                duty(self._deployer)
        with guarded("platforms"):
            self._on_platforms.look()
        return True

    def _rest(self, _acted: bool) -> None:
        self._deployer.store.deployer.wait_for_bell(LOOK_SECONDS)
