"""The Redis password, with which Celery and kombu authenticate: in their URLs, a worker and Flower would show it.

kombu tells the whole URL of a unix socket where it tells the name of a host: in the answer to `inspect stats`.
"""

from redis.credentials import CredentialProvider

from common.secret import NO_SECRET, Secret

# How kombu and Celery find it: they take a name in the URL, and make one without arguments.
NAME = f"{__name__}.RedisPassword"


class RedisPassword(CredentialProvider):
    """The password of this process's one Redis."""

    known: Secret = NO_SECRET

    def get_credentials(self) -> tuple[str]:
        return (RedisPassword.known.reveal(),)
