"""What is said in English only: whole files, and what looks like a sentence for users and is none."""

# What is said there is for whoever runs the service, or for the OpenAPI document: it is in English, as the logs are.
NOT_FOR_USERS = (
    "api/app.py",
    "api/language/chinese/",
    "api/manual/pages.py",
    "api/monitoring/",
    "api/manual/openapi.py",
    "api/services/doorbell.py",
    "common/secret.py",  # a mistake of ours
    "api/flower.py",  # ends a process, or answers as Flower does
    "api/live/frames.py",  # the syntax of event streams, and comments that clients skip
    "common/messaging/broker.py",
    "common/messaging/app.py",
    "common/messaging/worker.py",
    "common/settings/values.py",
    "common/settings/reading.py",
    "common/store/logs.py",  # stands in a job's log, which is ms-swift's and in English
    "common/store/passes.py",
    "common/swift/options/catalog.py",
    "common/asked_media/",  # of answers to requests for models, as are those of the gateway
    "deploy/gateway/",  # answers as OpenAI's servers do, in English whoever asks
    "deploy/platforms/cloud/service_document.py",  # the shell script of a machine
    "common/store/attempts.py",  # a mistake of ours
    "common/store/consistency.py",
    "common/store/version.py",  # ends a process
    "common/swift/inputs/reading_process.py",  # stands in the log
    "scheduler/main.py",
    "scheduler/tasks.py",
    "workers/attempts/ends.py",  # ends that are no job's
    "workers/node/inventory/",
    "workers/main.py",
    "workers/tasks.py",
    "workers/runner/__main__.py",
    "workers/runner/cgroup_folders.py",
    "workers/runner/cgroups.py",
    "workers/runner/ending.py",
    "workers/runner/kernel.py",
    "workers/runner/life.py",
    "workers/runner/log_space.py",
    "workers/node/name.py",  # ends a worker, not a job
    "workers/runner/spec.py",
    "workers/runner/supervise.py",
    "common/swift/programs/describe_options.py",
    "common/swift/programs/push_model.py",  # stands in the log
    "common/swift/programs/serving/",  # answers as OpenAI's servers do
    "common/swift/programs/training/",  # what ms-swift said of a row, and the log
    "workers/swift/installed.py",
    "workers/swift/failures/traceback_text.py",  # reads what Python prints
    "workers/swift/log_excerpt.py",
    "workers/watchdog/stacks.py",  # stands in the log
)
# Of no sentence; blanks stand for values.
NO_SENTENCES = {
    "Bearer",
    'Bearer realm="swift-trainer"',
    "default-src 'none'; frame-ancestors 'none'",
    'id: 1:6\nevent: log\ndata: {"text":"…"}',
    "come back with Last-Event-ID",  # a comment of a stream
    "too slow: come back with Last-Event-ID",
    # Mistakes of a programmer, which no request brings about
    "a deployment trains nothing",
    "a job of kind {} serves nothing",
    "a job of kind {} is no export by hand",
    "the key of a request that is kept has to be sealed",
    "take the node first",
    "local function verb()\n{}\nend",  # a frame of Lua
    "Swift Trainer API",  # a name
    "API key error",  # of a model server, which answers as OpenAI's do
    "the body is too large",  # of an error of which only the kind is told
    "messages, query and response, instruction and output, text, …",  # names of columns
    "unexpected end of data",  # Python's
}
