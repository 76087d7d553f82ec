"""Health checks (liveness and readiness probes) and what this is: /healthz, /readyz, / and /info."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.health import InfoSchema, ProbeSchema, ReadySchema
from api.schemas.problems import ProblemSchema
from api.services.health import redis_in_words

blp = Blueprint("probes", __name__, description="For load balancers.")


@blp.route("/healthz")
class Healthz(MethodView):
    @blp.response(200, ProbeSchema)
    def get(self) -> dict[str, Any]:
        """Whether this process is alive."""
        return {"status": "ok"}


@blp.route("/readyz")
class Readyz(MethodView):
    @blp.response(200, ReadySchema)
    @blp.alt_response(503, schema=ProblemSchema, description="store_unavailable, store_full")
    def get(self) -> dict[str, Any]:
        """Whether this process can serve: Redis answers and takes writes. `redis` tells what strains it."""
        return {"status": "ready", "redis": redis_in_words(services().write_probe.look())}


@blp.route("/")
@blp.route("/info")
class Info(MethodView):
    @blp.response(200, InfoSchema)
    def get(self) -> dict[str, Any]:
        """What this is, and where the manual is."""
        return {
            "name": "Swift Trainer API",
            "api_prefix": services().settings.api_prefix,
            "docs": "/docs",
            "redoc": "/redoc",
            "openapi": "/openapi.json",
        }
