"""A secret is text for whoever asks for it by name, and `***` or nothing for all others."""

import copy
import json
import logging
import pickle
import traceback
from dataclasses import asdict, dataclass, replace

import kombu.utils.json
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from common.secret import NO_SECRET, Secret

TEXT = "hush-hush"


@dataclass(frozen=True, slots=True)
class Holder:
    key: Secret
    name: str = "n"


@pytest.mark.parametrize(
    "shown",
    [
        str,
        repr,
        lambda secret: f"{secret}",
        lambda secret: f"{secret!s:>20}",
        lambda secret: f"{secret:>20}",
        lambda secret: f"{secret!r}",
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 - as logging does it
        "{}".format,
        lambda secret: str([secret, {"key": secret}]),
        lambda secret: repr(Holder(secret)),
        lambda secret: str(asdict(Holder(secret))),
        lambda secret: str(replace(Holder(secret), name="m")),
        lambda secret: str(copy.deepcopy(Holder(secret))),
        lambda secret: str(ValueError("refused", secret)),
        lambda secret: logging.makeLogRecord({"msg": "key %s", "args": (secret,)}).getMessage(),
        lambda secret: json.dumps({"key": secret}, default=repr),
    ],
)
def test_nothing_that_turns_it_into_text_shows_it(shown) -> None:
    text = shown(Secret(TEXT))

    assert "***" in text
    assert TEXT not in text


@pytest.mark.parametrize(
    "sent",
    [
        json.dumps,
        pickle.dumps,
        kombu.utils.json.dumps,
        Flask("app").json.dumps,
        lambda held: pickle.dumps(Holder(held["key"])),
    ],
)
def test_nothing_that_would_send_it_elsewhere_takes_it(sent) -> None:
    with pytest.raises(TypeError) as refused:
        sent({"key": Secret(TEXT)})

    assert TEXT not in "".join(traceback.format_exception(refused.value))


def test_whoever_asks_by_name_gets_it() -> None:
    assert Secret(TEXT).reveal() == TEXT
    assert len(Secret(TEXT)) == len(TEXT)
    assert (bool(Secret(TEXT)), bool(NO_SECRET)) == (True, False)


def test_it_has_no_attribute_that_vars_or_dir_would_show() -> None:
    assert not hasattr(Secret(TEXT), "__dict__")
    with pytest.raises(AttributeError):
        Secret(TEXT).other = 1  # type: ignore[attr-defined]


@given(st.text(), st.text())
def test_two_are_equal_when_their_texts_are_and_none_is_a_text(one: str, other: str) -> None:
    assert (Secret(one) == Secret(other)) is (one == other)
    assert Secret(one) != one
    assert (hash(Secret(one)) == hash(Secret(one))) is True
