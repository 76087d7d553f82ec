"""Deployments in clouds, over a fake SkyPilot: launched once, looked at, scaled, taken down."""

import json
from collections.abc import Callable

import pytest

from common.jobs import Job
from common.secret import Secret
from deploy.platforms import Health, Observation, PlatformProblem
from deploy.platforms.cloud import platform as cloud_platform
from deploy.platforms.cloud.platform import CloudPlatform
from tests.integration.deploy.platforms.cloud.conftest import Clouds

pytestmark = pytest.mark.integration

MakeDeployment = Callable[..., Job]
NAME = "swift-qwen-cloud-1"
READY = {"replica_id": 1, "status": "READY", "version": 1}
LOST = {"replica_id": 1, "status": "NOT_READY", "version": 1}


def test_a_deployment_is_launched_once_however_often_it_is_applied(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    job = make_deployment()

    absent = target.observe(job)
    for _ in range(3):
        target.apply(job, Secret("the-key"))

    assert absent == Observation(Health.ABSENT)
    assert [call["service"] for call in clouds.calls("up")] == [NAME]
    assert clouds.calls("update") == []


def test_it_becomes_ready_with_skypilots_endpoint(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    job = make_deployment()
    target.apply(job, Secret("the-key"))
    on_its_way = target.observe(job)
    clouds.change_service(status="READY", replica_info=[READY])

    seen = target.observe(job)

    assert (on_its_way.health, on_its_way.message) == (Health.STARTING, "1 server waiting for a machine")
    assert seen == Observation(Health.READY, "", "http://203.0.113.7:30001", 1, 1)


def test_the_key_is_given_as_a_secret_and_stands_in_no_argument_and_no_document(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    target.apply(make_deployment(), Secret("the-key"))

    [launched] = clouds.calls("up")
    assert launched["secrets"] == {"SWIFT_TRAINER_SERVER_KEY": "the-key"}
    assert launched["task"]["secrets"] == {"SWIFT_TRAINER_SERVER_KEY": None}
    assert "the-key" not in json.dumps([launched["task"], clouds.see()["processes"]])


def test_skypilot_gets_nothing_of_the_services_environment(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REDIS_PASSWORD", "API_KEY", "DEPLOYMENT_SECRET", "PYTHONPATH", "AWS_PROFILE"):
        monkeypatch.setenv(name, "a-value-of-ours")

    target.observe(make_deployment())

    [process] = clouds.see()["processes"]
    assert "AWS_PROFILE" in process["environment"]
    assert not {"REDIS_PASSWORD", "API_KEY", "DEPLOYMENT_SECRET", "PYTHONPATH"} & set(process["environment"])


def test_secrets_that_the_operator_names_are_passed_on(
    make_target: Callable[..., CloudPlatform],
    make_deployment: MakeDeployment,
    clouds: Clouds,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = make_target(CLOUD_SECRETS="HF_TOKEN")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with pytest.raises(PlatformProblem, match="CLOUD_SECRETS names HF_TOKEN, which"):
        target.apply(make_deployment(), Secret("the-key"))
    monkeypatch.setenv("HF_TOKEN", "hub-token")

    target.apply(make_deployment(), Secret("the-key"))

    [launched] = clouds.calls("up")
    assert launched["secrets"]["HF_TOKEN"] == "hub-token"
    assert launched["task"]["secrets"]["HF_TOKEN"] is None


def test_a_launch_that_takes_long_is_waited_for_and_not_repeated(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    clouds.change(launch_takes="for ever")
    job = make_deployment()

    target.apply(job, Secret("the-key"))
    target.apply(job, Secret("the-key"))

    assert len(clouds.calls("up")) == 1
    assert target.observe(job) == Observation(Health.STARTING, "SkyPilot launches the service's controller")
    assert target.delete(job) is False


def test_what_a_launch_fails_of_is_told_at_once_and_later(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    clouds.change(launch_fails="no H100 in any region")
    job = make_deployment()

    with pytest.raises(PlatformProblem, match="ResourcesUnavailableError: no H100 in any region") as told:
        target.apply(job, Secret("the-key"))

    assert not told.value.is_final
    assert target.observe(job) == Observation(
        Health.FAILED,
        "SkyPilot could not launch the service: ResourcesUnavailableError: no H100 in any region",
    )
    assert target.delete(job) is True


def test_a_launch_after_a_failed_one_counts(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    job = make_deployment()
    clouds.change(launch_fails="no H100 in any region")
    with pytest.raises(PlatformProblem):
        target.apply(job, Secret("the-key"))
    clouds.change(launch_fails="")

    target.apply(job, Secret("the-key"))

    assert target.observe(job).health is Health.STARTING


def test_a_server_that_no_longer_answers_is_unhealthy(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    job = make_deployment()
    target.apply(job, Secret("the-key"))

    clouds.change_service(status="REPLICA_INIT", replica_info=[LOST])

    assert target.observe(job).message == "1 server no longer answering"
    assert target.observe(job).health is Health.UNHEALTHY


def test_scaled_to_nothing_it_is_absent_and_applied_again_it_is_back(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    job = make_deployment(replicas=2)
    target.apply(job, Secret("the-key"))

    clouds.change_service(policy="Fixed 0 replicas", target_num_replicas=0, replica_info=[], status="NO_REPLICA")
    scaled = target.observe(job)
    target.apply(job, Secret("the-key"))

    assert scaled == Observation(Health.ABSENT, "it is scaled to 0 servers")
    assert [call["task"]["service"]["replicas"] for call in clouds.calls("update")] == [2]
    assert [call["secrets"]["SWIFT_TRAINER_SERVER_KEY"] for call in clouds.calls("update")] == ["the-key"]


def test_numbers_in_words_that_nobody_knows_are_left_alone(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    job = make_deployment()
    target.apply(job, Secret("the-key"))
    clouds.change_service(policy="As many as it takes")

    target.apply(job, Secret("the-key"))

    assert clouds.calls("update") == []


def test_an_autoscaled_service_is_not_updated_while_its_bounds_are_right(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    bounds = {"min_replicas": 1, "max_replicas": 3, "target_qps_per_replica": 2.5}
    job = make_deployment(platform={"accelerator": "H100", "autoscaling": bounds})
    target.apply(job, Secret("the-key"))
    target.apply(job, Secret("the-key"))
    before = len(clouds.calls("update"))

    clouds.change_service(policy="Autoscaling from 1 to 5 replicas (target QPS per replica: 2.5)")
    target.apply(job, Secret("the-key"))

    assert (before, len(clouds.calls("update"))) == (0, 1)


def test_deleted_means_that_skypilot_knows_nothing_of_it(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    job = make_deployment()
    target.apply(job, Secret("the-key"))

    at_once = target.delete(job)
    again = target.delete(job)
    clouds.change(services={})

    assert (at_once, again) == (False, False)
    assert len(clouds.calls("down")) == 1
    assert target.delete(job) is True


def test_machines_that_may_be_left_behind_are_told(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    job = make_deployment()
    target.apply(job, Secret("the-key"))
    clouds.change_service(status="FAILED_CLEANUP")

    with pytest.raises(PlatformProblem, match="look after its machines") as told:
        target.delete(job)

    assert not told.value.is_final


def test_logs_come_from_each_server_that_has_some(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    job = make_deployment()
    target.apply(job, Secret("the-key"))
    before = target.logs(make_deployment("other~cloud-2"), 10)
    replicas = [READY, {"replica_id": 2, "status": "SHUTTING_DOWN"}, {"replica_id": 3, "status": "FAILED"}]
    clouds.change_service(replica_info=replicas)
    clouds.change(logs={"1": "one\n\x1b[32mtwo\x1b[0m\n", "3": "three"})

    assert before == []
    assert target.logs(job, 10) == ["one", "two", "three"]
    assert target.logs(job, 2) == ["two", "three"]
    assert target.logs(job, 0) == []


def test_many_deployments_are_looked_at_in_one_request(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud_platform, "STATUS_SECONDS", 60.0)

    for number in range(1, 5):
        target.observe(make_deployment(f"qwen~cloud-{number}"))

    assert len(clouds.see()["processes"]) == 1


def test_options_that_make_no_sense_never_reach_skypilot(
    target: CloudPlatform, make_deployment: MakeDeployment, clouds: Clouds
) -> None:
    with pytest.raises(PlatformProblem, match=r"platform\.accelerator: is needed") as refused:
        target.apply(make_deployment(platform={}), Secret("the-key"))

    assert refused.value.is_final
    assert "processes" not in clouds.see()
