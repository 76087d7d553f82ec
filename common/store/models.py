"""The model names that deployments answer to: which deployments and versions each has, and which is wanted."""

from dataclasses import dataclass

from common.clock import from_ms
from common.deployments import Target
from common.ids import deployment_id
from common.models import AGAIN, LEAVING, Model
from common.projects import DEFAULT_PROJECT
from common.store import keys
from common.store.connection import translated_errors
from common.store.outcomes import Outcome
from common.store.scripts import Scripts


@dataclass(frozen=True, slots=True)
class ModelStore:
    """A name is there from its first deployment to its last."""

    scripts: Scripts

    def register(
        self,
        name: str,
        version: str,
        target: Target,
        replicas: int,
        *,
        wanted: bool,
        project: str = DEFAULT_PROJECT,
    ) -> tuple[list[str], str]:
        """Number a deployment that is about to be submitted; returns its replicas' ids and its version.

        With `wanted` its version takes over the name as soon as it answers.
        """
        before_number = deployment_id(name, target, 1).removesuffix("1")
        names = [keys.model(name), keys.model_deployments(name), keys.MODELS, keys.PROJECTS]
        number, version = self.scripts.call(
            "register_deployment", names, [name, version, int(wanted), before_number, replicas, project]
        )
        return [deployment_id(name, target, int(number), replica + 1) for replica in range(replicas)], str(version)

    def forget(self, name: str, job_id: str) -> None:
        """Take a deployment out of its model; the model goes with its last one."""
        names = [keys.model(name), keys.model_deployments(name), keys.MODELS, keys.PROJECTS]
        self.scripts.call("forget_deployment", names, [name, job_id])

    def want(self, name: str, version: str, job_ids: list[str]) -> bool:
        """Make a version, which these deployments have, the wanted one; True when one of them answers already.

        It has taken over then; otherwise it does as soon as one will.
        """
        names = [keys.model(name), keys.DEPLOYMENTS_BELL, *(keys.of(job_id).record for job_id in job_ids)]
        return Outcome(self.scripts.call("want_version", names, ["", version])) is Outcome.TOOK_OVER

    def start_again(self, name: str, job_ids: list[str]) -> None:
        """Remember to start these, which are being stopped, as soon as they have ended."""
        if job_ids:
            self.scripts.call("start_again", [keys.model(name)], job_ids)

    def settle_again(self, name: str, job_ids: list[str]) -> None:
        """Forget that they were to start again."""
        if job_ids:
            self.scripts.command("hdel", keys.model(name), *(f"{AGAIN}{job_id}" for job_id in job_ids))

    def get(self, name: str) -> Model | None:
        """The versions of a model name; None when nothing was ever deployed under it."""
        return load_model(name, self.scripts.command("hgetall", keys.model(name)))

    def all(self) -> list[Model]:
        """All model names, in alphabetical order."""
        names = self.scripts.command("zrange", keys.MODELS, 0, -1)
        with translated_errors(), self.scripts.client.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.hgetall(keys.model(name))
            found = pipe.execute()
        return [model for name, record in zip(names, found, strict=True) if (model := load_model(name, record))]

    def ids_of(self, name: str) -> list[str]:
        """The ids of a model's deployments, oldest first."""
        return list(self.scripts.command("zrange", keys.model_deployments(name), 0, -1))


def load_model(name: str, record: dict[str, str]) -> Model | None:
    """The Model of a hash as `HGETALL` returns it; None where nothing but what was deleted had it."""
    if all(field == "number" or field.startswith(LEAVING) for field in record):
        return None
    changed_at = record.get("changed_at_ms")
    return Model(
        name=name,
        project=record.get("project", DEFAULT_PROJECT),
        wanted=record.get("wanted", ""),
        active=record.get("active", ""),
        previous=record.get("previous", ""),
        changed_at=from_ms(int(changed_at)) if changed_at else None,
        again=tuple(sorted(field.removeprefix(AGAIN) for field in record if field.startswith(AGAIN))),
    )
