"""The Python SDK: `SwiftTrainer` and what it raises. Speaks HTTP only and knows nothing of the service's insides."""

from client.sdk.credentials import Credentials, find_credentials, find_gateway
from client.sdk.deployments import is_deployment_id
from client.sdk.errors import (
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
from client.sdk.gateway import Gateway
from client.sdk.logs import LogPosition
from client.sdk.shapes import FINAL, Deployment, Job, LogPage
from client.sdk.trainer import SwiftTrainer

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
