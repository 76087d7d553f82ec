"""A dry run, /training/jobs/validate: what would become of a job."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.edge.unread import when_read
from api.schemas.dry_runs import DryRunSchema
from api.schemas.new_job_examples import NEW_JOB_EXAMPLES
from api.schemas.new_jobs import NewJobSchema
from api.services.dry_runs import DryRun, validate
from api.services.jobs import form_in, form_problems, spec_of

blp = Blueprint("dry_runs", __name__, description="Checks before a submission.")


@blp.route("/jobs/validate")
class Validate(MethodView):
    @blp.arguments(NewJobSchema, examples=NEW_JOB_EXAMPLES)
    @blp.response(200, DryRunSchema)
    def post(self, body: dict[str, Any]) -> DryRun:
        """Check a job without submitting it: data, model, options, the exact command, steps and GPU memory.

        A body that is no job at all answers 422, as the submission would; everything else is in `errors`.
        """
        spec = spec_of(services().settings, body)
        return when_read(lambda: validate(services(), spec, form_in(body), form_problems(body)))
