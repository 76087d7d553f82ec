"""The verbs for a workload's id: those of deployments for `name~deploy-1` and its like, else those of jobs."""

from swift_trainer.sdk import SwiftTrainer, is_deployment_id
from swift_trainer.sdk.deployments import Deployments
from swift_trainer.sdk.jobs import Jobs


def verbs_for(client: SwiftTrainer, job_id: str) -> Jobs | Deployments:
    """What acts on the job or deployment of that id."""
    return client.deployments if is_deployment_id(job_id) else client.jobs
