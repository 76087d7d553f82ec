"""The Python SDK: `SwiftTrainer`, what it answers and what it raises; speaks HTTP only, knows nothing of the service's
insides, and prints nothing.
"""

from swift_trainer.sdk.credentials import Credentials, find_credentials, find_gateway
from swift_trainer.sdk.deployments import is_deployment_id
from swift_trainer.sdk.errors import (
    ApiError,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    Forbidden,
    GatewayUnreachable,
    Invalid,
    NotFound,
    SwiftTrainerError,
    Unauthorized,
    Unavailable,
    WaitTimedOut,
)
from swift_trainer.sdk.gateway import Gateway
from swift_trainer.sdk.logs import LogPosition
from swift_trainer.sdk.shapes import FINAL, Deployment, Job, LogPage
from swift_trainer.sdk.trainer import SwiftTrainer

__all__ = [
    "FINAL",
    "ApiError",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "Credentials",
    "Deployment",
    "Forbidden",
    "Gateway",
    "GatewayUnreachable",
    "Invalid",
    "Job",
    "LogPage",
    "LogPosition",
    "NotFound",
    "SwiftTrainer",
    "SwiftTrainerError",
    "Unauthorized",
    "Unavailable",
    "WaitTimedOut",
    "find_credentials",
    "find_gateway",
    "is_deployment_id",
]
