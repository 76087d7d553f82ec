"""Options that would put something else on ms-swift's command line: refused by name, or passed as a value."""

import string
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from common.store import Store
from common.swift.command.command import CommandContext, train_command
from common.swift.command.extra_args import named_paths
from common.swift.options.bundled import newest_catalog
from common.swift.options.refused import FREE_TEXT, REFUSED, UNSAFE
from common.swift.options.typed import SET_BY
from tests import bodies
from tests.integration.api.conftest import Dump
from tests.integration.api.expect import TRAINING, expect_problem, fields_of

pytestmark = pytest.mark.integration

JOBS = f"{TRAINING}/jobs"
BOUNDED = settings(max_examples=200)
UNSAFE_NAMES = st.sampled_from(sorted(UNSAFE))
# Every way that argparse, a shell or a careless split would still read the name.
DISGUISES = st.sampled_from(
    [
        *("{}", "--{}", "-{}", "{}=x", "--{}=x", "{} x", "{}\n", "\n{}", "{}\0", "no_{}", " {}", "{}\t", "{}="),
        *("_{}", "{}_", "{}\u200b"),
    ]
)
SAFE_OPTIONS = sorted({*newest_catalog().commands["sft"]} - {*REFUSED, *SET_BY})
INJECTIONS = [
    "-x",
    "--external_plugins=/tmp/x.py",
    "--",
    "$(id)",
    "`id`",
    "; id",
    "a b",
    "../x",
    "@file",
    "x.json",
    "-1",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30)
    | st.sampled_from(INJECTIONS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)  # fmt: skip


def refused_unchanged(client: FlaskClient, dump: Dump, body: dict[str, Any], place: str) -> None:
    before = dump()

    problem = expect_problem(client.post(JOBS, json=body), 422, "invalid_input")

    assert {field.partition(".")[0] for field in fields_of(problem)} == {place}
    assert dump() == before


def test_no_disguise_gets_an_unsafe_option_through(client: FlaskClient, store: Store, dump: Dump) -> None:
    @BOUNDED
    @given(name=UNSAFE_NAMES, disguise=DISGUISES, value=st.sampled_from(["x", "/tmp/x.py", True, ["x"], {"a": "b"}]))
    def submit(name: str, disguise: str, value: Any) -> None:
        refused_unchanged(client, dump, bodies.training(extra_args={disguise.format(name): value}), "extra_args")

    submit()


def test_no_beginning_of_an_unsafe_option_gets_it_through(client: FlaskClient, store: Store, dump: Dump) -> None:
    options = {*newest_catalog().commands["sft"]}
    prefixes = {name[:length] for name in UNSAFE for length in range(1, len(name))} - options

    for prefix in sorted(prefixes):
        refused_unchanged(client, dump, bodies.training(extra_args={prefix: "x"}), "extra_args")


@pytest.mark.parametrize("place", ["llm_params", "train_params"])
def test_no_parameter_smuggles_an_option(client: FlaskClient, store: Store, dump: Dump, place: str) -> None:
    names = [
        "external_plugins",
        "--external_plugins",
        "-x",
        "lora_rank\n",
        "lora_rank=1",
        "batch_size --x",
        "",
        "\0",
        "__class__",
    ]
    for name in names:
        refused_unchanged(client, dump, bodies.training(**{place: {name: 1}}), place)
    for value in ("bfloat16\n--external_plugins=x", "bfloat16 --x", "--x", "-x", "$(id)"):
        refused_unchanged(client, dump, bodies.training(**{place: {"torch_dtype": value}}), place)
        refused_unchanged(client, dump, bodies.training(**{place: {"train_type": value}}), place)


def test_whatever_is_accepted_makes_arguments_that_are_what_they_seem(
    client: FlaskClient, store: Store, dump: Dump
) -> None:
    """Each argument is one of the named options with its value, or a value that does not look like an option."""
    accepted = []

    @settings(BOUNDED, max_examples=1000)  # about one in fifteen is accepted
    @given(name=st.sampled_from(SAFE_OPTIONS) | st.sampled_from(sorted(FREE_TEXT)), value=VALUES)
    def submit(name: str, value: Any) -> None:
        before = dump()
        response = client.post(JOBS, json=bodies.training(extra_args={name: value}))
        if response.status_code != 201:
            expect_problem(response, 422, "invalid_input")
            assert dump() == before
            return
        accepted.append(name)
        spec = store.jobs.get(response.json["job_id"]).spec
        resolved = {path: "/models/resolved" for _, path in named_paths(spec.extra_args)}
        argv = train_command(spec, CommandContext("4.6.0", "/m", ("/d",), "/o", 1, resolved=resolved))
        for argument in argv[2:]:
            _is_harmless(argument)

    submit()
    assert len(accepted) > 20


def _is_harmless(argument: str) -> None:
    assert "\n" not in argument
    assert "\0" not in argument
    if argument.startswith("--"):
        name = argument[2:].partition("=")[0]
        assert set(name) <= {*string.ascii_letters, *string.digits, "_"}, argument
        assert name not in UNSAFE, argument
    elif argument.startswith("-"):
        float(argument)
