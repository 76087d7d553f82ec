"""Images that the records of a data set name: missed before a GPU works for them, found below the job's own folder."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from swift_trainer.cli import main
from tests.ports import free_port
from tests.real_stack import RealStack, fake_inputs

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("consistent")]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    """An API that does not see the nodes' files, so that a node finds out."""
    running = RealStack(tmp_path_factory.mktemp("stack"), free_port(), INPUTS_VISIBLE_TO_API="false").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def pictures(stack: RealStack) -> Path:
    folder = stack.folder / "pictures"
    folder.mkdir()
    (folder / "red.png").write_bytes(b"\x89PNG")
    return folder


def rows(path: Path, *images: str) -> Path:
    turns = [{"role": "user", "content": "<image>What colour?"}, {"role": "assistant", "content": "Red."}]
    path.write_text("".join(json.dumps({"messages": turns, "images": [image]}) + "\n" for image in images))
    return path


def submit(stack: RealStack, name: str, data_path: str, **body: Any) -> None:
    inputs = {**fake_inputs(stack.folder, steps=3), "task_type": "mllm", "data_path": data_path}
    stack.submit(**inputs, job_id=name, output_dir=f"output/{name}", **body)


def test_a_node_that_misses_an_image_says_which_and_starts_nothing(stack: RealStack, pictures: Path) -> None:
    data = rows(stack.folder / "gone.jsonl", f"{pictures}/red.png", f"{pictures}/gone.png")

    submit(stack, "gone", str(data))
    job = stack.wait_for("gone", "failed")

    assert (job["reason"], job["message"]) == (
        "data_invalid",
        f"data_path: {data}, line 2: column images: '{pictures}/gone.png' does not exist on this machine",
    )
    assert "start" not in [event["type"] for event in stack.get("/jobs/gone/events")["events"]]


def test_a_node_does_not_open_an_image_outside_the_roots(stack: RealStack) -> None:
    submit(stack, "outside", str(rows(stack.folder / "outside.jsonl", "/etc/hostname")))

    assert "'/etc/hostname' is not below an allowed root" in stack.wait_for("outside", "failed")["message"]


def test_a_node_fetches_nothing(stack: RealStack) -> None:
    submit(stack, "web", str(rows(stack.folder / "web.jsonl", "http://169.254.169.254/latest/meta-data")))

    assert "line 1: column images: 'http://169.254.169.254/" in stack.wait_for("web", "failed")["message"]


def test_an_uploaded_data_set_names_images_below_the_folder_that_its_job_sends(
    stack: RealStack, pictures: Path, tmp_path: Path
) -> None:
    uploaded = (
        CliRunner()
        .invoke(
            main,
            [
                "--url",
                f"http://127.0.0.1:{stack.port}",
                "data",
                "push",
                "-q",
                str(rows(tmp_path / "red.jsonl", "red.png")),
            ],
        )
        .stdout.strip()
    )

    submit(stack, "found", uploaded, env={"ROOT_IMAGE_DIR": "pictures"})
    submit(stack, "lost", uploaded)

    stack.wait_for("found", "completed")
    assert f"Setting ROOT_IMAGE_DIR: {pictures}." in stack.log_of("found")
    assert "'red.png' is no whole path" in stack.wait_for("lost", "failed")["message"]
