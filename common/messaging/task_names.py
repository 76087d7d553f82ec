"""The Celery tasks by which processes reach each other, and the queues they travel in."""

PLACE = "swift_trainer.place"
RUN = "swift_trainer.run"
CHORES = "swift_trainer.chores"

TRAINING_QUEUE = "training"
DEPLOY_QUEUE = "deploy"


def node_queue(node: str) -> str:
    """The queue that the worker of `node` alone consumes."""
    return f"node.{node}"
