"""/usage: what the gateway was asked, by API key and by model."""

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.traffic import UsageSchema
from api.services.usage import Usage, usage_seen_by

blp = Blueprint("usage", __name__, description="What the gateway was asked.")


@blp.route("/usage")
class UsageOfKeys(MethodView):
    @blp.response(200, UsageSchema)
    def get(self) -> Usage:
        """Show requests, errors and tokens by API key and by model.

        Keys with scope admin see all keys, others their own. The newest requests are counted within a few seconds.
        """
        return usage_seen_by(services(), g.principal)
