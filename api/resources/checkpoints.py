"""/training/jobs/{id}/checkpoints."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.checkpoints import CheckpointsSchema
from api.schemas.problems import ProblemSchema
from api.views.checkpoints import checkpoints_view
from deploy.checkpoints import known_checkpoints

blp = Blueprint("checkpoints", __name__, description="What a training has saved on its way.")


@blp.route("/jobs/<job_id:job_id>/checkpoints")
class JobCheckpoints(MethodView):
    @blp.response(200, CheckpointsSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="job_not_found")
    def get(self, job_id: str) -> dict[str, Any]:
        """Show the checkpoints of a training, while it runs, too: those that are whole, as its node saw them last.

        Each can be exported or deployed by its name when the training is done.
        """
        store = services().store
        job = store.jobs.get(job_id)
        return checkpoints_view(job, known_checkpoints(store, job))
