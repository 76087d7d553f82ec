"""Merging an adapter into its base model."""

import sys
import time
from pathlib import Path

from fake_swift.checkpoint import write_model
from fake_swift.knobs import Knobs


def export(options: dict[str, str], knobs: Knobs) -> int:
    """Write a whole model to `output_dir`; returns the exit code."""
    output_dir = Path(options["output_dir"])
    if output_dir.exists():
        print(f"FileExistsError: args.output_dir: `{output_dir}` already exists.", file=sys.stderr)
        return 1
    time.sleep(knobs.export_seconds)
    if knobs.export_exit_code:
        print("RuntimeError: told to fail", file=sys.stderr)
        return knobs.export_exit_code
    print("[INFO:swift] Merge LoRA...", file=sys.stderr)
    output_dir.mkdir(parents=True)
    write_model(output_dir)
    if knobs.export_incomplete:
        (output_dir / "model.safetensors").unlink()
    print(f"[INFO:swift] Successfully merged LoRA and saved in `{output_dir}`.", file=sys.stderr)
    return 0
