"""The client of a Swift Trainer service: the SDK (`SwiftTrainer`) and the command `swt`; speaks HTTP only, and has
nothing of the service itself.

What this module offers is loaded when it is asked for: the command imports it too, and has to answer at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from swift_trainer.sdk import *  # noqa: F403


def __getattr__(name: str) -> Any:
    sdk = import_module("swift_trainer.sdk")
    if name != "__all__" and name not in sdk.__all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(sdk, name)


def __dir__() -> list[str]:
    return sorted(import_module("swift_trainer.sdk").__all__)
