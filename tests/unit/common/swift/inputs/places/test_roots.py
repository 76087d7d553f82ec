"""What the service keeps for itself below DATA_DIR is nobody's to name; all else there is the jobs'."""

from dataclasses import replace
from pathlib import Path

import pytest

from client.stack import prepare
from client.stack.data_lock import LOCK_NAME
from client.stack.processes import log_path
from common.datasets import content_path
from common.reasons import Reason
from common.settings.values import client_folder, roots
from common.swift.inputs import InputRefused, Roots, is_on_hub, own_folders, resolve_input, resolve_under_roots
from common.swift.inputs.places.roots import OWN_NAMES
from swift_trainer.sdk.credentials import credentials_path


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "data"
    for name in ("redis", "datasets", "nodes/one/attempts", "outputs/one"):
        (folder / name).mkdir(parents=True)
    (folder / "api_key").write_text("a secret")
    return folder


@pytest.fixture
def allowed(data_dir: Path) -> Roots:
    return Roots((data_dir,), own_folders(data_dir))


@pytest.mark.parametrize("name", OWN_NAMES)
def test_what_the_service_keeps_is_refused_whether_it_is_there_or_not(
    allowed: Roots, data_dir: Path, name: str
) -> None:
    for path in (name, f"{name}/x/y", f"{data_dir}/{name}", f"{data_dir}//./{name}/", f"{data_dir}/{name.upper()}/x"):
        with pytest.raises(InputRefused, match="keeps for itself") as refused:
            resolve_under_roots(path, allowed, field="output_dir")

        problem = refused.value.problem
        assert (problem.field, problem.code) == ("output_dir", Reason.PATH_NOT_ALLOWED)


def test_no_link_leads_into_it(allowed: Roots, data_dir: Path) -> None:
    (data_dir / "outputs" / "in").symlink_to("../redis")
    (data_dir / "outputs" / "up").symlink_to("..")

    for path in ("outputs/in", "outputs/in/x", "outputs/up/nodes/one", "outputs/up/api_key"):
        with pytest.raises(InputRefused, match="keeps for itself"):
            resolve_under_roots(path, allowed)


def test_a_folder_of_its_own_on_another_disk_is_its_own_there_too(tmp_path: Path, data_dir: Path) -> None:
    disk = tmp_path.resolve() / "disk"
    disk.mkdir()
    (data_dir / "logs").symlink_to(disk)

    with pytest.raises(InputRefused, match="keeps for itself"):
        resolve_under_roots(f"{disk}/api.log", Roots((data_dir, disk), own_folders(data_dir)))


def test_all_else_below_the_data_folder_is_for_jobs(allowed: Roots, data_dir: Path) -> None:
    for name in ("outputs/one", "outputs", "models/base", "redis-docs", "my/logs", "nodes.jsonl", "a/api_key"):
        assert resolve_under_roots(name, allowed) == data_dir / name


def test_a_relative_path_is_looked_for_in_the_next_root_too(allowed: Roots, data_dir: Path, tmp_path: Path) -> None:
    other = tmp_path.resolve() / "other"
    (other / "datasets").mkdir(parents=True)

    assert resolve_under_roots("datasets", Roots((data_dir, other), allowed.closed)) == other / "datasets"


def test_a_folder_that_holds_it_is_neither_data_set_nor_place_for_outputs(allowed: Roots, data_dir: Path) -> None:
    for path in (str(data_dir), str(data_dir.parent)):
        with pytest.raises(InputRefused, match="name one beside them"):
            resolve_input(path, Roots((data_dir.parent,), allowed.closed))
        with pytest.raises(InputRefused, match="name one beside them"):
            resolve_under_roots(path, Roots((data_dir.parent,), allowed.closed), field="output_dir")

    assert resolve_input("outputs/one", allowed) == data_dir / "outputs" / "one"


def test_a_data_set_that_a_job_names_by_its_id_may_be_opened_and_no_other(allowed: Roots, data_dir: Path) -> None:
    named, other = content_path(data_dir, f"{'a' * 64}.jsonl"), content_path(data_dir, f"{'b' * 64}.jsonl")

    opened = allowed.opening([named])

    assert resolve_input(str(named), opened) == named
    with pytest.raises(InputRefused, match="keeps for itself"):
        resolve_input(str(other), opened)
    with pytest.raises(InputRefused, match="keeps for itself"):
        resolve_input(str(named), allowed)


