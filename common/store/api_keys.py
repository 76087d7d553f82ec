"""API keys: creating, finding, revoking them, and noting that one was used."""

from dataclasses import dataclass

from common.access.api_keys import ApiKey, Scope
from common.clock import from_ms, to_ms
from common.errors import KeyNameTaken
from common.projects import DEFAULT_PROJECT
from common.store import keys
from common.store.connection import translated_errors
from common.store.outcomes import Outcome
from common.store.project_index import project_member
from common.store.scripts import Scripts

# How long a key that is over stays in lists.
KEPT_DAYS = 30
_DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class ApiKeyStore:
    """The records of API keys."""

    scripts: Scripts

    def create(self, key: ApiKey) -> None:
        """Write a new key. Raises KeyNameTaken while another one of its name is active."""
        expires_ms = to_ms(key.expires_at) if key.expires_at else 0
        names = [keys.api_key(key.id), keys.API_KEYS, keys.API_KEYS_NAMES, keys.PROJECTS]
        args = [to_ms(key.created_at), key.id, key.name, key.scope, key.hash, key.created_by, expires_ms]
        args += [KEPT_DAYS * _DAY_MS, key.project]
        outcome = Outcome(self.scripts.call("create_key", names, args))
        if outcome is Outcome.TAKEN:
            raise KeyNameTaken(f"there is an active key with the name '{key.name}': revoke it first", name=key.name)

    def revoke(self, key_id: str) -> bool:
        """End a key for good; twice is fine. False when there is none."""
        names = [keys.api_key(key_id), keys.API_KEYS_NAMES]
        return Outcome(self.scripts.call("revoke_key", names, [KEPT_DAYS * _DAY_MS])) is Outcome.OK

    def note_use(self, key_id: str, at_ms: int) -> None:
        """Say when a key was used; never brings back one that is gone."""
        self.scripts.repeatable("note_key_use", [keys.api_key(key_id)], [at_ms])

    def get(self, key_id: str) -> ApiKey | None:
        with translated_errors():
            record = self.scripts.client.hgetall(keys.api_key(key_id))
        return _key(record) if record else None

    def id_of(self, name: str) -> str | None:
        """The id of the key that has this name now."""
        with translated_errors():
            found = self.scripts.client.hget(keys.API_KEYS_NAMES, name)
        return found.partition(":")[0] if found else None

    def count(self) -> int:
        with translated_errors():
            return int(self.scripts.client.zcard(keys.API_KEYS))

    def all(self) -> list[ApiKey]:
        """Every key that is kept, newest first; forgets the ids of those that are not."""
        with translated_errors():
            kept = self.scripts.client.zrevrange(keys.API_KEYS, 0, -1, withscores=True)
            ids = [key_id for key_id, _ in kept]
            with self.scripts.client.pipeline(transaction=False) as pipe:
                for key_id in ids:
                    pipe.hgetall(keys.api_key(key_id))
                records = pipe.execute()
            gone = [each for each, record in zip(kept, records, strict=True) if not record]
            if gone:
                # Redis has dropped the record, and its project with it: there is one project yet.
                members = [project_member(DEFAULT_PROJECT, "key", int(made), key_id) for key_id, made in gone]
                self.scripts.client.zrem(keys.API_KEYS, *(key_id for key_id, _ in gone))
                self.scripts.client.zrem(keys.PROJECTS, *members)
        return [_key(record) for record in records if record]


def _key(record: dict[str, str]) -> ApiKey:
    times = {
        name: from_ms(int(record[f"{name}_ms"])) if record.get(f"{name}_ms") else None
        for name in ("expires_at", "revoked_at", "last_used_at")
    }
    return ApiKey(
        id=record["id"],
        name=record["name"],
        scope=Scope(record["scope"]),
        hash=record["hash"],
        created_at=from_ms(int(record["created_at_ms"])),
        created_by=record["created_by"],
        project=record.get("project", DEFAULT_PROJECT),
        **times,
    )
