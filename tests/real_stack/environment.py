"""The settings of a stack under test: short times, a folder of its own, a swift that trains nothing."""

import os
from pathlib import Path

from tests.ports import port_range

FAKE_SWIFT = Path(__file__).parents[1] / "fakes" / "swift_python"


def quick_environment(folder: Path, **changes: object) -> dict[str, str]:
    """What all of its processes are told, save where Redis is."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "ENVIRONMENT": "test",
        "DATA_DIR": str(folder),
        "NODE_NAME": "node-1",
        "GPU_SLOTS": "cpu:2",
        "SWIFT_PYTHON": str(FAKE_SWIFT),
        "INPUTS_VISIBLE_TO_API": "true",
        "QUEUE_CHECK_INTERVAL": "0.5",
        "HEARTBEAT_SECONDS": "0.3",
        "FOLLOW_SECONDS": "0.05",
        "NODE_TTL_SECONDS": "5",
        "HINT_TIMEOUT_SECONDS": "2",
        "STOP_GRACE_SECONDS": "3",
        "DEPLOY_PORT_RANGE": port_range(),
        **as_text(changes),
    }


def as_text(settings: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in settings.items()}
