"""logging.jsonl and what the real one prints beside it."""

import json
import math
import os
import time
from pathlib import Path
from typing import Any

from fake_swift.knobs import Knobs


class MetricsLog:
    """Appends to logging.jsonl, opened and closed for each line."""

    def __init__(self, output_dir: Path, knobs: Knobs, options: dict[str, str]) -> None:
        self._path = output_dir / "logging.jsonl"
        self._knobs = knobs
        self._every = int(options.get("logging_steps", "5"))
        self._epochs = float(options.get("num_train_epochs", "3"))
        self._rate = float(options.get("learning_rate", "1e-4"))
        self._on_gpu = bool(os.environ.get("CUDA_VISIBLE_DEVICES")) and options.get("use_cpu") != "true"
        self._began = time.monotonic()
        self._step = 0
        self.saved: str | None = None
        self.best: str | None = None
        self.history: list[dict[str, Any]] = []

    def step(self, step: int) -> None:
        """The line of a step, when one is due: the first, then every `logging_steps`, and the last."""
        self._step = step
        if step not in (1, self._knobs.steps) and step % self._every:
            return
        done = step / self._knobs.steps
        broken = 0 < self._knobs.nan_at <= step
        numbers = {
            "loss": 0.0 if broken else round(6.0 * math.exp(-3 * done), 8),
            "grad_norm": math.nan if broken else 1.5,
            "learning_rate": round(self._rate * (1 - done), 8),
            "token_acc": 0.0 if broken else round(done, 8),
        }
        self.history.append(numbers | {"epoch": self._epochs * done, "step": step})
        self._write(numbers)

    def evaluate(self, step: int, checkpoint: str) -> None:
        """A loss that is least at the best step; the checkpoint is the best one then until there is a better."""
        if not self._knobs.best_at_step:
            return
        if self.best is None or step <= self._knobs.best_at_step:
            self.best = checkpoint
        self._write({"eval_loss": 1 + abs(step - self._knobs.best_at_step) / 8, "eval_runtime": 0.5})

    def end(self) -> None:
        """The averages."""
        seconds = round(time.monotonic() - self._began, 4)
        self._write(
            {
                "train_runtime": seconds,
                "train_samples_per_second": 99.9,
                "train_steps_per_second": 9.9,
                "total_flos": 13668383232.0,
                "train_loss": 3.1,
            }
        )

    def summary(self) -> None:
        """The last line, which has no steps."""
        line = {
            "train_dataset": "82.200000±6.939741, min=72.000000, max=90.000000, size=60",
            "model_parameter_info": "PeftModelForCausalLM: 0.1309M Params (0.0328M Trainable [25.0367%]).",
            "last_model_checkpoint": self.saved,
            "best_model_checkpoint": self.best,
            "best_metric": None,
            "global_step": self._step,
            "log_history": self._long_history(),
            "memory": 0,
        }
        self._append(line)

    def oddities(self) -> None:
        """What no release has written yet."""
        with self._path.open("ab") as file:
            for line in self._knobs.odd_lines:
                file.write((line + "\n").encode("latin-1") * self._knobs.odd_times)

    def truncate(self) -> None:
        os.truncate(self._path, 0)

    def _long_history(self) -> list[dict[str, Any]]:
        entry = {"loss": 1.23456789, "grad_norm": 1.5, "learning_rate": 1e-4, "token_acc": 0.5, "epoch": 1.0, "step": 1}
        return self.history + [entry] * int(self._knobs.summary_megabytes * 1024**2 / len(json.dumps(entry)))

    def _write(self, numbers: dict[str, Any]) -> None:
        total, elapsed = self._knobs.steps, time.monotonic() - self._began
        memory = {"memory(GiB)": 1.23} if self._on_gpu else {}
        line = {
            **numbers,
            "epoch": round(self._epochs * self._step / total, 8),
            "global_step/max_steps": f"{self._step}/{total}",
            "elapsed_time": _shown(elapsed),
            "remaining_time": _shown((total - self._step) * elapsed / max(1, self._step)),
            **memory,
            "train_speed(s/it)": round(elapsed / max(1, self._step), 6),
        }
        self._append(line)
        print({key: str(value) for key, value in line.items() if key != "total_flos"}, flush=True)

    def _append(self, line: dict[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _shown(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m {rest}s" if minutes else f"{rest}s"
