"""The store: typed verbs over Redis, where each change of state is one Lua script; what is to change is decided
elsewhere, and Celery's messages are in common/messaging.
"""

from dataclasses import dataclass
from datetime import datetime

from common.clock import from_ms, redis_ms
from common.settings import Settings
from common.store import keys
from common.store.api_keys import ApiKeyStore
from common.store.attempts import AttemptStore, Bounds
from common.store.audit import AuditStore
from common.store.checkpoints import CheckpointStore
from common.store.chores import ChoreStore
from common.store.connection import PATIENT, Patience, RedisClient, connect, translated_errors
from common.store.datasets import DatasetStore
from common.store.deployer import DeployerStore
from common.store.deployments import DeploymentStore
from common.store.ended import EndedStore
from common.store.events import EventStore
from common.store.exports import ExportStore
from common.store.facts import FactsStore
from common.store.jobs import JobStore
from common.store.listings import ListingStore
from common.store.logs import LogStore
from common.store.models import ModelStore
from common.store.nodes import NodeStore
from common.store.outbox import OutboxStore
from common.store.passes import PassStore
from common.store.pulses import PulseStore
from common.store.queue import QueueStore
from common.store.recovery import RecoveryStore
from common.store.retention import RetentionStore
from common.store.scripts import Scripts
from common.store.swift_options import SwiftOptionsStore
from common.store.traffic import TrafficStore

_PROBE_KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Store:
    """One door per noun, over one connection pool."""

    client: RedisClient
    jobs: JobStore
    listings: ListingStore
    queue: QueueStore
    exports: ExportStore
    attempts: AttemptStore
    checkpoints: CheckpointStore
    ended: EndedStore
    events: EventStore
    facts: FactsStore
    logs: LogStore
    nodes: NodeStore
    outbox: OutboxStore
    chores: ChoreStore
    passes: PassStore
    api_keys: ApiKeyStore
    audit: AuditStore
    datasets: DatasetStore
    deployments: DeploymentStore
    models: ModelStore
    deployer: DeployerStore
    pulses: PulseStore
    recovery: RecoveryStore
    retention: RetentionStore
    swift_options: SwiftOptionsStore
    traffic: TrafficStore

    def now(self) -> datetime:
        """Redis's clock: the one that all heartbeats and deadlines are measured by."""
        with translated_errors():
            seconds, microseconds = self.client.time()
        return from_ms(redis_ms(seconds, microseconds))

    def probe_write(self) -> None:
        """Write something that means nothing, as all verbs write: by a script. Raises StoreFull or StoreUnavailable."""
        Scripts(self.client).repeatable("probe_write", [keys.PROBE], [_PROBE_KEPT_SECONDS])


def open_store(settings: Settings, patience: Patience = PATIENT) -> Store:
    """A store on the Redis of the settings; connects when first used."""
    client = connect(settings, patience=patience)
    scripts = Scripts(client)
    bounds = Bounds(settings.events_max, settings.log_head_bytes, settings.log_tail_bytes, settings.metrics_max)
    return Store(
        client=client,
        jobs=JobStore(scripts, settings.events_max),
        listings=ListingStore(scripts),
        queue=QueueStore(scripts),
        exports=ExportStore(scripts, settings.events_max),
        attempts=AttemptStore(scripts, bounds),
        checkpoints=CheckpointStore(scripts),
        ended=EndedStore(client),
        events=EventStore(client),
        facts=FactsStore(client),
        logs=LogStore(client),
        nodes=NodeStore(scripts),
        outbox=OutboxStore(client),
        chores=ChoreStore(client),
        passes=PassStore(scripts, settings.pass_ttl_seconds),
        api_keys=ApiKeyStore(scripts),
        audit=AuditStore(client, settings.audit_max),
        datasets=DatasetStore(scripts),
        deployments=DeploymentStore(scripts, settings.events_max),
        models=ModelStore(scripts),
        deployer=DeployerStore(scripts, settings.events_max),
        pulses=PulseStore(client),
        recovery=RecoveryStore(scripts, settings.events_max),
        retention=RetentionStore(scripts),
        swift_options=SwiftOptionsStore(client),
        traffic=TrafficStore(client),
    )
