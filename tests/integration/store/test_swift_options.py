import threading
from pathlib import Path

import pytest

from api.services.catalogs import Catalogs
from common.settings import Settings
from common.store import Store
from common.swift.options import nearest_catalog
from common.swift.options.bundled import bundled_text
from tests.builders import make_node
from tests.real_stack import eventually
from workers.node.option_catalog import node_catalog, refresh_in_background

pytestmark = pytest.mark.integration


def _published(version: str, option: str) -> str:
    return f'{{"version": "{version}", "options": {{"{option}": [{{"type": "int", "in": ["sft", "rlhf", "pt"]}}]}}}}'


def test_a_catalog_is_published_once(store: Store) -> None:
    assert store.swift_options.read("9.9.9") is None
    assert store.swift_options.publish("9.9.9", "first")
    assert not store.swift_options.publish("9.9.9", "second")
    assert store.swift_options.read("9.9.9") == "first"


def test_a_worker_publishes_what_its_ms_swift_has(store: Store, tmp_path: Path) -> None:
    (tmp_path / "swift-options-9.9.9.json").write_text(_published("9.9.9", "brand_new"))

    for version in ("4.6.0", "9.9.9"):
        refresh_in_background("/no/python", version, tmp_path, store.swift_options, threading.Event())

    eventually(lambda: store.swift_options.read("4.6.0"), lambda text: text == bundled_text("4.6.0"))
    eventually(lambda: store.swift_options.read("9.9.9"), lambda text: text == _published("9.9.9", "brand_new"))
    assert "brand_new" in node_catalog(tmp_path, "9.9.9").commands["sft"]
    assert node_catalog(tmp_path, "9.9.8") == nearest_catalog("9.9.8")


def test_the_api_checks_against_what_the_nodes_have(store: Store, settings: Settings) -> None:
    assert [catalog.version for catalog in Catalogs(store, settings).now()] == ["4.6.0"]

    store.swift_options.publish("9.9.9", _published("9.9.9", "brand_new"))
    store.swift_options.publish("9.9.8", "torn")
    for version in ("9.9.8", "9.9.9"):
        name = f"node-{version}"
        store.nodes.heartbeat(make_node(name, heartbeat_at=store.now(), swift_version=version), 30)

    found = Catalogs(store, settings).now()
    assert {catalog.version for catalog in found} == {"9.9.9", "4.6.0"}
    assert any("brand_new" in catalog.commands["sft"] for catalog in found)
