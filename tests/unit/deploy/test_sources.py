"""The name of a deployment that was not given one."""

import pytest

from deploy.sources import Source, name_for
from tests.builders import make_export_spec, make_job, make_request


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
