"""Verdicts that are kept, as files: the same data set is read once, whichever process is asked about it."""

import os
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from common.swift.inputs.asked_verdict import AskedVerdict
from common.swift.inputs.verdict import Verdict

FOLDER = "verdicts"
KEPT_MAX = 500
# Of a verdict on other files too, such as the images that the records name: long enough to check, then to submit.
UNLASTING_SECONDS = 300.0


class KeptVerdicts:
    """Those in one folder; the ones that were asked for last stay."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, asked: AskedVerdict) -> Verdict | None:
        """The verdict on these very files; None where there is none."""
        path = self._path(asked)
        try:
            verdict = msgspec.json.decode(path.read_bytes(), type=Verdict)
            if verdict.lasting:
                os.utime(path)
            elif time.time() - path.stat().st_mtime > UNLASTING_SECONDS:
                return None
        except (OSError, msgspec.MsgspecError):
            return None
        return verdict

    def keep(self, mark: str, verdict: Verdict) -> None:
        """Keep one; where there is no room it is given again."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._folder / f".{mark}.{os.getpid()}"
            draft.write_bytes(msgspec.json.encode(verdict))
            draft.replace(self._folder / mark)
            self._forget_oldest()

    def _path(self, asked: AskedVerdict) -> Path:
        return self._folder / asked.mark()

    def _forget_oldest(self) -> None:
        kept = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in kept[:-KEPT_MAX]:
            path.unlink(missing_ok=True)
