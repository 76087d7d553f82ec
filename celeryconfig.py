"""How Celery is used here; addresses and secrets are added by common.messaging.app from the settings.

Celery carries hints and shows state. The truth is in Redis, so no decision rests on a message arriving, arriving once,
or on one of Celery's timers.
"""

from kombu import Exchange, Queue

from common.messaging.broker import use_own_transport
from common.messaging.task_names import DEPLOY_QUEUE, TRAINING_QUEUE

use_own_transport()

HIGHEST_PRIORITY = 10
SOCKET_TIMEOUT_SECONDS = 10

# JSON only: a pickled message would run code.
accept_content = ["json"]
task_serializer = "json"
result_serializer = "json"
enable_utc = True
timezone = "UTC"

# Early acknowledgement: a follower may live for a week, so nothing may depend on the visibility timeout, and on 5.7.0
# late acknowledgement or a prefetched message ends the worker when the broker connection drops.
task_acks_late = False
worker_prefetch_multiplier = 1
worker_disable_prefetch = True
worker_cancel_long_running_tasks_on_connection_loss = False

broker_connection_retry_on_startup = True
broker_connection_max_retries = None
# A Redis that is full, read-only or without its replicas answers with an error, which would end the worker; so would a
# message that is no task.
broker_channel_error_retry = True
worker_consumer = "common.messaging.worker:CarefulConsumer"
# Redis serves priority step 0 first: common.messaging.app maps our 10 (first) to its 0.
broker_transport_options = {
    "priority_steps": list(range(HIGHEST_PRIORITY + 1)),
    "queue_order_strategy": "priority",
    "sep": ":",
    "socket_timeout": SOCKET_TIMEOUT_SECONDS,
    "socket_connect_timeout": SOCKET_TIMEOUT_SECONDS,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
task_default_priority = HIGHEST_PRIORITY

# Flower shows the lengths of the queues named here: it could ask the workers only through remote control.
task_queues = [Queue(name, Exchange(name), name) for name in (TRAINING_QUEUE, DEPLOY_QUEUE)]
task_default_queue = TRAINING_QUEUE

result_backend_always_retry = True
result_extended = True
redis_socket_timeout = SOCKET_TIMEOUT_SECONDS
redis_socket_connect_timeout = SOCKET_TIMEOUT_SECONDS
redis_socket_keepalive = True
redis_backend_health_check_interval = 25

# What Flower needs to show a job from submission to end.
worker_send_task_events = True
task_send_sent_event = True

# Whoever reaches the broker could otherwise shut workers down; CELERY_REMOTE_CONTROL=true turns it on.
worker_enable_remote_control = False

worker_hijack_root_logger = False
task_create_missing_queues = True
