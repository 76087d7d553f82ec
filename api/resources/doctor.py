"""/doctor: what an operator should look at. Only keys with scope admin may come here."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.doctor import DoctorSchema
from api.services.doctor import NOTE, findings

blp = Blueprint("doctor", __name__, description="What is wrong with the service; for keys with scope admin.")


@blp.route("/doctor")
class Doctor(MethodView):
    @blp.response(200, DoctorSchema)
    def get(self) -> dict[str, Any]:
        """List what is wrong, or was: silent nodes, recovered jobs, an emptied Redis, records that disagree."""
        found = findings(services())
        return {"healthy": all(finding.severity == NOTE for finding in found), "findings": found}
