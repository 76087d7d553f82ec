"""What a refused field is told: not only that it is wrong, but what it may be."""

from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields

from api.schemas.datasets import NewDatasetSchema
from api.schemas.fields import Number, WholeNumber
from api.schemas.jobs import JobEditSchema
from api.schemas.keys import NewKeySchema
from api.schemas.new_deployments import NewDeploymentSchema
from api.schemas.new_jobs import NewJobSchema
from api.schemas.params import LlmParamsSchema, MllmParamsSchema
from tests import bodies

ONE_NODE = "Must be 1: in this version a job runs on one node; for more GPUs send gpus."
NAME = "Must be 1 to 64 letters, digits or any of _.-, and begin with a letter or a digit."
TWO_NAMES = "or two such names with one slash between them, such as team/bot, of which the second is not rollback."
MODEL_NAME = f"{NAME[:-1]}; {TWO_NAMES}"


@pytest.mark.parametrize(
    ("schema", "body", "field", "told"),
    [
        (NewJobSchema(), bodies.training(job_id="my job"), "job_id", NAME),
        (
            NewJobSchema(),
            bodies.training(job_id="process"),
            "job_id",
            "Is a path of the API itself; choose another, such as process-1.",
        ),
        (NewJobSchema(), bodies.training(priority="5"), "priority", "Must be a whole number, without quotes."),
        (LlmParamsSchema(), {"learning_rate": "1e-4"}, "learning_rate", "Must be a number, without quotes."),
        (LlmParamsSchema(), {"num_epochs": True}, "num_epochs", "Must be a number, without quotes."),
        (NewJobSchema(), bodies.training(min_rows_used="0.9"), "min_rows_used", "Must be a number, without quotes."),
        (NewJobSchema(), bodies.training(gpus=1.5), "gpus", "Must be a whole number, without quotes."),
        (NewJobSchema(), bodies.training(gpu_memory="16"), "gpu_memory", "Must be a size such as 16GB or 8192MiB."),
        (NewJobSchema(), bodies.training(nodes=2), "nodes", ONE_NODE),
        (NewJobSchema(), bodies.training(nodes=0), "nodes", ONE_NODE),
        (
            NewJobSchema(),
            bodies.training(time_limit="2h"),
            "time_limit",
            "Must be a whole number of seconds, such as 7200.",
        ),
        (NewDeploymentSchema(), bodies.deployment(name="a b"), "name", MODEL_NAME),
        (NewDeploymentSchema(), bodies.deployment(version="1/2"), "version", NAME.replace("_.-", "_.+-")),
        (
            NewDeploymentSchema(),
            bodies.deployment(api_key="short"),
            "api_key",
            "Must be 16 to 256 letters, digits or marks, without blanks.",
        ),
        (NewDatasetSchema(), {"name": "../x.jsonl"}, "name", NAME.replace("64", "128")),
        (
            NewDatasetSchema(),
            {"name": "x.jsonl", "sha256": "AB"},
            "sha256",
            "Must be 64 digits of hexadecimal, in small letters.",
        ),
        (NewDatasetSchema(), {"name": "x.jsonl", "sizes": 3}, "sizes", "no such field; did you mean size?"),
        (NewKeySchema(), {"name": "ci cd", "scope": "read"}, "name", NAME.replace("_.-", "_.@-")),
        (
            NewKeySchema(),
            {"name": "ci", "scope": "read", "expires_in": "90d"},
            "expires_in",
            "Must be a whole number of seconds, such as 7200.",
        ),
        (
            JobEditSchema(),
            {"priority": 1, "gpus": 2},
            "gpus",
            "only the priority of a job can be changed; for anything else delete it and submit another",
        ),
    ],
)
def test_a_refused_field_is_told_what_it_may_be(schema: Schema, body: dict[str, Any], field: str, told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        schema.load(body)

    assert refused.value.messages == {field: [told]}


@pytest.mark.parametrize("schema", [NewJobSchema(), LlmParamsSchema(), MllmParamsSchema(), NewDeploymentSchema()])
def test_no_field_takes_a_number_in_quotes(schema: Schema) -> None:
    numbers = [field for field in schema.fields.values() if isinstance(field, fields.Number)]

    assert [field.name for field in numbers if not isinstance(field, Number | WholeNumber)] == []


@pytest.mark.parametrize("name", ["bot", "team/bot", "T.1/b_2-c", "x" * 64 + "/" + "y" * 64])
def test_a_model_may_have_one_slash_in_its_name(name: str) -> None:
    body = bodies.deployment(name=name, adapters={name: "output/adapter"})

    assert NewDeploymentSchema().load(body)["name"] == name


@pytest.mark.parametrize(
    "name",
    [
        "a//b",
        "/a",
        "a/",
        "/",
        "a/b/c",
        "../x",
        "./x",
        "a/..",
        "a/.b",
        "a/b\n",
        "a\\b",
        "a~b",
        "a/b c",
        "a/rollback",
        "x" * 65 + "/y",
    ],
)
def test_more_slashes_and_paths_are_no_names_of_models(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        NewDeploymentSchema().load(bodies.deployment(name=name, adapters={name: "output/adapter"}))

    assert refused.value.messages == {"name": [MODEL_NAME], "adapters": {name: {"key": [MODEL_NAME]}}}
