from types import SimpleNamespace

import pytest

from common.errors import StateConflict, StoreFull, StoreUnavailable
from common.states import JobState
from deploy import after_training
from tests.builders import make_job, make_spec


@pytest.fixture
def deployer():
    """With one training that has completed and is to be deployed; remembers what it was told."""
    job = make_job(spec=make_spec(then_deploy={}), state=JobState.COMPLETED)
    told, settled = [], []
    jobs = SimpleNamespace(get=lambda _: job, note_final=lambda *about, **_: told.append(about))
    expected = SimpleNamespace(expected=lambda: [job.id], settle_expected=settled.append)
    store = SimpleNamespace(jobs=jobs, deployer=expected)
    return SimpleNamespace(store=store, settings=None, told=told, settled=settled)


def submission_raises(monkeypatch, error):
    def refuse(*_):
        raise error

    monkeypatch.setattr(after_training, "_deploy", refuse)


@pytest.mark.parametrize("away", [StoreUnavailable, StoreFull])
def test_a_store_that_is_away_loses_no_deployment(monkeypatch, deployer, away):
    submission_raises(monkeypatch, away("not now"))

    with pytest.raises(away):
        after_training.deploy_finished(deployer)

    assert (deployer.told, deployer.settled) == ([], [])


def test_what_is_refused_is_told_once(monkeypatch, deployer):
    submission_raises(monkeypatch, StateConflict("the name is taken"))

    after_training.deploy_finished(deployer)

    assert [about[2] for about in deployer.told] == ["it was not deployed: the name is taken"]
    assert deployer.settled == ["one"]
