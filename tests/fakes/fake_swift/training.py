"""A training run that takes its time, logs, saves and ends as the knobs say."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from fake_swift.checkpoint import finish_folder, resume_step, resumed_best, save_checkpoint, write_args
from fake_swift.hooks import keep_state, tell_links, tell_rows
from fake_swift.knobs import Knobs
from fake_swift.metrics import MetricsLog

OUT_OF_MEMORY = (
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 139.81 GiB "
    "of which 3.12 GiB is free."
)
ESCAPED = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(3600)"


def train(options: dict[str, str], knobs: Knobs) -> int:
    """Run to the end; returns the exit code. Rank 0 writes, the others only pass the time."""
    _prepare(knobs)
    if knobs.hidden_child:
        _hide_a_child(Path(options["model"]))
    if why := _wrong_input(options):
        return _traceback(why)
    if os.environ.get("RANK", "0") != "0":
        return _pass_the_time(knobs)
    output_dir = Path(options["output_dir"])
    output_dir.mkdir(parents=True, exist_ok=True)
    _say(f"[INFO:swift] The SftArguments will be saved in: {output_dir / 'args.json'}")
    write_args(output_dir, options)
    if folder := os.environ.get("ROOT_IMAGE_DIR"):
        _say(
            f"[INFO:swift] Setting ROOT_IMAGE_DIR: {folder}. You can adjust this hyperparameter through the environment"
        )
    _say("[INFO:swift] Start time of running main: now")
    _flood(knobs)
    if code := tell_rows(knobs, options["dataset"]):
        return code
    tell_links(knobs)
    metrics = MetricsLog(output_dir, knobs, options)
    metrics.oddities()
    try:
        return _run_steps(output_dir, options, knobs, metrics)
    finally:  # the real one writes its summary after failures too
        metrics.summary()


def _run_steps(output_dir: Path, options: dict[str, str], knobs: Knobs, metrics: MetricsLog) -> int:
    first = resume_step(options) + 1
    metrics.best = resumed_best(options)
    for step in range(first, knobs.steps + 1):
        time.sleep(knobs.seconds_per_step)
        sys.stderr.write(f"\rTrain: {100 * step // knobs.steps}%|████| {step}/{knobs.steps} [00:00<00:00, 9.99it/s]")
        if step == knobs.fail_at_step:
            return _traceback(OUT_OF_MEMORY if knobs.oom else "RuntimeError: told to fail")
        if step == knobs.hang_at_step:
            time.sleep(3600)
        if step == knobs.truncate_at_step:
            os.ftruncate(sys.stderr.fileno(), 0)
            metrics.truncate()
        metrics.step(step)
        if step == knobs.wait_at_step:
            wait_for(Path(options["model"]) / "go")
        if _is_due(step, options, knobs):
            metrics.evaluate(step, str(output_dir / f"checkpoint-{step}"))
            metrics.saved = save_checkpoint(output_dir, step, options, knobs, metrics.history, best=metrics.best)
            keep_state(metrics.saved)
        if step == knobs.stop_at_step:
            return 0
    metrics.end()
    _say(f"[INFO:swift] last_model_checkpoint: {metrics.saved}")
    finish_folder(output_dir)
    _say("[INFO:swift] End time of running main: now")
    if knobs.lingers:
        time.sleep(3600)
    return knobs.exit_code


def wait_for(path: Path) -> None:
    """Until somebody makes that file."""
    while not path.exists():
        time.sleep(0.02)


def _is_due(step: int, options: dict[str, str], knobs: Knobs) -> bool:
    every = int(options.get("save_steps", "500"))
    return not knobs.no_checkpoint and (step % every == 0 or step in {knobs.steps, knobs.stop_at_step})


def _prepare(knobs: Knobs) -> None:
    if knobs.ignore_term:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if knobs.escape_child:
        subprocess.Popen([sys.executable, "-S", "-c", ESCAPED], start_new_session=True)
    time.sleep(knobs.start_seconds)


def _hide_a_child(model: Path) -> None:
    script = f"setsid /bin/sh -c 'echo $$ > {model}/hidden; exec sleep 3600' &"
    subprocess.run(["env", "-i", "PATH=/bin:/usr/bin", "/bin/sh", "-c", script], check=True)
    wait_for(model / "hidden")


def _wrong_input(options: dict[str, str]) -> str:
    dataset, model = options["dataset"].partition("#")[0], options["model"]
    if dataset.startswith("/") and not Path(dataset).exists():
        return f"ValueError: The local path does not exist, dataset_id: `{dataset}`. os.path.exists(dataset_id): False"
    if model.startswith("/") and not Path(model).exists():
        return f"ValueError: path: '{model}' not found"
    return ""


def _pass_the_time(knobs: Knobs) -> int:
    time.sleep(knobs.steps * knobs.seconds_per_step)
    return knobs.exit_code


def _flood(knobs: Knobs) -> None:
    line = "x" * 1023 + "\n"
    for _ in range(int(knobs.log_megabytes * 1024)):
        sys.stdout.write(line)
    sys.stdout.flush()


def _traceback(last_line: str) -> int:
    _say('Traceback (most recent call last):\n  File "sft.py", line 20, in <module>\n    sft_main()')
    _say(last_line)
    return 1


def _say(text: Any) -> None:
    print(text, file=sys.stderr, flush=True)
