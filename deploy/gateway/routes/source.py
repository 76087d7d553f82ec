"""The source of the route table: the records in Redis."""

from common.settings import Settings
from common.store import Store
from deploy.gateway.routes.live_routes import Source
from deploy.gateway.routes.route_table import RouteTable, make_table
from deploy.routes import read_known_models, read_replicas


def redis_source(store: Store, settings: Settings) -> Source:
    """One look at all models; raises a ServiceError while Redis is away."""

    def read() -> RouteTable:
        return make_table(read_replicas(store, settings), read_known_models(store))

    return read
