"""A stack's Redis, as tests look into it past the API."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import redis

from client.stack.embedded_redis import EmbeddedRedis
from common.settings import Settings, load_settings
from common.store import Store, keys, open_store
from common.store.consistency import inconsistencies
from tests.eventually import eventually


class Stored:
    """What the processes that have this environment keep in the Redis of this folder."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.redis = EmbeddedRedis(folder)
        self.environment = environment

    def settings(self) -> Settings:
        """What its processes read."""
        with patch.dict(os.environ, self.environment, clear=True):
            return load_settings()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The stack's own Redis, as its processes see it."""
        opened = open_store(self.settings())
        try:
            yield opened
        finally:
            opened.client.close()

    def redis_client(self, db: int = 0) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.redis.socket_path), db=db, decode_responses=True)

    def broker_client(self) -> redis.Redis:
        return self.redis_client(db=1)

    def celery_state(self, task_id: str) -> str:
        return str(json.loads(self.redis_client().get(f"celery-task-meta-{task_id}") or "{}").get("status", "PENDING"))

    def deleting(self) -> list[str]:
        """The ids of those that were deleted, and are not forgotten because they have not ended yet."""
        return list(self.redis_client().zrange(keys.JOBS_DELETING, 0, -1))

    def wait_until_forgotten(self, *job_ids: str) -> None:
        """They were deleted, have ended, and their ids are free."""
        eventually(lambda: set(job_ids) & set(self.deleting()), lambda left: not left, what="oblivion")

    def expect_consistent(self) -> None:
        """Records, indexes and leases agree, at the latest in a moment."""
        with self.store() as store:
            eventually(lambda: inconsistencies(store), lambda problems: problems == [], what="consistency")
