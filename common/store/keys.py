"""Every Redis key of the service; no other file spells one. `<n>` is an attempt.

| key | type | meaning | lifetime |
|---|---|---|---|
| st:job:<id> | hash | the record of a job (common.store.job_record) | until deleted |
| st:job:<id>:events | stream | what happened to it, oldest first, bounded | with the job |
| st:job:<id>:log:<n> | hash | what was shipped: end, head_bytes, tail_start, tail_bytes, …_file_at | with the job |
| st:job:<id>:log:<n>:head | string | the log's first bytes, up to LOG_HEAD_BYTES | with the job |
| st:job:<id>:log:<n>:tail | list | its newest chunks, up to LOG_TAIL_BYTES in all | with the job |
| st:job:<id>:metrics | list | metric records as JSON, oldest first, bounded | with the job |
| st:job:<id>:checkpoints | hash | attempt -> its checkpoints as JSON, bounded | with the job |
| st:jobs | zset | ids of all training jobs that were not deleted, scored by submission number | |
| st:jobs:by_state | zset | `<state>:<submission number>:<id>`, all scores 0: read by lexical range | |
| st:exports | zset | as st:jobs, of the exports that were asked for by hand | |
| st:exports:by_state | zset | as st:jobs:by_state, of those exports | |
| st:deployments | zset | as st:jobs, of the deployments | |
| st:deployments:by_state | zset | as st:jobs:by_state, of the deployments | |
| st:deployments:elsewhere | zset | ids of deployments that wait to be brought to k8s or a cloud, best first | |
| st:deployments:bell | list | something changed that the deployer looks after: it looks at once | until it is heard |
| st:deployments:after | set | ids of training jobs that asked to be deployed and were not yet | |
| st:deployer:lock | string | which deployer acts now | seconds |
| st:models | zset | names of all models that have deployments, all scores 0 | |
| st:model:<name> | hash | wanted, active, number, version:<version>, again:<id>, leaving:<id>, … | with its last one |
| st:model:<name>:deployments | zset | ids of its deployments, scored by number | with the last one |
| st:jobs:waiting | zset | ids of jobs of all kinds that wait for GPUs (pending and not held, queued), best first | |
| st:jobs:placed | set | ids that hold leases (assigned, starting, running) | |
| st:jobs:deleting | zset | ids of jobs and deployments that were deleted and not yet proved dead, scored by when | |
| st:jobs:recovered | zset | ids of jobs that a node registered again, scored by when, bounded | |
| st:ended | zset | ids of all jobs of all kinds that have ended and were not forgotten, scored by ended_at_ms | |
| st:tasks:ended | stream | of releases without an outbox: removed by the migration to version 1 | until then |
| st:transitions | stream | the outbox: every arrow that a job of any kind took, oldest first, bounded | |
| st:transitions:read | hash | reader of the outbox -> the last entry that it is done with | |
| st:jobs:sequence | string | the last submission number | |
| st:projects | zset | `<project>:<kind>:<number>:<id>` of jobs, data sets, models, API keys; all scores 0 | |
| st:leases | hash | `<node>/<gpu uuid>`, `<node>/port:<port>` -> its holder (common.leases) | |
| st:leases:kept | hash | holder of leases whose job was ended by force -> node, instance, what it holds | |
| st:nodes | set | names of all nodes that ever registered | |
| st:nodes:fenced | set | instances of nodes that were declared lost: they may never speak again | for ever |
| st:node:<name> | hash | boot_id, instance, session, beats, heartbeat_at_ms, state, why, info, drained_*, lost_* | |
| st:node:<name>:chores | list | what it has to remove from its disk (common.chores), oldest first | until done |
| st:scheduler:epoch | string | grows with each pass: the fence of placements | |
| st:scheduler:pass | string | who runs a pass now | seconds |
| st:scheduler:again | string | a doorbell rang while a pass ran | seconds |
| st:scheduler:bell | list | leases came free: a scheduler that waits for this plans at once | until it is heard |
| st:scheduler:paused | hash | placing is paused: paused_at_ms, by | until resumed |
| st:scheduler:last_pass | hash | the last pass: ended_at_ms, milliseconds, started, blocked, refused; and *_total | |
| st:swift_options | hash | ms-swift release -> its catalog of options as JSON, as a node made it | |
| st:api_key:<key_id> | hash | an API key: name, scope, the key's hash, when it was used | 30 days past its end |
| st:api_keys | zset | ids of all API keys, scored by creation time | |
| st:api_keys:names | hash | name -> `<key id>:<expires_at_ms or 0>` of the key that has it | |
| st:audit | stream | who changed what: every request that is not a read, bounded | |
| st:dataset:<dataset_id> | hash | the record of a data set, or of an upload that is not finished | until deleted |
| st:datasets | zset | ids of all data sets, scored by creation time | |
| st:datasets:uploading | zset | ids of those whose upload is not finished, scored by creation time | |
| st:datasets:names | hash | name -> id of the newest finished data set of that name | |
| st:dataset_content:<file_name> | set | ids of the data sets with this content | with the last of them |
| st:dataset_content:<file_name>:jobs | set | ids of jobs that were given it, ended ones too | with the content |
| st:traffic:deployment:<deployment_id> | hash | what the gateway passed to it | 90 days after the last |
| st:traffic:key:<key_id> | hash | what an API key was used for at the gateway | 90 days after the last |
| st:traffic:key:<key_id>:model:<model> | hash | what a model was asked with that key | 90 days after the last |
| st:traffic:used | zset | `<key_id>/<model>` of those, scored by last use, bounded | 90 days each |
| st:duties:lock | string | which duties process acts now | seconds |
| st:retention | hash | until when logs and metrics were dropped, how many of each kind ever went, looked_at_ms | |
| st:answer:<call> | string | what a script answered, for a call whose answer gets lost | half a minute |
| st:probe | string | written to learn whether Redis takes writes | a minute |
| st:store | hash | a random id of this data, when it began, its version; which nodes knew another, or more | |
| st:store:migrating | string | whose turn it is to migrate the store | seconds |
| st:tombstone:<task_id> | string | the id of a job that was deleted: what runs of it is unwanted | 30 days |
| st:idempotency:<hash> | hash | job_id and body_hash of an Idempotency-Key | IDEMPOTENCY_HOURS |
"""

