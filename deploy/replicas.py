"""The servers that answer for model names: what a router needs to know of each."""

from dataclasses import dataclass

from common.secret import Secret


@dataclass(frozen=True, slots=True)
class Replica:
    """One healthy server. `models` are the names it answers to: its own, then those of its adapters.

    `base_url` ends before `/v1`. `owned_by` is what `/v1/models` tells clients of it.
    """

    deployment_id: str
    models: tuple[str, ...]
    version: str
    base_url: str
    api_key: Secret
    created_at_s: int = 0
    owned_by: str = "swift-trainer"
