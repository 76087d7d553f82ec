"""/jobs/{id}/lineage, of trainings, exports and deployments."""

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.lineage import LineageSchema
from api.schemas.problems import ProblemSchema
from deploy.lineage import Lineage, lineage_of

training = Blueprint("lineage", __name__, description="Where a model comes from and what became of it.")
deployment = Blueprint("deployment_lineage", __name__, description="Where a model comes from and what became of it.")


@training.route("/jobs/<job_id:job_id>/lineage")
class JobLineage(MethodView):
    @training.response(200, LineageSchema)
    @training.alt_response(404, schema=ProblemSchema, description="job_not_found")
    def get(self, job_id: str) -> Lineage:
        """Show data set, training, checkpoint, exports and deployments that belong together."""
        return lineage_of(services().store, services().store.jobs.get(job_id))


@deployment.route("/jobs/<string:job_id>/lineage")
class DeploymentLineage(JobLineage):
    """The same, from the deployment's side."""
