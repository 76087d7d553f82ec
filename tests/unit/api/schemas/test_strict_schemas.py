import pytest
from marshmallow import ValidationError

from api.schemas.new_jobs import NewJobSchema
from api.schemas.params import LlmParamsSchema, MllmParamsSchema
from tests import bodies


def test_an_unknown_field_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(ValidationError) as refused:
        NewJobSchema().load(bodies.training(modelpath="m", llm_params={"lora_rnak": 8}))

    assert refused.value.messages == {
        "modelpath": ["no such field; did you mean model_path?"],
        "llm_params": {"lora_rnak": ["no such parameter; did you mean lora_rank?"]},
    }


def test_an_unknown_constraint_is_answered_with_all_that_there_are() -> None:
    found = NewJobSchema().validate(bodies.training(constraints={"gpu": "H100", "min_memory": 1}))

    there_are = "no such field; there are gpu_model, min_memory_mib, node_names, labels"
    assert found == {"constraints": {"gpu": [there_are], "min_memory": [there_are]}}


def test_an_option_among_the_parameters_is_sent_to_extra_args() -> None:
    found = LlmParamsSchema().validate({"weight_decay": 0.1, "vit_lr": 1e-5, "x": 1})

    assert found == {
        "weight_decay": ["not a parameter of this API but an ms-swift option: put it into extra_args"],
        "vit_lr": ["only a training of task type multimodal has it: a text model has no vision parts"],
        "x": ["no such parameter"],
    }


def test_known_fields_keep_their_own_messages() -> None:
    assert MllmParamsSchema().validate({"batch_size": 0}).keys() == {"batch_size"}
    assert MllmParamsSchema().validate({"vit_lr": 1e-5}) == {}
