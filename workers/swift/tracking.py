"""What a training gets of its node for trackers (Weights & Biases, SwanLab, MLflow). No other process gets it."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

# Addresses, keys, projects, modes. Not what names one run: all jobs of the node would write into the same.
FROM_NODE = re.compile(
    r"WANDB_(?!RUN_ID$|RESUME$|NAME$|DIR$)\w+"
    r"|SWANLAB_(?!RUN_ID$|ID$|RESUME$|EXP_NAME$|LOG_?DIR$)\w+"
    r"|MLFLOW_(TRACKING_\w+|EXPERIMENT_NAME|HTTP_REQUEST_\w+|FLATTEN_PARAMS|MAX_LOG_PARAMS)"
)
SWANLAB_ID_CHARACTERS = 21
# mlflow tries for minutes otherwise, before a training makes its first step without it.
MLFLOW_RETRIES = "3"


def tracker_environment(node: Mapping[str, str], job_id: str, attempt: int, mark: str, output: Path) -> dict[str, str]:
    """Of one attempt. `mark` is the job's alone (AttemptFolder.mark): its later attempts go on in the same run.

    MLflow takes no id that is not there yet: each attempt is a run there, which its tags tell apart.
    """
    swanlab_id = hashlib.sha256(mark.encode()).hexdigest()[:SWANLAB_ID_CHARACTERS]
    own = {
        "WANDB_DIR": str(output), "WANDB_RUN_ID": mark, "WANDB_RESUME": "allow",
        "SWANLAB_LOGDIR": str(output / "swanlog"), "SWANLAB_LOG_DIR": str(output / "swanlog"),
        "SWANLAB_RUN_ID": swanlab_id, "SWANLAB_RESUME": "allow",
    }  # fmt: skip
    defaults = {
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": MLFLOW_RETRIES,
        "MLFLOW_TAGS": json.dumps({"swift_trainer.job": job_id, "swift_trainer.attempt": str(attempt)}),
    }
    return defaults | {name: value for name, value in node.items() if FROM_NODE.fullmatch(name)} | own
