import json

import pytest

from tests.builders import make_job
from workers.outputs.marker import FILE_NAME, mark_output, marked_outputs, note_in_marker, read_marker


@pytest.fixture
def job():
    return make_job("one")


def make_output(output_dir, name, job, attempt=1, node="node-1"):
    (output_dir / name).mkdir(parents=True)
    mark_output(output_dir / name, job, attempt, node)
    return output_dir / name


def test_an_attempts_folder_tells_whose_it_is_and_what_came_of_it(tmp_path, job):
    output = make_output(tmp_path, "attempt-2", job, 2)

    note_in_marker(output, trained={"checkpoint": "x"})

    marker = read_marker(output)
    assert (marker.job_id, marker.task_id, marker.attempt, marker.node) == ("one", job.task_id, 2, "node-1")
    assert marker.trained == {"checkpoint": "x"}


def test_folders_of_a_deleted_job_of_the_same_id_are_not_its_own(tmp_path, job):
    make_output(tmp_path, "attempt-1", make_job("one"))
    mine = make_output(tmp_path, "attempt-1-2", job)
    make_output(tmp_path, "attempt-1-3", make_job("other"))

    assert [path for path, _ in marked_outputs(tmp_path, job)] == [mine]


def test_links_other_names_and_torn_markers_are_passed_over(tmp_path, job):
    elsewhere = make_output(tmp_path / "elsewhere", "attempt-1", job)
    (tmp_path / "attempt-1").symlink_to(elsewhere)
    make_output(tmp_path, "attempt-x", job)
    (tmp_path / "attempt-3").mkdir()
    (tmp_path / "attempt-3" / FILE_NAME).write_text('{"job_id": "one"')
    (tmp_path / "attempt-4").mkdir()
    (tmp_path / "attempt-4" / FILE_NAME).symlink_to(elsewhere / FILE_NAME)
    (tmp_path / "attempt-5").mkdir()
    (tmp_path / "attempt-5" / FILE_NAME).write_text(json.dumps({"job_id": "one", "task_id": job.task_id}))

    assert list(marked_outputs(tmp_path, job)) == []
    assert list(marked_outputs(tmp_path / "nowhere", job)) == []
