"""A hub in the folder HOME/fake-hub, asked as Hugging Face's client asks the real one."""

import json
import os
import shutil
import time
from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace


class HfApi:
    """HOME/fake-hub/refuses makes it answer 403, and it says nothing while there is HOME/fake-hub/hangs.

    Each repository remembers who pushed it, and how it was started.
    """

    def __init__(self) -> None:
        self._root = Path.home() / "fake-hub"

    def create_repo(self, repo: str, *, private: bool, exist_ok: bool) -> None:
        while (self._root / "hangs").exists():
            time.sleep(0.02)
        if (self._root / "refuses").exists():
            print("huggingface_hub.errors.HfHubHTTPError: 403 Forbidden: you may not write to this namespace")
            raise SystemExit(1)
        (self._root / repo).mkdir(parents=True, exist_ok=exist_ok)
        about = self._root / f"{repo}.json"
        if not about.exists():
            about.write_text(json.dumps({"private": private}))

    def model_info(self, repo: str) -> SimpleNamespace:
        return SimpleNamespace(private=json.loads((self._root / f"{repo}.json").read_text())["private"])

    def upload_folder(
        self, *, repo_id: str, folder_path: str, commit_message: str, ignore_patterns: list[str]
    ) -> SimpleNamespace:
        for path in Path(folder_path).iterdir():
            if not any(fnmatch(path.name, pattern) for pattern in ignore_patterns):
                shutil.copy(path, self._root / repo_id)
        about = self._root / f"{repo_id}.json"
        facts = json.loads(about.read_text()) | {"token": os.environ["HF_TOKEN"], "message": commit_message}
        facts["command"] = Path("/proc/self/cmdline").read_text().split("\0")
        about.write_text(json.dumps(facts))
        return SimpleNamespace(oid="0123abc")
