"""/training/gpus."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.gpus import GpusSchema
from api.services.gpus import gpu_answers

blp = Blueprint("gpus", __name__, description="GPUs of all nodes.")


@blp.route("/gpus")
class Gpus(MethodView):
    @blp.response(200, GpusSchema)
    def get(self) -> dict[str, Any]:
        """List every GPU, with who holds it."""
        found = gpu_answers(services())
        return {"gpus": found, "total": len(found)}