from dataclasses import dataclass

from common import ids
from common.deployments import Target
from common.job_specs import JobKind

JOBS = "st:jobs"
JOBS_BY_STATE = "st:jobs:by_state"
EXPORTS = "st:exports"
EXPORTS_BY_STATE = "st:exports:by_state"
DEPLOYMENTS = "st:deployments"
DEPLOYMENTS_BY_STATE = "st:deployments:by_state"
DEPLOYMENTS_FOR_PLATFORMS = "st:deployments:elsewhere"
DEPLOYMENTS_BELL = "st:deployments:bell"
DEPLOYMENTS_AFTER = "st:deployments:after"
DEPLOYER_LOCK = "st:deployer:lock"
MODELS = "st:models"
INDEX = {JobKind.TRAIN: JOBS, JobKind.EXPORT: EXPORTS, JobKind.DEPLOY: DEPLOYMENTS}
INDEX_BY_STATE = {
    JobKind.TRAIN: JOBS_BY_STATE,
    JobKind.EXPORT: EXPORTS_BY_STATE,
    JobKind.DEPLOY: DEPLOYMENTS_BY_STATE,
}
JOBS_WAITING = "st:jobs:waiting"
JOBS_PLACED = "st:jobs:placed"
JOBS_DELETING = "st:jobs:deleting"
JOBS_RECOVERED = "st:jobs:recovered"
JOBS_SEQUENCE = "st:jobs:sequence"
ENDED = "st:ended"
TASKS_ENDED = "st:tasks:ended"
TRANSITIONS = "st:transitions"
TRANSITIONS_READ = "st:transitions:read"
PROJECTS = "st:projects"
LEASES = "st:leases"
LEASES_KEPT = "st:leases:kept"
NODES = "st:nodes"
NODES_FENCED = "st:nodes:fenced"
API_KEYS = "st:api_keys"
API_KEYS_NAMES = "st:api_keys:names"
AUDIT = "st:audit"
DATASETS = "st:datasets"
DATASETS_UPLOADING = "st:datasets:uploading"
DATASETS_NAMES = "st:datasets:names"
SCHEDULER_EPOCH = "st:scheduler:epoch"
SCHEDULER_PASS = "st:scheduler:pass"  # noqa: S105 - a scheduling pass, not a password
SCHEDULER_AGAIN = "st:scheduler:again"
SCHEDULER_BELL = "st:scheduler:bell"
SCHEDULER_PAUSED = "st:scheduler:paused"
SCHEDULER_LAST_PASS = "st:scheduler:last_pass"  # noqa: S105 - a scheduling pass, not a password

