"""The folders that a run saves, with the files that the service looks at."""

import json
from pathlib import Path
from typing import Any

from fake_swift.knobs import Knobs

TOKENIZER = '{"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}'
EMPTY_SAFETENSORS = b"\x02\0\0\0\0\0\0\0{}"


def write_args(folder: Path, options: dict[str, str]) -> None:
    """args.json; the fake keeps the options it was given, the real one all of its own."""
    arguments = options | {"dataset": options["dataset"].split(","), "swift_version": "4.6.0", "external_plugins": []}
    (folder / "args.json").write_text(json.dumps(arguments, indent=2), encoding="utf-8")


def save_checkpoint(
    output_dir: Path,
    step: int,
    options: dict[str, str],
    knobs: Knobs,
    history: list[dict[str, Any]],
    *,
    best: str | None = None,
) -> str:
    """Write checkpoint-<step>, then move the link `last-checkpoint` to it, unless it is to be torn."""
    checkpoint = output_dir / f"checkpoint-{step}"
    checkpoint.mkdir(exist_ok=True)
    write_args(checkpoint, options)
    _write_weights(checkpoint, options)
    if options.get("save_only_model") != "true":
        for name in ("optimizer.pt", "scheduler.pt", "rng_state.pth"):
            (checkpoint / name).write_bytes(b"state")
    if knobs.torn_checkpoint:
        return str(checkpoint)
    state = {
        "global_step": step,
        "max_steps": knobs.steps,
        "epoch": 1.0,
        "log_history": history,
        "best_model_checkpoint": best,
    }
    (checkpoint / "trainer_state.json").write_text(json.dumps(state), encoding="utf-8")
    _point(output_dir / "last-checkpoint", checkpoint.name)
    _forget_old(output_dir, int(options.get("save_total_limit", "0")), best)
    return str(checkpoint)


def resume_step(options: dict[str, str]) -> int:
    """The step that a resumed run starts after."""
    return int(_resumed_state(options).get("global_step", 0))


def resumed_best(options: dict[str, str]) -> str | None:
    """The checkpoint that was the best one until then."""
    return _resumed_state(options).get("best_model_checkpoint")


def _resumed_state(options: dict[str, str]) -> dict[str, Any]:
    checkpoint = options.get("resume_from_checkpoint")
    return json.loads((Path(checkpoint) / "trainer_state.json").read_text(encoding="utf-8")) if checkpoint else {}


def finish_folder(output_dir: Path) -> None:
    """What the real one adds at the end."""
    (output_dir / "images").mkdir(exist_ok=True)
    (output_dir / "images" / "train_loss.png").write_bytes(b"\x89PNG")


def write_model(folder: Path) -> None:
    """A whole model, as far as anybody looks at it."""
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen2"}), encoding="utf-8")
    (folder / "tokenizer.json").write_text(TOKENIZER, encoding="utf-8")
    (folder / "model.safetensors").write_bytes(EMPTY_SAFETENSORS)


def _write_weights(checkpoint: Path, options: dict[str, str]) -> None:
    if options.get("tuner_type", options.get("train_type")) == "full":
        write_model(checkpoint)
        return
    (checkpoint / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA"}), encoding="utf-8")
    (checkpoint / "adapter_model.safetensors").write_bytes(EMPTY_SAFETENSORS)


def _point(link: Path, target: str) -> None:
    draft = link.with_name(f"{link.name}.tmp")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(link)


def _forget_old(output_dir: Path, limit: int, best: str | None) -> None:
    """The best one and the newest ones stay."""
    steps = sorted(int(path.name.partition("-")[2]) for path in output_dir.glob("checkpoint-*"))
    spared = {steps[-1], int(best.rpartition("-")[2]) if best else 0}
    steps.sort(key=lambda step: (step in spared, step))
    for step in steps[:-limit] if limit else []:
        folder = output_dir / f"checkpoint-{step}"
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
