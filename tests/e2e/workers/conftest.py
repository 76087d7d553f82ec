"""The real ms-swift on a tiny model, without network and without a GPU."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from common.job_specs import JobSpec
from common.swift.command.command import CommandContext, train_command
from tests.builders import make_spec
from tests.e2e.conftest import PHASE_SECONDS
from tests.e2e.workers.warm import WarmSwift, warm_swift
from workers.swift.environment import child_environment, rank_environments
from workers.swift.installed import swift_version
from workers.swift.log_excerpt import last_lines
from workers.swift.results import read_train_result
from workers.swift.verdict import ProcessEnd, Verdict, judge_train

REPOSITORY = Path(__file__).parents[3]
DEMO = REPOSITORY / "client" / "demo"
FAKE_PYTHON = str(REPOSITORY / "tests" / "fakes" / "swift_python")
TINY = {"model_type": "qwen2", "template": "qwen"}


@dataclass(frozen=True)
class Bench:
    """A model, a data set, and a way to run commands on them."""

    python: str
    folder: Path
    model: Path
    dataset: Path
    warm: WarmSwift

    def context(self, output: Path, **changes: Any) -> CommandContext:
        values: dict[str, Any] = {
            "swift_version": swift_version(self.python),
            "model_path": str(self.model),
            "data_paths": (str(self.dataset),),
            "output_dir": str(output),
            "on_cpu": True,
        } | changes
        return CommandContext(**values)

    def train(self, spec: JobSpec, output: Path, **context: Any) -> Verdict:
        """Run one training to its end and judge it."""
        log = output.with_suffix(".log")
        [code] = self.warm.run([{"argv": train_command(spec, self.context(output, **context)), "log": str(log)}])
        return judge_train(ProcessEnd(code, log_lines=last_lines(log, 50)), read_train_result(output, spec.extra_args))

    def run(self, argv: list[str], log: Path, env: Mapping[str, str] | None = None, python: str | None = None) -> int:
        """The exit code, of a process that imports all for itself."""
        process = self.start(argv, log, env, python)
        try:
            return process.wait(PHASE_SECONDS)
        finally:
            process.kill()

    def start(
        self, argv: list[str], log: Path, env: Mapping[str, str] | None = None, python: str | None = None
    ) -> subprocess.Popen[bytes]:
        with log.open("wb") as file:
            return subprocess.Popen(
                [python or self.python, *argv],
                env=dict(env or self.environments(1)[0]),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    def environments(self, ranks: int, port: int = 0) -> list[dict[str, str]]:
        return environments(self.folder, ranks, port)

    def demo(self, script: str, *arguments: str) -> str:
        """What one of the demonstration's scripts printed."""
        command = [self.python, "-P", str(DEMO / script), *arguments]
        done = subprocess.run(command, env=self.environments(1)[0], capture_output=True, text=True, check=True)
        return done.stdout.strip()


@pytest.fixture(scope="session")
def bench(swift_python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("swift")
    with warm_swift(swift_python, environments(folder, 1)[0], folder) as warm:
        bench = Bench(swift_python, folder, folder / "model", folder / "train.jsonl", warm)
        bench.demo("make_tiny_model.py", str(bench.model))
        bench.demo("make_dataset.py", str(bench.dataset))
        yield bench


def environments(folder: Path, ranks: int, port: int = 0) -> list[dict[str, str]]:
    """Of each rank, on a machine without network and without a GPU."""
    base = child_environment(
        os.environ | {"HF_HUB_OFFLINE": "1"},
        {},
        cache_dir=folder / "cache",
        gpu_ids=["cpu-0"],
        on_cpu=True,
        omp_threads=1,
    )
    return rank_environments(base, ranks, port)


def all_ended(ranks: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """The exit codes of processes that train together; none of them is left behind."""
    try:
        return [process.wait(PHASE_SECONDS) for process in ranks]
    finally:
        for process in ranks:
            process.kill()


def tiny_spec(params: Mapping[str, Any] | None = None, **changes: Any) -> JobSpec:
    """A job of a few steps."""
    small = {"num_epochs": 1, "batch_size": 8, "gradient_accumulation_steps": 1, "max_length": 256, "logging_steps": 2}
    small |= {"dataloader_num_workers": 0, "train_type": "lora", "torch_dtype": "bfloat16"}
    extra = TINY | changes.pop("extra_args", {})
    return make_spec(params=small | dict(params or {}), extra_args=extra, **changes)
