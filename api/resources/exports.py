"""/training/jobs/{id}/export."""

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.messages import text
from api.schemas.jobs import ExportAnswerSchema
from api.schemas.problems import ProblemSchema
from api.services import services
from api.services.exporting import export

blp = Blueprint("exports", __name__, description="Merged models, by hand.")


@blp.route("/jobs/<job_id:job_id>/export")
class JobExport(MethodView):
    @blp.response(200, ExportAnswerSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="state_conflict: not completed, or an export is under way")
    def post(self, job_id: str) -> dict[str, Any]:
        """Merge a completed job's adapter into its model once more.

        The export is a job of its own, `export_job_id`: it waits for a GPU of the node that has the checkpoint, can be
        followed and stopped, and is listed with `kind=export`. The job keeps its status; its export fields tell when
        the model is there. Nothing is written over: models are named merged, merged-2 and so on.
        """
        made = export(services(), job_id, g.actor)
        message = text("export_begun", export_id=made.id)
        return {"job_id": job_id, "status": "exporting", "message": message, "export_job_id": made.id}