def test_the_names_are_those_that_the_service_uses() -> None:
    folder = Path("/data")
    used = {
        prepare.API_KEY_FILE,
        prepare.DEPLOYMENT_SECRET_FILE,
        prepare.FLOWER_PASSWORD_FILE,
        LOCK_NAME,
        log_path(folder, "api").parent.name,
        content_path(folder, "x").parent.name,
    }

    assert used < set(OWN_NAMES)


@pytest.mark.parametrize("environ", [{}, {"XDG_CONFIG_HOME": "/etc/xdg"}])
def test_the_key_of_a_client_on_the_same_machine_is_not_for_jobs(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert client_folder(environ) == credentials_path(environ).parent
    assert roots("/", Path("/data")).keeps(credentials_path(environ))


@pytest.mark.parametrize(
    "name", ["hf::../redis", "HF::../redis#5", "ms::../redis", "hf::..", "x/../redis", "hf::a/b:../c"]
)
def test_no_id_of_a_hub_leads_out_of_the_folder_it_is_opened_from(allowed: Roots, name: str) -> None:
    """ms-swift strips the prefix, and opens what is there by the rest, from the attempt's folder on."""
    assert not is_on_hub(name, allowed)
    with pytest.raises(InputRefused):
        resolve_input(name, allowed)


@pytest.mark.parametrize("name", ["hf::org/model", "ms::org/data:sub/set#100", "org/data", "HF::org/model"])
def test_ids_of_hubs_are_ids_of_hubs(allowed: Roots, name: str) -> None:
    assert is_on_hub(name, allowed)


@pytest.mark.parametrize("path", [".", "", "outputs/.."])
def test_nothing_is_written_into_a_folder_that_has_its_own_in_it(allowed: Roots, data_dir: Path, path: str) -> None:
    with pytest.raises(InputRefused):
        resolve_under_roots(f"{data_dir}/{path}", allowed, field="output_dir")


def test_no_link_within_a_folder_leads_out_or_into_it(allowed: Roots, data_dir: Path, tmp_path: Path) -> None:
    folder = data_dir / "outputs" / "data"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.jsonl").write_text("{}")
    (folder / "same").symlink_to("deep")
    (folder / "loop").symlink_to("loop")
    (folder / "gone").symlink_to("../nothing")
    assert resolve_input("outputs/data", allowed) == folder

    for target in ("../../../api_key", "../../../redis", "../../..", f"{tmp_path}", "/etc/passwd"):
        link = folder / "deep" / "b.txt"
        link.symlink_to(target)
        with pytest.raises(InputRefused, match="leads out of the allowed roots") as refused:
            resolve_input("outputs/data", allowed)
        assert "b.txt" in refused.value.problem.message
        link.unlink()


def test_a_folder_behind_a_link_is_looked_through_too(allowed: Roots, data_dir: Path) -> None:
    (data_dir / "outputs" / "hidden").mkdir()
    (data_dir / "outputs" / "hidden" / "key.txt").symlink_to("../../api_key")
    (data_dir / "outputs" / "shown").mkdir()
    (data_dir / "outputs" / "shown" / "more").symlink_to("../hidden")

    with pytest.raises(InputRefused, match=r"key\.txt"):
        resolve_input("outputs/shown", allowed)


def test_a_request_looks_at_so_many_entries_and_a_node_at_all(allowed: Roots, data_dir: Path) -> None:
    folder = data_dir / "outputs" / "many"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}.jsonl").write_text("{}")
    (folder / "deep").mkdir()
    (folder / "deep" / "key.txt").symlink_to("../../../api_key")
    bounded = replace(allowed, links_looked_at=20)

    assert resolve_input("outputs/many", bounded) == folder
    with pytest.raises(InputRefused, match=r"key\.txt"):
        resolve_input("outputs/many", bounded.thorough())


def test_files_of_settings_beside_a_root_are_its_own(tmp_path: Path, data_dir: Path) -> None:
    (tmp_path / "started" / "env").mkdir(parents=True)
    assert roots(f"{tmp_path}/started", data_dir).closed == roots("", data_dir).closed

    (tmp_path / "started" / "env" / ".env.prod").write_text("API_KEY=x")
    with pytest.raises(InputRefused, match="keeps for itself"):
        resolve_under_roots(f"{tmp_path}/started/env/x", roots(f"{tmp_path}/started", data_dir))
