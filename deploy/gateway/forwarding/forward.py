"""Forwarding with failover: finds a replica that answers: the balancer's choice, and another one where a try failed
harmlessly.
"""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog

from deploy.gateway.errors import Refusal, no_healthy_replica, replica_garbled, replica_lost, replica_unreachable
from deploy.gateway.forwarding.balancer import Balancer, ReplicaId, id_of
from deploy.gateway.forwarding.exchange import Exchange
from deploy.gateway.forwarding.retries import Failure, Retry, next_try, speaks_against_replica
from deploy.gateway.forwarding.upstream import Call, Failed, Upstream
from deploy.routes import Replica

log = structlog.get_logger()

_REFUSALS = {
    Failure.REFUSED: no_healthy_replica,
    Failure.UNREACHABLE: replica_unreachable,
    Failure.STALE: replica_lost,
    Failure.LOST: replica_lost,
    Failure.GARBLED: replica_garbled,
}


@dataclass(frozen=True, slots=True)
class Forwarder:
    """Sends requests to the replicas that a table has for them."""

    upstream: Upstream
    balancer: Balancer

    @asynccontextmanager
    async def answer(
        self, replicas: Sequence[Replica], call: Call, exchange: Exchange
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer of one of them, its body still to be read; closed, with what it still does, at the end.

        Raises a Refusal when none gave one.
        """
        async with AsyncExitStack() as stack:
            response = await self._first_answer(replicas, call, exchange, stack)
            try:
                yield response
            finally:
                # One that was read to its end gave its connection back already.
                response.close()

    async def _first_answer(
        self, replicas: Sequence[Replica], call: Call, exchange: Exchange, stack: AsyncExitStack
    ) -> aiohttp.ClientResponse:
        tried: set[ReplicaId] = set()
        replica, is_again = self.balancer.pick(replicas, tried, time.monotonic()), False
        while replica is not None:
            exchange.deployment_id = replica.deployment_id
            try:
                with self.balancer.outstanding(replica):
                    response = await self.upstream.send(replica, call, on_fresh_connection=is_again)
                    stack.enter_context(self.balancer.outstanding(replica))
                    return response
            except Failed as failed:
                self._note(failed, replica, exchange)
            tried.add(id_of(replica))
            retry = next_try(exchange.failed_tries)
            is_again = retry is Retry.SAME
            if retry is Retry.NOWHERE:
                break
            if not is_again:
                replica = self.balancer.pick(replicas, tried, time.monotonic())
        raise self._refusal(exchange)

    def _note(self, failed: Failed, replica: Replica, exchange: Exchange) -> None:
        exchange.failed_tries.append(failed.failure)
        if speaks_against_replica(failed.failure):
            self.balancer.eject(replica, time.monotonic())
        log.warning(
            "replica_did_not_answer",
            deployment=replica.deployment_id,
            failure=failed.failure.value,
            detail=failed.detail,
        )

    def _refusal(self, exchange: Exchange) -> Refusal:
        last = exchange.failed_tries[-1] if exchange.failed_tries else Failure.REFUSED
        return _REFUSALS[last](exchange.model)
