"""What a node's disk writes into a store that was emptied, or that is an older copy."""

from dataclasses import replace

import pytest

from common.reasons import Reason
from common.states import JobState, Verb
from common.store import Store, keys
from common.store.outcomes import Outcome
from common.store.recovery import Asker, Kept
from tests.builders import make_deployment, make_job, make_node, make_placing, make_spec
from tests.integration.store.test_job_verbs import place, start, submit

pytestmark = pytest.mark.integration

NODE = "node-1"


def keep(store: Store, job_id: str = "one") -> Kept:
    """What the node keeps of a job now."""
    record, model, read_at_ms = store.recovery.read(job_id)
    return Kept(job_id, record["task_id"], int(record["attempt"]), record, model, read_at_ms)


def recover(store: Store, kept: Kept, node: str = NODE, instance: str = "instance-1") -> Outcome:
    return store.recovery.recover(kept, Asker(node, instance, 1000), "recovered")


def copy_of(store: Store) -> dict[str, bytes]:
    """An older copy of the whole store, for `restore`."""
    return {name: store.client.dump(name) for name in store.client.keys("*")}


def restore(store: Store, copy: dict[str, bytes]) -> None:
    store.client.flushdb()
    for name, value in copy.items():
        store.client.restore(name, 0, value)


def requeue(store: Store) -> None:
    store.attempts.requeue("one", 1, Reason.RUNNER_LOST, "lost", delay_seconds=0, counter="infra_failures")


def place_again(store: Store, gpu_ids: tuple[str, ...] = ("GPU-0",), job_id: str = "one", share_mib: int = 0) -> None:
    """The next attempt of a job that is there."""
    store.nodes.heartbeat(make_node(), 30)
    epoch = store.passes.begin("token")
    store.passes.end("token")
    share = {"share_mib": share_mib, "gpu_memory_mib": 1000, "ports": (30000, 30999)} if share_mib else {}
    assert store.attempts.assign(job_id, make_placing(epoch, *gpu_ids, **share))[0] is Outcome.OK


def test_an_emptied_store_is_told_the_job_with_its_leases_and_its_place(store: Store) -> None:
    submit(store, make_job("before"))
    before = start(store, make_job(priority=3))
    leases, kept = store.nodes.leases(), keep(store)
    store.client.flushall()

    assert recover(store, kept) is Outcome.RECOVERED

    after = store.jobs.get("one")
    assert after == before.evolve(revision=after.revision)
    assert (store.nodes.leases(), after.attempt, after.sequence) == (leases, 1, 2)
    assert [event.type for event in store.events.newest("one", 10)[0]] == ["recovered"]
    assert [job_id for job_id, _ in store.recovery.recovered()] == ["one"]
    assert submit(store, make_job("next")).sequence == 3


def test_a_second_offer_changes_nothing(store: Store) -> None:
    start(store)
    kept = keep(store)
    store.client.flushall()
    recover(store, kept)
    once = keep(store)

    assert recover(store, kept) is Outcome.OK
    assert keep(store).record == once.record


def test_a_number_that_was_given_meanwhile_is_not_given_twice(store: Store) -> None:
    start(store)
    kept = keep(store)
    store.client.flushall()
    assert submit(store, make_job("new")).sequence == 1

    recover(store, kept)

    assert store.jobs.get("one").sequence == 2


def test_a_deleted_job_is_unwanted_and_a_lost_one_is_not(store: Store) -> None:
    start(store)
    kept = keep(store)
    store.attempts.end("one", 1, Verb.FAIL, Reason.NODE_LOST, "silent")
    assert store.jobs.delete("one") is Outcome.OK

    assert recover(store, kept) is Outcome.UNWANTED

    assert 29 * 86_400_000 < store.client.pttl(keys.tombstone(kept.task_id)) <= 30 * 86_400_000
    store.client.delete(keys.tombstone(kept.task_id))
    assert recover(store, kept) is Outcome.RECOVERED


def test_a_deleted_deployment_is_unwanted_by_every_task_that_it_had(store: Store) -> None:
    first = start(store, make_deployment())
    kept = keep(store, first.id)
    for _ in range(2):
        store.attempts.end(first.id, store.jobs.get(first.id).attempt, Verb.STOP, None, "stopped")
        store.deployments.reopen(first.id, "again")
        store.jobs.cancel(first.id, "stopped")
    assert store.jobs.delete(first.id) is Outcome.OK

    assert recover(store, kept) is Outcome.UNWANTED


