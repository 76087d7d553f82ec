"""The Python SDK: `SwiftTrainer` and what it raises. Speaks HTTP only and knows nothing of the service's insides."""

from client.sdk.credentials import Credentials, find_credentials
from client.sdk.errors import (
    ApiError,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    Forbidden,
    Invalid,
    NotFound,
    SwiftTrainerError,
    Unauthorized,
    Unavailable,
    WaitTimedOut,
)
from client.sdk.logs import LogPosition
from client.sdk.shapes import FINAL, Job, LogPage
from client.sdk.trainer import SwiftTrainer

__all__ = [
    "FINAL",
    "ApiError",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "Credentials",
    "Forbidden",
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
]
