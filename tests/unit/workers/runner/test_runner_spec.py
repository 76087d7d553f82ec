"""spec.json: what is written is what is read, by its owner only, and nonsense is refused by name."""

import stat

import pytest

from workers.runner.spec import ProcessSpec, RunnerSpec, SpecInvalid, read_spec, spec_from_json, spec_to_json
from workers.runner_control import write_spec

RANK = ProcessSpec(0, ("/usr/bin/true", "-x"), {"TOKEN": "s3cret"}, "/", "/tmp/output.log")
SPEC = RunnerSpec("job_1", 2, "train", (RANK,), grace_seconds=5.0, time_limit_seconds=60.0)


def test_a_spec_comes_back_equal_from_its_folder(tmp_path):
    write_spec(tmp_path, SPEC)

    assert read_spec(tmp_path) == SPEC


def test_a_spec_is_readable_by_its_owner_only(tmp_path):
    write_spec(tmp_path, SPEC)

    assert stat.S_IMODE((tmp_path / "spec.json").stat().st_mode) == 0o600


def test_no_temporary_file_stays_behind(tmp_path):
    write_spec(tmp_path, SPEC)

    assert [path.name for path in tmp_path.iterdir()] == ["spec.json"]


def test_grace_and_time_limit_have_defaults():
    document = {name: value for name, value in spec_to_json(SPEC).items() if "seconds" not in name}

    spec = spec_from_json(document)

    assert (spec.grace_seconds, spec.time_limit_seconds) == (30.0, None)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"job_id": 7}, "expected text, got int"),
        ({"attempt": "first"}, "invalid literal"),
        ({"processes": []}, "needs processes"),
        ({"processes": [{"rank": 0}]}, "lacks 'argv'"),
        ({"processes": [{"rank": 0, "argv": []}]}, "an argv is empty"),
        ({"processes": [spec_to_json(SPEC)["processes"][0]] * 2}, "rank of their own"),
    ],
)
def test_nonsense_is_refused_by_name(change, text):
    with pytest.raises(SpecInvalid, match=text):
        spec_from_json(spec_to_json(SPEC) | change)


def test_a_torn_spec_is_refused(tmp_path):
    (tmp_path / "spec.json").write_text('{"job_id": "job')

    with pytest.raises(SpecInvalid, match="missing or no JSON object"):
        read_spec(tmp_path)
