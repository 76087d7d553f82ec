"""Merging an adapter into its base model, and quantising a whole model."""

import json
import shutil
import sys
import time
from pathlib import Path

from fake_swift.checkpoint import write_model
from fake_swift.knobs import Knobs


def export(options: dict[str, str], knobs: Knobs) -> int:
    """Write a whole model to `output_dir`; returns the exit code."""
    output_dir = Path(options["output_dir"])
    print(f"[INFO:swift] args: ExportArguments(output_dir='{output_dir}')", file=sys.stderr, flush=True)
    if output_dir.exists():
        print(f"FileExistsError: args.output_dir: `{output_dir}` already exists.", file=sys.stderr)
        return 1
    return _quantize(options, output_dir, knobs) if "quant_method" in options else _merge(options, output_dir, knobs)


def _merge(options: dict[str, str], output_dir: Path, knobs: Knobs) -> int:
    time.sleep(knobs.export_seconds)
    if knobs.export_exit_code:
        print("RuntimeError: told to fail", file=sys.stderr)
        return knobs.export_exit_code
    print("[INFO:swift] Merge LoRA...", file=sys.stderr)
    _write(output_dir, options["adapters"])
    if knobs.export_incomplete:
        (output_dir / "model.safetensors").unlink()
    print(f"[INFO:swift] Successfully merged LoRA and saved in `{output_dir}`.", file=sys.stderr)
    return 0


def _quantize(options: dict[str, str], output_dir: Path, knobs: Knobs) -> int:
    time.sleep(knobs.quantize_seconds)
    if knobs.quantize_exit_code:
        print("RuntimeError: told to fail while quantising", file=sys.stderr)
        return knobs.quantize_exit_code
    _write(output_dir, options["model"])
    wanted = {name: options.get(name) for name in ("quant_method", "quant_bits", "dataset", "group_size")}
    (output_dir / "config.json").write_text(json.dumps({"model_type": "qwen2", "quantization_config": wanted}))
    print(f"[INFO:swift] Successfully quantized the model and saved in `{output_dir}`.", file=sys.stderr)
    return 0


def _write(output_dir: Path, source: str) -> None:
    output_dir.mkdir(parents=True)
    write_model(output_dir)
    shutil.copy(Path(source) / "args.json", output_dir)
