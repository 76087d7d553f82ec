"""The demonstration's lesson: its material, made and asked in the interpreter of ms-swift: no hub, no network."""

import os
import subprocess
from pathlib import Path

from client.stack.errors import StackError

HERE = Path(__file__).parent
MINUTES = 5


def make_model(python: Path, model: Path) -> None:
    """Write the tiny base model, unless it is there."""
    _make_once(python, "make_tiny_model.py", model)


def make_dataset(python: Path, dataset: Path) -> None:
    """Write the conversations to learn, unless they are there."""
    _make_once(python, "make_dataset.py", dataset)


def ask(python: Path, model: Path, question: str) -> str:
    """The model's answer, from the files of the model alone."""
    return _run(python, "ask.py", str(model), question).strip()


def _make_once(python: Path, script: str, out: Path) -> None:
    """Made beside its place and renamed: a demonstration that was cut off leaves no half of it behind."""
    if out.exists():
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f"draft-{os.getpid()}-{out.name}")
    _run(python, script, str(draft))
    draft.rename(out)


def _run(python: Path, script: str, *arguments: str) -> str:
    command = [str(python), str(HERE / script), *arguments]
    done = subprocess.run(command, env=_environ(), capture_output=True, text=True, timeout=MINUTES * 60, check=False)
    if done.returncode != 0:
        raise StackError(f"{script} ended with exit code {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def _environ() -> dict[str, str]:
    # That interpreter is another environment than ours: nothing of ours may leak into its imports.
    environ = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    return {**environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
