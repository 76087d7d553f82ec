"""/training/health."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.health import HealthSchema
from api.services.health import health

blp = Blueprint("health", __name__, description="Health of the service.")


@blp.route("/health")
class Health(MethodView):
    @blp.response(200, HealthSchema)
    @blp.alt_response(503, schema=HealthSchema, description="Redis is away.")
    def get(self) -> Any:
        """Show whether jobs can be taken and run."""
        answer = health(services())
        return answer, 200 if answer["status"] == "healthy" else 503