def test_leases_that_another_one_holds_are_not_taken(store: Store) -> None:
    start(store)
    kept = keep(store)
    store.client.flushall()
    place(store, make_job("other"))

    assert recover(store, kept) is Outcome.LEASE_TAKEN
    assert store.client.exists(keys.of("one").record) == 0


def test_a_share_of_a_gpu_is_told_again_beside_another(store: Store) -> None:
    for number in (1, 2):
        share = make_deployment(f"tiny~deploy-{number}", gpu_memory_mib=400)
        submit(store, share)
        place_again(store, job_id=share.id, share_mib=400)
    kept = [keep(store, f"tiny~deploy-{number}") for number in (1, 2)]
    leases = store.nodes.leases()
    store.client.flushall()

    assert [recover(store, each) for each in kept] == [Outcome.RECOVERED] * 2

    assert store.nodes.leases() == leases


def test_another_job_of_that_id_is_left_alone(store: Store) -> None:
    start(store)
    kept = keep(store)
    store.client.flushall()
    other = submit(store)

    assert recover(store, kept) is Outcome.OTHER_JOB
    assert store.jobs.get("one") == other


def test_what_moved_on_is_unwanted(store: Store) -> None:
    start(store)
    first = keep(store)
    requeue(store)
    assert recover(store, first) is Outcome.UNWANTED  # it waits again

    place_again(store)
    assert recover(store, first) is Outcome.UNWANTED  # a later attempt is placed
    second = keep(store)
    assert recover(store, second, node="node-2") is Outcome.UNWANTED  # on another node

    store.attempts.end("one", 2, Verb.FAIL, Reason.EXIT_NONZERO, "failed")
    assert recover(store, second) is Outcome.UNWANTED


def test_an_older_copy_is_raised_to_the_attempt_that_runs(store: Store) -> None:
    start(store)
    copy = copy_of(store)
    requeue(store)
    place_again(store, ("GPU-1",))
    store.attempts.start("one", 2, 4711, "/log", "started")
    kept, now = keep(store), store.jobs.get("one")
    restore(store, copy)

    assert recover(store, kept) is Outcome.RECOVERED

    after = store.jobs.get("one")
    assert (after.attempt, after.gpu_ids, after.infra_failures) == (2, ("GPU-1",), now.infra_failures)
    assert store.nodes.leases() == {("node-1", "GPU-1"): "one:2"}


def test_an_older_copy_in_which_it_waits_is_raised_too(store: Store) -> None:
    submit(store)
    copy = copy_of(store)
    place_again(store)
    kept = keep(store)
    restore(store, copy)

    assert recover(store, kept) is Outcome.RECOVERED
    assert (store.jobs.get("one").state, store.queue.jobs()) == (JobState.ASSIGNED, [])


def test_an_older_copy_of_the_same_attempt_learns_that_it_runs(store: Store) -> None:
    """Otherwise its end could not be written: only what runs completes."""
    place(store)
    copy = copy_of(store)
    store.attempts.start("one", 1, 4711, "/log", "started")
    kept = keep(store)
    restore(store, copy)

    assert recover(store, kept) is Outcome.RECOVERED
    assert store.attempts.end("one", 1, Verb.COMPLETE, None, "done") is Outcome.OK


def test_an_end_that_was_acknowledged_is_written_again_into_an_older_copy(store: Store) -> None:
    start(store)
    copy = copy_of(store)
    store.attempts.end("one", 1, Verb.COMPLETE, None, "trained 9 steps", checkpoint_path="/checkpoint-9")
    kept = keep(store)
    restore(store, copy)

    assert recover(store, kept) is Outcome.RECOVERED

    job = store.jobs.get("one")
    assert (job.state, job.message, job.checkpoint_path) == (JobState.COMPLETED, "trained 9 steps", "/checkpoint-9")
    assert store.nodes.leases() == {}
    assert recover(store, kept) is Outcome.UNWANTED


def test_an_end_of_an_earlier_attempt_changes_nothing(store: Store) -> None:
    start(store)
    kept = keep(store)
    requeue(store)
    place_again(store)
    ended = replace(kept, record={**kept.record, "state": "failed"})

    assert recover(store, ended) is Outcome.UNWANTED
    assert store.jobs.get("one").state is JobState.ASSIGNED


