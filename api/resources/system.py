"""/training/system/status."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.system import SystemStatusSchema
from api.services.system import system_status

blp = Blueprint("system", __name__, description="What the machines have and use.")


@blp.route("/system/status")
class SystemStatus(MethodView):
    @blp.response(200, SystemStatusSchema)
    def get(self) -> dict[str, Any]:
        """Show memory, processors and GPUs of all nodes, each and in sum."""
        return system_status(services())
