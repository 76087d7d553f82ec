"""The programs that serve a model, as texts: for machines that have nothing of this service."""

from importlib.resources import files

LAUNCHER = "serve_launcher.py"
RULE = "asked_media"


def serve_programs() -> dict[str, str]:
    """Texts by their paths; nothing of them runs here. The launcher finds what requests may name beside itself."""
    launcher = files("common") / "swift" / "programs" / LAUNCHER
    rule = sorted((files("common") / RULE).iterdir(), key=lambda file: file.name)
    named = {LAUNCHER: launcher} | {f"{RULE}/{file.name}": file for file in rule if file.name.endswith(".py")}
    return {path: file.read_text(encoding="utf-8") for path, file in named.items()}
