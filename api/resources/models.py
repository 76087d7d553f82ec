"""/deploy/models: names, their versions, and the way back."""

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.deployments import ModelDetailSchema, ModelListSchema, RollBackSchema, RolledBackSchema
from api.schemas.problems import ProblemSchema
from api.services.deployments import roll_back_model
from deploy.versions import get_model, versions_of

blp = Blueprint("models", __name__, description="The names that deployments answer to, and their versions.")


@blp.route("/models")
class Models(MethodView):
    @blp.response(200, ModelListSchema)
    def get(self) -> dict[str, Any]:
        """List all model names that have deployments, with the version that answers."""
        models = services().store.models.all()
        return {"models": models, "total": len(models)}


@blp.route("/models/<model_name:name>")
class ModelByName(MethodView):
    @blp.response(200, ModelDetailSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="model_not_found")
    def get(self, name: str) -> dict[str, Any]:
        """Show a model with all its versions and their deployments."""
        store = services().store
        return {"model": get_model(store, name), "versions": versions_of(store, name)}


@blp.route("/models/<model_name:name>/rollback")
class ModelRollBack(MethodView):
    @blp.arguments(RollBackSchema, required=False, example={"version": "v1"})
    @blp.response(200, RolledBackSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="model_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="state_conflict: there is no such version")
    def post(self, body: dict[str, Any], name: str) -> dict[str, Any]:
        """Let the version before, or the one that is named, answer again; the present one goes on until it does."""
        done = roll_back_model(services(), name, body["version"], g.actor)
        answer = {"name": name, "version": done.version, "active": done.model.active, "took_over": done.took_over}
        if done.took_over:
            return answer | {"message": f"version {done.version} of {name} answers again"}
        message = f"version {done.version} of {name} is being started and takes over when it answers"
        return answer | {"message": message}
