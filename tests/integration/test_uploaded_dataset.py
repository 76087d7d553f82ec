"""A CI pipeline without a shared disk: it uploads, and a node that does not see the API's files trains on it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from swift_trainer.cli import main
from tests.ports import free_port
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.integration

KEY = "a-key-of-more-than-sixteen-characters"
LINE = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'


class Apart(RealStack):
    """A stack whose worker has a DATA_DIR of its own, and only a key that reads."""

    def begin(self) -> "Apart":
        self.show_key(KEY)
        self.environment |= {"API_KEY": KEY, "RATE_LIMIT": "", "ALLOWED_ROOTS": str(self.folder / "models")}
        self.redis.start()
        self.environment["REDIS_SOCKET"] = str(self.redis.socket_path)
        self.start_process("api")
        self.wait_for_api()
        self.start_process("scheduler")
        self.reader = self.swt("keys", "create", "--name", "node-1", "--scope", "read").strip()
        self.start_worker()
        return self

    def wait_for_api(self) -> None:
        eventually(self.is_ready, bool, what="a ready API")

    def start_worker(self) -> None:
        here = self.folder / "node"
        here.mkdir(exist_ok=True)
        self.start_process(
            "worker",
            DATA_DIR=here,
            API_URL=f"http://127.0.0.1:{self.port}",
            API_KEY=self.reader,
        )
        self.wait_until_ready()

    def swt(self, *words: str, code: int = 0) -> str:
        url = f"http://127.0.0.1:{self.port}"
        done = CliRunner().invoke(main, ["--url", url, "--api-key", KEY, *words])
        assert done.exit_code == code, done.output
        return done.stdout


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Apart]:
    stack = Apart(tmp_path, free_port(), NODE_TTL_SECONDS=60)
    try:
        yield stack.begin()
    finally:
        stack.stop()


def job_inputs(stack: Apart, **knobs: object) -> list[str]:
    (stack.folder / "models").mkdir(exist_ok=True)
    made = fake_inputs(stack.folder / "models", **knobs)
    return ["--type", "llm", "--model", made["model_path"], "--output-dir", str(stack.folder / "node/output/one")]


def test_a_node_apart_trains_on_what_a_pipeline_uploaded(apart: Apart, tmp_path: Path) -> None:
    local = tmp_path / "local.jsonl"
    local.write_text(LINE * 20)
    inputs = job_inputs(apart, steps=3)
    apart.swt("submit", "--data", f"{local}#10", "--upload", *inputs, "--name", "one")
    job = apart.wait_for("one", "completed")

    [kept] = [path for path in (apart.folder / "node/nodes/node-1/datasets").iterdir() if path.suffix == ".jsonl"]
    assert kept.name in job["data_path"]
    assert kept.read_text() == LINE * 20
    events = apart.get("/jobs/one/events")["events"]
    assert [event["type"] for event in events][:4] == ["submit", "assign", "fetch", "start"]
    assert "local.jsonl" in events[2]["message"]
    assert f"{kept}#10" in json.dumps(_command(apart, "one"))
    # The API sees no folder of the service's own in that place: the node itself keeps jobs out of its state.
    by_path = {"model_path": job["model_path"], "data_path": str(kept), "task_type": "llm"}
    apart.submit(**by_path, job_id="two", output_dir=str(apart.folder / "node/output/two"))
    assert "keeps for itself" in apart.wait_for("two", "failed")["message"]
    assert apart.swt("data", "ls").split()[7:9] == ["local.jsonl", "ready"]
    assert apart.http.get("/../keys").json()["keys"][0]["last_used_at"] is not None
    apart.swt("data", "rm", "local.jsonl")
    assert "DELETE" in apart.swt("audit")


def test_a_node_apart_fetches_the_validation_set_too(apart: Apart, tmp_path: Path) -> None:
    for name, rows in (("local.jsonl", 20), ("eval.jsonl", 5)):
        (tmp_path / name).write_text(LINE * rows)
        apart.swt("data", "push", str(tmp_path / name))
    inputs = job_inputs(apart, steps=3)
    val = "val_dataset=dataset:eval.jsonl#3"
    apart.swt("submit", "--data", "dataset:local.jsonl", "--extra", val, *inputs, "--name", "one")
    job = apart.wait_for("one", "completed")

    pinned = job["extra_args"]["val_dataset"]
    assert pinned.startswith("dataset:eval.jsonl@")
    kept = apart.folder / "node/nodes/node-1/datasets" / pinned.partition("@")[2].removesuffix("#3")
    assert kept.read_text() == LINE * 5
    assert f"--val_dataset={kept}#3" in _command(apart, "one")
    fetched = [event["message"] for event in apart.get("/jobs/one/events")["events"] if event["type"] == "fetch"]
    assert ["'local.jsonl'" in fetched[0], "'eval.jsonl'" in fetched[1]] == [True, True]


def _command(stack: Apart, job_id: str) -> list[str]:
    [spec] = (stack.folder / "node/nodes/node-1/attempts").glob(f"{job_id}-*/1/train/spec.json")
    return list(json.loads(spec.read_text())["processes"][0]["argv"])
