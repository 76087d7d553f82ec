"""The name of a deployment that was not given one, and what its training says of it."""

import pytest

from deploy.sources import Source, name_for, told_of_its_serving, told_of_the_model
from tests.builders import make_export_spec, make_job, make_request, make_spec


@pytest.mark.parametrize(
    ("model_path", "name"),
    [
        ("Qwen/Qwen2.5-7B-Instruct", "Qwen2.5-7B-Instruct"),
        ("/models/my model (final)", "my-model--final-"),
        ("/models/.hidden", "hidden"),
        ("/models/模型", "model"),
        ("/", "model"),
        ("x" * 100, "x" * 64),
    ],
)
def test_a_path_gives_its_last_part_as_far_as_it_makes_an_id(model_path: str, name: str) -> None:
    assert name_for(Source(make_request(model_path))) == name


def test_a_job_gives_its_id_and_an_export_that_of_its_source() -> None:
    export = make_job("one~export-1", spec=make_export_spec(source_job_id="one"))

    assert name_for(Source(make_request("/m"), make_job("one"))) == "one"
    assert name_for(Source(make_request("/m"), export)) == "one"
    assert name_for(Source(make_request("/m", name="chosen"), export)) == "chosen"


def test_a_deployment_of_a_job_is_for_its_task_and_going_on_with_it_need_not_be() -> None:
    extra = {"model_type": "qwen2", "template": "qwen", "task_type": "embedding", "loss_type": "infonce"}
    job = make_job("one", spec=make_spec(extra_args=extra))

    assert told_of_its_serving(job) == {"model_type": "qwen2", "template": "qwen", "task_type": "embedding"}
    assert told_of_the_model(job) == {"model_type": "qwen2", "template": "qwen"}
    assert told_of_its_serving(make_job("two", spec=make_spec(extra_args={}))) == {}
