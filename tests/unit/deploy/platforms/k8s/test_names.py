"""Names and labels that any deployment's id comes to."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.platforms.k8s.names import all_labels, label_value, object_name

NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?")
IDS = st.from_regex(
    r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}(~[A-Za-z0-9][A-Za-z0-9_.-]{0,63})?~k8s-[1-9][0-9]{0,3}(\.[2-9])?", fullmatch=True
)


@pytest.mark.parametrize(
    ("deployment_id", "name"),
    [
        ("qwen~k8s-1", "swift-qwen-k8s-1"),
        ("7b-chat~k8s-12", "swift-7b-chat-k8s-12"),
        ("Qwen2.5_7B~k8s-1", "swift-qwen2-5-7b-k8s-1-ddebc525"),
        ("team~bot~k8s-1", "swift-team-bot-k8s-1-278a616f"),
        ("team-bot~k8s-1", "swift-team-bot-k8s-1"),
        ("a" * 64 + "~k8s-1", "swift-" + "a" * 48 + "-afa662a3"),
    ],
)
def test_a_name_reads_like_the_id_and_has_a_digest_where_it_had_to_change(deployment_id: str, name: str) -> None:
    assert object_name(deployment_id) == name


@given(IDS)
def test_every_id_comes_to_a_name_that_services_may_have(deployment_id: str) -> None:
    assert NAME.fullmatch(object_name(deployment_id))


@given(st.lists(IDS, unique=True, max_size=20))
def test_different_ids_come_to_different_names(deployment_ids: list[str]) -> None:
    assert len({object_name(one) for one in deployment_ids}) == len(deployment_ids)


@given(st.text(max_size=100))
def test_every_version_comes_to_a_value_that_labels_may_have(version: str) -> None:
    assert VALUE.fullmatch(label_value(version))


def test_a_version_without_any_usable_character_is_left_out() -> None:
    assert "app.kubernetes.io/version" not in all_labels("qwen~k8s-1", "…")
