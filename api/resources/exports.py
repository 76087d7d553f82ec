"""/training/jobs/{id}/export."""

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.new_exports import NEW_EXPORT_EXAMPLES, ExportAnswerSchema, NewExportSchema
from api.schemas.problems import ProblemSchema
from api.services.exports import export

blp = Blueprint("exports", __name__, description="Merged and quantised models, on this node and on hubs, by hand.")


@blp.route("/jobs/<job_id:job_id>/export")
class JobExport(MethodView):
    @blp.arguments(NewExportSchema, required=False, examples=NEW_EXPORT_EXAMPLES)
    @blp.response(200, ExportAnswerSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="state_conflict: not completed, or an export is under way")
    def post(self, body: dict[str, Any], job_id: str) -> dict[str, Any]:
        """Export what a completed job has trained: merged once more, quantised, pushed to a hub.

        The export is a job of its own, `export_job_id`: it waits for a GPU of the node that has the checkpoint, can be
        followed and stopped, and is listed with `kind=export`. The job keeps its status; its export fields tell when
        a merged model is there, those of the export when any is. Nothing is written over: models are named merged,
        merged-2, awq-int4 and so on.
        """
        made = export(services(), job_id, body, g.actor)
        message = f"export {made.id} was created and waits for its turn; it writes beside what is there"
        return {"job_id": job_id, "status": "exporting", "message": message, "export_job_id": made.id}
