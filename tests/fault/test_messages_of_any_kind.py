"""What anybody can write into the broker ends neither worker nor scheduler: it is dropped, and told."""

import base64
import copy
import json
import pickle
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from common.messaging import task_names
from common.messaging.app import make_app, send
from tests.real_stack import RealStack, eventually, fake_inputs

pytestmark = pytest.mark.fault

Message = dict[str, Any]
Change = Callable[[Message], object]

NO_MESSAGES: dict[str, bytes] = {
    "no JSON": b"hello",
    "no text": b"\xff\xfe\x00",
    "nothing": b"",
    "JSON that is nothing": b"null",
    "a number": b"7",
    "a list": b"[1, 2]",
    "an empty object": b"{}",
    "brackets without end": b"[" * 100_000,
    "properties of another kind": b'{"properties": 7, "body": ""}',
    "properties without a tag": b'{"properties": {}, "body": ""}',
}


def body_of(*parts: Any) -> str:
    return base64.b64encode(json.dumps(parts).encode()).decode()


def set_body(*parts: Any) -> Change:
    return lambda message: message.update(body=body_of(*parts))


def set_header(name: str, value: Any) -> Change:
    return lambda message: message["headers"].update({name: value})


BENT: dict[str, Change] = {
    "an unknown task": set_header("task", "os.system"),
    "a task of another kind": set_header("task", ["place"]),
    "no task": lambda message: message["headers"].pop("task"),
    "no id": lambda message: message["headers"].pop("id"),
    "an id of another kind": set_header("id", {"a": 1}),
    "headers of another kind": lambda message: message.update(headers=[1]),
    "no headers": lambda message: message.update(headers=None),
    "a body of another kind": lambda message: message.update(body=7),
    "a body that is not in base64": lambda message: message.update(body="%%%"),
    "an unknown encoding": lambda message: message["properties"].update(body_encoding="rot13"),
    "no JSON in the body": lambda message: message.update(body=base64.b64encode(b"hello").decode()),
    "a pickle": lambda message: message.update(
        {"content-type": "application/x-python-serialize", "content-encoding": "binary"},
        body=base64.b64encode(pickle.dumps([[], {}, {}])).decode(),
    ),
    "an unknown content type": lambda message: message.update({"content-type": "text/weird"}),
    "an unknown charset": lambda message: message.update({"content-encoding": "klingon"}),
    "compressed, it says": set_header("compression", "application/x-gzip"),
    "compressed in an unknown way": set_header("compression", "middle-out"),
    "too many arguments": set_body(["a", "b", "c", "d"], {}, {}),
    "no arguments": set_body([], {}, {}),
    "arguments by wrong names": set_body([], {"nobody": 1}, {}),
    "arguments of another kind": set_body([{"a": [1]}, []], {}, {}),
    "a body of another shape": set_body(1),
    "names that are a list": set_body(["a"], [1], {}),
    "callbacks of another kind": set_body(["a"], {}, 7),
    "a start that is no time": set_header("eta", "tomorrow"),
    "an end that is no time": set_header("expires", "yesterday"),
    "limits of another kind": set_header("timelimit", "soon"),
    "retries of another kind": set_header("retries", "many"),
    "a delivery of another kind": lambda message: message["properties"].update(delivery_info=[]),
    "a tag of another kind": lambda message: message["properties"].update(delivery_tag=[]),
    "eight megabytes": set_body(["x" * 8_000_000, 1], {}, {}),
}

# Taken and not settled, says the broker: what a worker that starts or connects again puts back into its queue.
UNSETTLED: dict[str, bytes] = {
    "no JSON": b"garbage",
    "no text": b"\xff\xfe\x00",
    "nothing at all": b"",
    "JSON that is nothing": b"null",
    "a number": b"7",
    "an object": b'{"a": 1}',
    "an empty list": b"[]",
    "a list that is too long": b"[1, 2, 3, 4]",
    "brackets without end": b"[" * 100_000,
    "no message": b'[null, "", "training"]',
    "a text for a message": b'["hello", "", "training"]',
    "headers that are nothing": b'[{"headers": null, "properties": {}}, "", "training"]',
    "properties that are nothing": b'[{"headers": {}, "properties": null}, "", "training"]',
    "a time that is none": b'[{"__type__": "datetime", "__value__": 7}, "", "training"]',
    "an exchange of another kind": b'[{}, ["a"], "training"]',
    "a queue of another kind": b'[{}, "", {"a": 1}]',
    "a queue that no text can name": b'[{}, "", "\\ud800"]',
    "a queue that is no list": b'[{}, "", "unacked_mutex"]',
}