PROBE = "st:probe"
STORE = "st:store"
MIGRATING = "st:store:migrating"
SWIFT_OPTIONS = "st:swift_options"
TRAFFIC_USED = "st:traffic:used"
DUTIES_LOCK = "st:duties:lock"
RETENTION = "st:retention"


@dataclass(frozen=True, slots=True)
class JobKeys:
    """The keys of one job, or of the indexes that it belongs to by what its id tells: the one place that asks an id."""

    job_id: str

    @property
    def kind(self) -> JobKind:
        return ids.kind_of(self.job_id)

    @property
    def record(self) -> str:
        return f"st:job:{self.job_id}"

    @property
    def events(self) -> str:
        return f"st:job:{self.job_id}:events"

    @property
    def metrics(self) -> str:
        return f"st:job:{self.job_id}:metrics"

    @property
    def checkpoints(self) -> str:
        return f"st:job:{self.job_id}:checkpoints"

    def log(self, attempt: int) -> str:
        return f"st:job:{self.job_id}:log:{attempt}"

    def log_head(self, attempt: int) -> str:
        return f"st:job:{self.job_id}:log:{attempt}:head"

    def log_tail(self, attempt: int) -> str:
        return f"st:job:{self.job_id}:log:{attempt}:tail"

    @property
    def index(self) -> str:
        """Of all jobs of its kind."""
        return INDEX[self.kind]

    @property
    def by_state(self) -> str:
        """The index by state of its kind."""
        return INDEX_BY_STATE[self.kind]

    @property
    def waiting(self) -> str:
        """The queue that it waits in: for GPUs of our nodes, or for a platform beyond them."""
        is_ours = ids.deployment_target(self.job_id) in {None, Target.LOCAL}
        return JOBS_WAITING if is_ours else DEPLOYMENTS_FOR_PLATFORMS

    @property
    def story(self) -> list[str]:
        """What a verb that writes an event needs first."""
        return [self.record, self.events]

    @property
    def arrow(self) -> list[str]:
        """What a verb that moves a state needs first: KEYS 1 to 7 of common/store/lua/parts/arrow.lua."""
        return [*self.story, self.by_state, self.waiting, JOBS_PLACED, ENDED, TRANSITIONS]

    def below(self, attempts: int) -> list[str]:
        """All that hangs below the record of a job that has had so many attempts."""
        logs = [name for n in range(1, attempts + 1) for name in (self.log(n), self.log_head(n), self.log_tail(n))]
        return [self.events, self.metrics, self.checkpoints, *logs]


def of(job_id: str) -> JobKeys:
    """The keys of that job."""
    return JobKeys(job_id)


def model(name: str) -> str:
    return f"st:model:{name}"


def model_deployments(name: str) -> str:
    return f"st:model:{name}:deployments"


def node(name: str) -> str:
    return f"st:node:{name}"


def tombstone(task_id: str) -> str:
    return f"st:tombstone:{task_id}"


def node_chores(name: str) -> str:
    return f"st:node:{name}:chores"


def idempotency(key_hash: str) -> str:
    return f"st:idempotency:{key_hash}"


def answer_of(call: str) -> str:
    return f"st:answer:{call}"


def api_key(key_id: str) -> str:
    return f"st:api_key:{key_id}"


def dataset(dataset_id: str) -> str:
    return f"st:dataset:{dataset_id}"


def dataset_content(file_name: str) -> str:
    return f"st:dataset_content:{file_name}"


def dataset_content_jobs(file_name: str) -> str:
    return f"st:dataset_content:{file_name}:jobs"


def deployment_traffic(deployment_id: str) -> str:
    return f"st:traffic:deployment:{deployment_id}"


def key_traffic(key_id: str) -> str:
    return f"st:traffic:key:{key_id}"


def model_traffic(key_id: str, model: str) -> str:
    return f"st:traffic:key:{key_id}:model:{model}"