def test_an_ended_job_is_not_told_to_an_emptied_store(store: Store) -> None:
    start(store)
    store.attempts.end("one", 1, Verb.COMPLETE, None, "done")
    kept = keep(store)
    store.client.flushall()

    assert recover(store, kept) is Outcome.MISSING
    assert store.listings.all_ids() == []


def test_the_next_attempt_is_numbered_behind_all_that_there_were(store: Store) -> None:
    job = submit(store)
    created_at_ms = keep(store).created_at_ms
    raised = store.recovery.raise_attempt
    assert raised("one", job.task_id, created_at_ms, 3) is Outcome.OK
    assert raised("one", job.task_id, created_at_ms, 2) is Outcome.OK  # lower: changes nothing
    assert raised("one", "another task", "1", 9) is Outcome.OTHER_JOB
    assert raised("two", job.task_id, created_at_ms, 9) is Outcome.MISSING

    place_again(store)

    assert store.jobs.get("one").attempt == 4


def test_a_recovered_training_is_still_to_be_deployed_and_keeps_its_data(store: Store) -> None:
    content = f"{'a' * 64}.jsonl"
    spec = make_spec(data_path=f"dataset:chats@{content}", then_deploy={"name": "bot"})
    store.client.sadd(keys.dataset_content(content), "ds-1")
    start(store, make_job(spec=spec))
    kept = keep(store)
    store.client.flushall()

    recover(store, kept)

    assert store.deployer.expected() == ["one"]
    assert store.datasets.jobs_given(content) == ["one"]


def test_not_final_lists_all_kinds(store: Store) -> None:
    submit(store, make_job("waits"))
    start(store, make_deployment())
    submit(store, make_job("ended"))
    store.jobs.cancel("ended", "cancelled")

    assert sorted(store.recovery.not_final()) == ["tiny~deploy-1", "waits"]


def test_what_was_deleted_while_it_ran_is_registered_again_and_stays_hidden(store: Store) -> None:
    start(store)
    store.jobs.hide(store.jobs.get("one"), "deleted", "ann")
    kept = keep(store)
    store.client.flushdb()

    assert recover(store, kept) is Outcome.RECOVERED

    (job,) = store.jobs.deleting()
    assert (job.state, job.removal_asked_by, job.cancel_requested_at is not None) == (JobState.RUNNING, "ann", True)
    assert store.listings.all_ids() == []
    assert store.nodes.leases() == {(NODE, "GPU-0"): "one:1"}
    assert "one" in store.recovery.not_final()


def test_an_older_copy_is_told_that_a_job_was_deleted_since(store: Store) -> None:
    start(store)
    copy = copy_of(store)
    store.jobs.hide(store.jobs.get("one"), "deleted")
    kept = keep(store)
    restore(store, copy)

    assert recover(store, kept) is Outcome.RECOVERED

    assert [job.id for job in store.jobs.deleting()] == ["one"]
    assert store.listings.all_ids() == []
    assert store.listings.count(JobState.RUNNING) == 0


def test_what_the_store_knows_to_be_deleted_stays_so_though_the_disk_knows_more_of_it(store: Store) -> None:
    start(store)
    kept = keep(store)
    store.jobs.hide(store.jobs.get("one"), "deleted")
    newer = replace(kept, record={**kept.record, "revision": "50"})

    assert recover(store, newer) is Outcome.RECOVERED

    assert [job.id for job in store.jobs.deleting()] == ["one"]
    assert store.listings.all_ids() == []


def test_a_deployment_that_was_deleted_does_not_bring_its_name_back(store: Store) -> None:
    ids, version = store.models.register("tiny", "", "local", 1, wanted=True)
    start(store, make_deployment(ids[0], name="tiny", version=version))
    store.jobs.hide(store.jobs.get(ids[0]), "deleted")
    kept = keep(store, ids[0])
    store.client.flushdb()

    assert recover(store, kept) is Outcome.RECOVERED

    assert store.models.all() == []
    assert store.models.register("tiny", "", "local", 1, wanted=True)[0] == ["tiny~deploy-2"]
    store.models.forget("tiny", "tiny~deploy-2")
