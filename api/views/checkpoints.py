"""The checkpoints of a job, as answers tell them."""

from dataclasses import asdict
from typing import Any

from common.jobs import Job
from deploy.checkpoints import KnownCheckpoints


def checkpoints_view(job: Job, known: KnownCheckpoints) -> dict[str, Any]:
    """Each with whether it is the best or the last one."""
    listed = [
        {**asdict(one), "is_best": one.path == known.best, "is_last": one.path == known.last} for one in known.listed
    ]
    kept = job.checkpoints
    return {
        "job_id": job.id,
        "checkpoints": listed,
        "total": len(listed) + known.left_out,
        "checkpoint_path": job.checkpoint_path,
        "metric_for_best_model": kept.metric_for_best_model,
        "best_metric": kept.best_metric,
        "last_metric": kept.last_metric,
    }
