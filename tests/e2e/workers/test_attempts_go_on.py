"""A training that was killed goes on as if it had not been, though its checkpoints are adapters only."""

import signal
from pathlib import Path
from typing import Any

import pytest

from common.swift.command.command import train_command
from common.swift.programs import train_launcher
from common.swift.programs.training.kept_state import kept_states
from common.swift.programs.training.orders import ALWAYS, Orders, as_environment
from tests.e2e.conftest import PHASE_SECONDS
from tests.e2e.workers.conftest import Bench, tiny_spec
from tests.eventually import eventually
from workers.swift.artefacts import has_optimizer_state, last_checkpoint
from workers.swift.metric_lines import RecordKind, kind_of
from workers.swift.metrics_tail import FILE_NAME, read_all

pytestmark = pytest.mark.e2e

LAUNCHER = str(Path(train_launcher.__file__))
# The dropout of an adapter draws random numbers in each step: the state of these is part of what has to be kept.
PARAMS = {"num_epochs": 4, "batch_size": 4, "save_steps": 5, "logging_steps": 1, "save_only_model": True}


def command(bench: Bench, output: Path, resume_from: Path | None = None) -> dict[str, Any]:
    spec = tiny_spec(PARAMS, extra_args={"lora_dropout": 0.1, "report_to": ["none"]})
    context = bench.context(output, keeps_state=True, resume_from=str(resume_from) if resume_from else None)
    _, module, *options = train_command(spec, context)
    argv = [LAUNCHER, module.rpartition(".")[2], *options]
    orders = as_environment(Orders(f"{output}-facts", keep_state=ALWAYS))
    return {"argv": argv, "log": str(output.with_suffix(".log")), "environ": orders}


def kill_when_a_state_is_kept(bench: Bench, output: Path) -> Path:
    """The state that a training leaves which was killed as soon as it had kept one."""
    asked = command(bench, output)
    environment = bench.environments(1)[0] | asked["environ"]
    process = bench.start(["-P", *asked["argv"]], Path(asked["log"]), environment)
    try:
        eventually(lambda: kept_states(output), bool, timeout=PHASE_SECONDS, what="a state that is kept")
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    finally:
        process.kill()
    [state] = kept_states(output)
    return state


def losses(output: Path) -> dict[str, float]:
    records = [record for record in read_all(output / FILE_NAME) if kind_of(record) is RecordKind.TRAIN]
    return {str(record["global_step/max_steps"]): record["loss"] for record in records}


def test_a_killed_training_goes_on_with_the_very_losses_of_one_that_was_not(bench: Bench, tmp_path: Path) -> None:
    whole, killed, resumed = (tmp_path / name for name in ("whole", "killed", "resumed"))

    state = kill_when_a_state_is_kept(bench, killed)
    codes = bench.warm.run([command(bench, whole), command(bench, resumed, state)])

    assert codes == [0, 0], resumed.with_suffix(".log").read_text()[-3000:]
    expected, again = losses(whole), losses(resumed)
    assert 0 < len(again) < len(expected)
    assert again == {step: expected[step] for step in again}
    # What the job asked for is an adapter; the state lies beside it.
    last = last_checkpoint(resumed)
    assert last is not None
    assert not has_optimizer_state(last)
    assert [path.name for path in kept_states(resumed)] == [last.name]
    assert all(map(has_optimizer_state, kept_states(resumed)))
    assert (last / "adapter_model.safetensors").samefile(kept_states(resumed)[0] / "adapter_model.safetensors")
