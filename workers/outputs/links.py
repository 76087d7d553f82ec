"""Tells the record where the trackers of a training have its run, and which of them failed."""

import json
from collections.abc import Mapping
from functools import partial

from common.store.outcomes import Outcome
from common.swift.programs.training import facts
from workers.outputs.fact_watch import FactWatch
from workers.outputs.rows import attempt_facts

# By tracker where its run is, and why it failed.
Found = tuple[dict[str, str], dict[str, str]]


class LinksWatch(FactWatch[Found]):
    """Tells each change of what its launcher told."""

    def _found(self) -> Found | None:
        content = facts.read(attempt_facts(self._attempt.folder), facts.LINKS)
        return (_texts(content.get("links")), _texts(content.get("failed"))) if isinstance(content, dict) else None

    def _note(self, found: Found) -> Outcome:
        attempt, (links, failed) = self._attempt, found
        note = partial(attempt.node.store.attempts.note, attempt.job.id, attempt.number, "links")
        return note(links_text(links, failed), links=json.dumps(links, ensure_ascii=False))


def links_text(links: Mapping[str, str], failed: Mapping[str, str]) -> str:
    """tracked by mlflow, tensorboard; trains without wandb (CommError: …)"""
    without = ", ".join(f"{tracker} ({why})" for tracker, why in failed.items())
    if links and failed:
        return f"tracked by {', '.join(links)}; trains without {without}"
    return f"trains without {without}" if failed else f"tracked by {', '.join(links)}"


def _texts(content: object) -> dict[str, str]:
    return {str(name): str(value) for name, value in content.items()} if isinstance(content, dict) else {}
