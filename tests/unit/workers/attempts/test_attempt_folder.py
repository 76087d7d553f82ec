"""The folder of an attempt: what stays in it when the attempt has ended."""

import json
from pathlib import Path

from tests.builders import make_job
from workers.attempts.folder import folder_of
from workers.runner_control import ProcessSpec, RunnerSpec, write_spec


def test_an_ended_attempt_keeps_what_was_run_and_forgets_its_environment(tmp_path: Path) -> None:
    job = make_job()
    folder = folder_of(tmp_path, job, 1)
    folder.create(job, 1)
    phase_dir = folder.phase_dir("serve-1")
    phase_dir.mkdir()
    process = ProcessSpec(0, ("python", "serve.py"), {"KEY": "secret"}, "/", str(folder.log_path))
    write_spec(phase_dir, RunnerSpec(folder.mark, 1, "serve", (process,)))

    folder.mark_ended()

    text = (phase_dir / "spec.json").read_text()
    assert "secret" not in text
    assert json.loads(text)["processes"][0]["argv"] == ["python", "serve.py"]
    assert folder.has_ended
    assert not folder.temporary_dir.exists()
