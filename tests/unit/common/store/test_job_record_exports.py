from common.exports import ExportFormat, ExportSpec, HubPush
from common.store.job_record import dump_spec, load_spec
from tests.builders import make_spec


def test_an_export_is_read_as_it_was_written() -> None:
    push = HubPush("team/bot", private=False, use_hf=True, commit_message="new")
    export = ExportSpec(ExportFormat.QUANTIZED, "gptq", 4, {"group_size": 64}, push, "/out/merged")
    spec = make_spec(export_as=export)

    assert load_spec(dump_spec(spec)) == spec
    assert load_spec(dump_spec(make_spec(export_as=ExportSpec()))).export_as == ExportSpec()


def test_a_record_of_an_older_release_has_none() -> None:
    text = dump_spec(make_spec()).replace('"export_as":null,', "")

    assert "export_as" not in text
    assert load_spec(text).export_as is None
