"""The message broker: Celery's transport over Redis. What lies in a queue and is no message is dropped, so that it ends
no worker.

kombu takes what lies in a queue, and what was taken and not settled, for JSON of its own shape. On anything else it
raises in the middle of the worker's event loop, which then ends the worker ("Unrecoverable error").
"""

from typing import Any

import structlog
from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import RedisError

from common.store.refusals import is_our_mistake

log = structlog.get_logger()

_SHOWN_MAX = 500


class QoS(redis.QoS):
    def restore_by_tag(self, tag: Any, client: Any = None, leftmost: bool = False) -> None:
        """Put an unsettled message back into its queue. One that cannot be put back would be tried at each start."""
        try:
            super().restore_by_tag(tag, client, leftmost)
        except Exception as exc:
            if isinstance(exc, OSError) or (isinstance(exc, RedisError) and not is_our_mistake(exc)):
                raise  # the broker's trouble: connect again
            with self.pipe_or_acquire(client=client) as pipe:
                self._remove_from_indices(tag, pipe).execute()  # type: ignore[attr-defined]  # the stubs do not have it
            _tell(f"{type(exc).__name__}: {exc}", tag=tag)


class Channel(redis.Channel):
    QoS = QoS
    # kombu clamps priorities to 0-9; publisher and worker both need this for eleven strict levels.
    max_priority = 10

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[misc]  # the stubs do not have it
        except (ValueError, RecursionError) as exc:  # no JSON; it left the queue already
            _tell(exc)
            return True


class Transport(redis.Transport):
    Channel = Channel

    def _deliver(self, message: Any, queue: str | None) -> None:
        if problem := _misshapen(message):
            _tell(problem, queue=queue, message=message)
        else:
            super()._deliver(message, queue)


def use_own_transport() -> None:
    """Let `redis://` and `redis+socket://` mean this transport."""
    TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = "common.messaging.broker:Transport"


def _misshapen(message: Any) -> str:
    """What is wrong with the frame of a message; empty when kombu and Celery can read it."""
    if not isinstance(message, dict) or not isinstance(message.get("properties"), dict):
        return "it has no properties"
    properties = message["properties"]
    if not isinstance(properties.get("delivery_tag"), str) or not isinstance(properties.get("delivery_info"), dict):
        return "it does not say how it was delivered"
    if not {"exchange", "routing_key"} <= properties["delivery_info"].keys():
        return "it does not say where it was delivered"
    if not isinstance(message.get("headers") or {}, dict) or not isinstance(message.get("body") or "", str):
        return "its headers or its body are of another kind"
    if properties.get("body_encoding") not in {None, "base64", "utf-8"}:
        return "its body is encoded in an unknown way"
    return ""


def _tell(problem: object, **context: Any) -> None:
    shown = {name: str(value)[:_SHOWN_MAX] for name, value in context.items()}
    log.error("broker_message_dropped", error=str(problem)[:_SHOWN_MAX], **shown)
