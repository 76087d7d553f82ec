"""The client's wheel in an environment of its own, as on a laptop or in CI: without the service, over HTTP."""

import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import distribution, files
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement

from tests.real_stack import RealStack, fake_inputs

pytestmark = pytest.mark.integration

CLIENT = Path(__file__).parents[3] / "client"
SUBMITS = """
import sys
from swift_trainer import Invalid, SwiftTrainer

with SwiftTrainer(sys.argv[1]) as trainer:
    job = trainer.jobs.submit({"task_type": "llm", "model_path": sys.argv[2], "data_path": sys.argv[3],
                               "output_dir": "output/from-afar"})
    print(trainer.jobs.wait(job["job_id"], poll=0.1)["status"])
    try:
        trainer.jobs.submit({})
    except Invalid as refused:
        print(len(refused.errors) > 0)
print(sorted({"api", "client", "celery", "common", "flask", "redis"} & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment's programs that has the client, and what this one needs, and nothing else."""
    folder = tmp_path_factory.mktemp("alone")
    venv.create(folder / "venv", symlinks=True)
    python = folder / "venv/bin/python"
    wheel = next(WheelBuilder(str(CLIENT)).build(directory=str(folder)))
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps", wheel]
    subprocess.run(install, check=True)
    site = next((folder / "venv/lib").glob("python*/site-packages"))
    for name in sorted(set(needed_by("swift-trainer-client"))):
        for top in {str(file).partition("/")[0] for file in files(name) or [] if not str(file).startswith("..")}:
            target = site / top
            if top != "__pycache__" and not target.exists():
                target.symlink_to(Path(str(distribution(name).locate_file(top))))
    return python.parent


def needed_by(name: str) -> Iterator[str]:
    """The distributions that it needs here, those of those included."""
    for text in distribution(name).requires or []:
        needed = Requirement(text)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            yield needed.name
            yield from needed_by(needed.name)


def run(*argv: object, code: int = 0) -> str:
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, check=False, env={"HOME": "/"})
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_all_that_it_needs_is_there(alone: Path) -> None:
    assert "No broken requirements" in run(sys.executable, "-m", "pip", "--python", alone / "python", "check")
    assert run(alone / "swt", "--version").startswith("swt ")
    assert "  submit " in run(alone / "swt", "--help")


@pytest.mark.parametrize("command", ["up", "demo", "migrate"])
def test_a_command_of_the_service_says_how_to_get_it(alone: Path, command: str) -> None:
    said = run(alone / "swt", command, "--help", code=2)

    only = "and only its client is installed here: install swift-trainer, too"
    assert said == f"Error: swt {command} needs the service itself, {only}\n"


def test_it_trains_on_a_service_that_it_reaches(alone: Path, stack: RealStack) -> None:
    url = f"http://127.0.0.1:{stack.port}"
    inputs = fake_inputs(stack.folder, steps=2, seconds_per_step=0.01)

    said = run(alone / "python", "-c", SUBMITS, url, inputs["model_path"], inputs["data_path"])

    assert said.splitlines() == ["completed", "True", "[]"]
    assert run(alone / "swt", "--url", url, "ls").splitlines()[1].split()[0] == "from-afar"
    assert "Merge LoRA" in run(alone / "swt", "--url", url, "logs", "from-afar")
