"""The settings of all processes: what they are, how they are read, what each may be (env/.env.example tells); those of
a local stack are in client/stack.
"""

from common.settings.reading import load_settings
from common.settings.settings import GUESSABLE_BELOW, LOOPBACK_HOSTS, Settings, SettingsError

__all__ = ["GUESSABLE_BELOW", "LOOPBACK_HOSTS", "Settings", "SettingsError", "load_settings"]
