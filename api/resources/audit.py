"""The audit log, /audit: who changed what. Only keys with scope admin may come here."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.audit import AuditQuerySchema, AuditSchema

blp = Blueprint("audit", __name__, description="Who changed what; for keys with scope admin.")


@blp.route("/audit")
class Audit(MethodView):
    @blp.arguments(AuditQuerySchema, location="query")
    @blp.response(200, AuditSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List every request that was not a read, newest first, those that were refused included."""
        entries, cursor = services().store.audit.page(query["limit"], query["cursor"])
        return {"entries": entries, "next_cursor": cursor}
