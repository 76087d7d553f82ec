"""Services: what the endpoints do, one file for each thing done; free of HTTP, which is in resources, and of how
answers look, which is in views.
"""

from dataclasses import dataclass

from celery import Celery

from api.live import Live
from api.services.catalogs import Catalogs
from api.services.checks.readings import Readings
from api.services.datasets.running_hashes import RunningHashes
from api.services.doorbell import Doorbell
from api.services.known_keys import KnownKeys
from api.services.planning import Planning
from api.services.write_probe import WriteProbe
from common.settings import Settings
from common.store import Store


@dataclass(frozen=True, slots=True)
class Services:
    """What an API process works with. `probe` is the same store, given up on sooner."""

    settings: Settings
    store: Store
    probe: Store
    celery: Celery
    planning: Planning
    live: Live
    known_keys: KnownKeys
    catalogs: Catalogs
    running_hashes: RunningHashes
    write_probe: WriteProbe
    doorbell: Doorbell
    readings: Readings