def a_message(stack: RealStack, task: str) -> Message:
    """One of the right kind, as Celery writes it."""
    app = make_app(stack.settings())
    send(app, task, ["nobody", 1][: 1 if task == task_names.PLACE else 2], "drawer", str(uuid4()), priority=10)
    app.close()
    return dict(json.loads(stack.broker_client().brpop(["drawer"], 30)[1]))


def bent(message: Message, change: Change) -> bytes:
    copied = copy.deepcopy(message)
    copied["properties"]["delivery_tag"] = str(uuid4())
    copied["headers"]["id"] = str(uuid4())
    change(copied)
    return json.dumps(copied).encode()


def left(stack: RealStack) -> list[str]:
    """Queues that somebody has to take from, and messages that somebody took and did not settle."""
    broker = stack.broker_client()
    names = [name for name in broker.keys("*") if not name.startswith("_kombu") and name != "unacked_mutex"]
    return sorted(name for name in names if broker.type(name) in {"list", "hash", "zset"})


def left_or_dead(stack: RealStack, name: str) -> list[str]:
    code = stack.processes[name].poll()
    assert code is None, f"the {name} ended with {code}: {stack.log_file(name).read_text()[-3000:]}"
    return left(stack)


def test_worker_and_scheduler_go_on(stack: RealStack) -> None:
    pids = {name: process.pid for name, process in stack.processes.items()}
    broker = stack.broker_client()
    for queue, task in ((task_names.TRAINING_QUEUE, task_names.PLACE), ("node.node-1", task_names.RUN)):
        good = a_message(stack, task)
        for text in [*NO_MESSAGES.values(), *(bent(good, change) for change in BENT.values())]:
            broker.lpush(queue, text)

    eventually(lambda: left(stack), lambda names: names == [], what="an empty broker")

    job = stack.submit(**fake_inputs(stack.folder), output_dir="output/after")
    stack.wait_for(job["job_id"], "completed")
    assert {name: process.pid for name, process in stack.processes.items() if process.poll() is None} == pids
    for name in ("scheduler", "worker"):
        log = stack.log_file(name).read_text()
        assert log.count("broker_message_dropped") >= len(NO_MESSAGES) - 1
        assert "Unrecoverable error" not in log
        assert "Trying to reconnect" not in log
    assert left(stack) == []


def test_what_was_taken_and_cannot_be_put_back_ends_nobody(stack: RealStack) -> None:
    broker = stack.broker_client()
    for name in ("scheduler", "worker"):
        stack.terminate(name)
    for name in ("scheduler", "worker"):
        broker.hset("unacked", mapping=UNSETTLED)
        broker.zadd("unacked_index", dict.fromkeys(UNSETTLED, 1))
        stack.start_process(name)

        eventually(partial(left_or_dead, stack, name), lambda names: names == [], what="an empty broker")

    job = stack.submit(**fake_inputs(stack.folder), output_dir="output/after")
    stack.wait_for(job["job_id"], "completed")
    for name in ("scheduler", "worker"):
        assert stack.processes[name].poll() is None
        log = stack.log_file(name).read_text()
        assert log.count("broker_message_dropped") >= 10
        assert "Unrecoverable error" not in log
        assert "worker_ended_unasked" not in log


@pytest.mark.parametrize("what", sorted(BENT))
def test_each_bent_message_is_its_own_trouble_only(what: str) -> None:
    """The list says what it says: each change makes another message."""
    message = {"headers": {"task": "a", "id": "b"}, "properties": {"delivery_info": {}}, "body": "x"}
    before = copy.deepcopy(message)

    BENT[what](message)

    assert message != before
