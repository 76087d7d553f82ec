"""How often the store is looked at for the sake of names that were missed."""

import asyncio

from common.secret import Secret
from deploy.gateway.routes.live_routes import LiveRoutes
from deploy.gateway.routes.route_table import RouteTable, make_table
from deploy.routes import Replica

REPLICA = Replica("a", ("bot",), "1", "http://a:1", Secret("k"))


class Store:
    """Counts the looks; what it holds may change between them."""

    def __init__(self) -> None:
        self.looks = 0
        self.table: RouteTable | None = RouteTable()

    def look(self) -> RouteTable:
        self.looks += 1
        if self.table is None:
            raise ConnectionError("away")
        return self.table


def test_who_misses_a_name_sees_what_was_published_since_the_last_look() -> None:
    store = Store()

    async def scenario() -> tuple[Replica, ...]:
        routes = LiveRoutes(store.look, 60, lambda _: None)
        await routes.refresh()
        store.table = make_table([REPLICA], [])
        await routes.catch_up()
        return routes.current().replicas_of("bot")

    assert asyncio.run(scenario()) == (REPLICA,)


def test_many_who_miss_a_name_share_a_look() -> None:
    store = Store()

    async def scenario() -> None:
        routes = LiveRoutes(store.look, 60, lambda _: None)
        await routes.refresh()
        await asyncio.gather(*(routes.catch_up() for _ in range(50)))

    asyncio.run(scenario())

    assert store.looks == 2


def test_a_store_that_is_away_is_not_asked_again_for_a_missed_name() -> None:
    store = Store()

    async def scenario() -> None:
        routes = LiveRoutes(store.look, 60, lambda _: None)
        store.table = None
        await routes.refresh()
        await routes.catch_up()

    asyncio.run(scenario())

    assert store.looks == 1
