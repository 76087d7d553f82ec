"""Tells the record where the trackers of a training have its run, and which of them failed."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from common.errors import StoreUnavailable
from common.store.outcomes import Outcome
from common.swift.programs.training import facts
from workers.attempts.attempt import Attempt
from workers.outputs.rows import attempt_facts


class LinksWatch:
    """Of one training: tells each change of what its launcher told."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._told: Any = None

    def look(self) -> None:
        """Called every moment. Not patiently: it looks again."""
        found = self._found()
        if found is None or found == self._told:
            return
        try:
            if self._note(found) is Outcome.OK:
                self._told = found
        except StoreUnavailable:
            return

    def tell(self) -> None:
        """Say what there is in the end. Raises Detached or Estranged."""
        found = self._found()
        if found is not None and found != self._told:
            self._attempt.tell(partial(self._note, found))
            self._told = found

    def _found(self) -> tuple[dict[str, str], dict[str, str]] | None:
        content = facts.read(attempt_facts(self._attempt.folder), facts.LINKS)
        return (_texts(content.get("links")), _texts(content.get("failed"))) if isinstance(content, dict) else None

    def _note(self, found: tuple[Mapping[str, str], Mapping[str, str]]) -> Outcome:
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
