"""The programs that serve a model, as texts: for machines that have nothing of this service."""

from importlib.resources import files
from importlib.resources.abc import Traversable

LAUNCHER = "serve_launcher.py"
SERVING = "serving"
RULE = "asked_media"


def serve_programs() -> dict[str, str]:
    """Texts by their paths; nothing of them runs here. The launcher finds what requests may name beside itself."""
    programs = files("common") / "swift" / "programs"
    named = {LAUNCHER: programs / LAUNCHER}
    named |= _modules(programs / SERVING, SERVING) | _modules(files("common") / RULE, RULE)
    return {path: file.read_text(encoding="utf-8") for path, file in sorted(named.items())}


def _modules(folder: Traversable, path: str) -> dict[str, Traversable]:
    found: dict[str, Traversable] = {}
    for file in folder.iterdir():
        if file.is_dir() and file.name != "__pycache__":
            found |= _modules(file, f"{path}/{file.name}")
        elif file.name.endswith(".py"):
            found[f"{path}/{file.name}"] = file
    return found
