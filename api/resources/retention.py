"""/system/prune: retention, now. Only keys with scope admin may come here."""

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.retention import PruneBodySchema, PrunedSchema
from api.services.retention import dry_run, prune

blp = Blueprint("retention", __name__, description="How long things are kept; for keys with scope admin.")


@blp.route("/system/prune")
class Prune(MethodView):
    @blp.arguments(PruneBodySchema, required=False, example={"dry_run": True})
    @blp.response(200, PrunedSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Forget what is older than the settings of retention say, or tell what would go.

        One request does a second of it: ask again, with the answer's `stay`, while it says `more`. What is kept for
        ever, and what deployments, other jobs or silent nodes need, stays. No file of a training is removed.
        """
        return dry_run(services()) if body["dry_run"] else prune(services(), g.actor, body["stay"])
