"""What a training of ours takes to the end of its first step, beside ms-swift by hand: 10,000 rows, a tiny model.

python -m bench.first_step [pairs of runs [words of a name]]

Both run in turn, each with caches of its own that are empty; one takes ten seconds or more, most of them to import.
Wall time is told beside CPU time (user and system, with the processes that it forks), and the ratio of the medians.
Needs `make swift-env`. Exit code 1 where more than 5 % are added to the CPU time, or where a run fails.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from common.swift.programs import train_launcher
from common.swift.programs.training.orders import Orders, as_environment

REPOSITORY = Path(__file__).parents[1]
PYTHON = os.environ.get("SWIFT_PYTHON", str(REPOSITORY / ".venv-swift/bin/python"))
ROWS = 10_000
LIMIT = 1.05
OPTIONS = (
    "--model_type=qwen2", "--template=qwen", "--check_model=false", "--add_version=false", "--max_steps=1",
    "--per_device_train_batch_size=2", "--gradient_accumulation_steps=1", "--logging_steps=1", "--save_steps=50",
    "--dataset_num_proc=1", "--dataloader_num_workers=0", "--use_cpu=true", "--torch_dtype=float32", "--report_to=none",
)  # fmt: skip
QUESTION, ANSWER, WORSE = "question {0} " + "word " * 60, "answer {0} " + "word " * 60, "worse {0} " + "word " * 60

Row = dict[str, Any]


class Took(NamedTuple):
    """Seconds."""

    wall: float
    cpu: float


class Training(NamedTuple):
    """`by_hand` has the rows as ms-swift reads them, `ours` as a job brings them."""

    method: str
    by_hand: Callable[[int], Row]
    ours: Callable[[int], Row]

    @property
    def command(self) -> tuple[str, ...]:
        return ("sft",) if self.method == "sft" else ("rlhf", f"--rlhf_type={self.method}")


def messages(number: int) -> Row:
    turns = (("user", QUESTION), ("assistant", ANSWER))
    return {"messages": [{"role": role, "content": text.format(number)} for role, text in turns]}


def native_pair(number: int) -> Row:
    return messages(number) | {"rejected_response": WORSE.format(number)}


def texts_pair(number: int) -> Row:
    texts = {"prompt": QUESTION, "chosen": ANSWER, "rejected": WORSE}
    return {name: text.format(number) for name, text in texts.items()}


def lists_pair(number: int) -> Row:
    better = messages(number)["messages"]
    return {"chosen": better, "rejected": [better[0], {"role": "assistant", "content": WORSE.format(number)}]}


TRAININGS = {
    "sft, messages": Training("sft", messages, messages),
    "dpo, as ms-swift has it": Training("dpo", native_pair, native_pair),
    "dpo, prompt/chosen/rejected": Training("dpo", native_pair, texts_pair),
    "dpo, lists of messages": Training("dpo", native_pair, lists_pair),
}


def main(pairs: int, wanted: str) -> int:
    print(f"{ROWS:,} rows, median of {pairs}; load {os.getloadavg()[0]:.1f}")
    print(f"{'':<29}{'by hand: wall':>14}{'CPU':>8}{'ours: wall':>14}{'CPU':>8}{'wall':>8}{'CPU':>8}", flush=True)
    worst = 0.0
    with tempfile.TemporaryDirectory(prefix="swt-bench-") as folder:
        model = Path(folder, "model")
        script = REPOSITORY / "client/demo/make_tiny_model.py"
        subprocess.run([PYTHON, "-P", script, model], check=True, capture_output=True, cwd=folder)
        for name, training in TRAININGS.items():
            if wanted not in name:
                continue
            found = [both(Path(folder), model, training) for _ in range(pairs)]
            hand, ours = (Took(*map(median, zip(*runs, strict=True))) for runs in zip(*found, strict=True))
            worst = max(worst, ours.cpu / hand.cpu)
            seconds = f"{hand.wall:>12.2f} s{hand.cpu:>6.2f} s{ours.wall:>12.2f} s{ours.cpu:>6.2f} s"
            print(f"{name:<29}{seconds}{ours.wall / hand.wall:>8.3f}{ours.cpu / hand.cpu:>8.3f}", flush=True)
    print(
        f"limit {LIMIT}: {'kept' if worst <= LIMIT else 'MISSED'}, most CPU {worst:.3f}; load {os.getloadavg()[0]:.1f}"
    )
    return 0 if worst <= LIMIT else 1


def both(folder: Path, model: Path, training: Training) -> tuple[Took, Took]:
    """One run by hand, one of ours."""
    command, *options = training.command
    orders = as_environment(Orders(facts_dir=str(folder / "run/facts"), method=training.method))
    by_hand = ["-m", f"swift.cli.{command}", *options]
    launched = ["-P", str(train_launcher.__file__), command, *options]
    return run(folder, model, by_hand, training.by_hand, {}), run(folder, model, launched, training.ours, orders)


def run(folder: Path, model: Path, program: list[str], make: Callable[[int], Row], extra: Mapping[str, str]) -> Took:
    home = folder / "run"
    shutil.rmtree(home, ignore_errors=True)
    Path(home, "facts").mkdir(parents=True)
    data = home / "rows.jsonl"
    data.write_text("".join(json.dumps(make(number)) + "\n" for number in range(ROWS)))
    caches = {"MODELSCOPE_CACHE": str(home / "modelscope"), "HF_HOME": str(home / "huggingface")}
    environ = {"PATH": os.defpath, "HOME": str(home), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", **caches, **extra}
    inputs = [f"--model={model}", f"--dataset={data}", f"--output_dir={home / 'output'}"]
    return timed([PYTHON, *program, *inputs, *OPTIONS], environ, home)


def timed(argv: list[str], environ: Mapping[str, str], home: Path) -> Took:
    """Ends this process with the log of a run that fails."""
    log = home / "log"
    with log.open("wb") as file:
        began = time.monotonic()
        child = subprocess.Popen(argv, env=dict(environ), cwd=home, stdout=file, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(log.read_text(errors="replace")[-3000:])
    return Took(time.monotonic() - began, usage.ru_utime + usage.ru_stime)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, " ".join(sys.argv[2:])))
