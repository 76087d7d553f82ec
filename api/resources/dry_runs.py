"""A dry run, /training/jobs/validate: what would become of a job."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.schemas.dry_runs import DryRunSchema
from api.schemas.new_job_examples import NEW_JOB_EXAMPLES
from api.schemas.new_jobs import NewJobSchema
from api.services.datasets.refs import what_to_look_at
from api.services.dry_runs import DryRun, dry_run
from api.services.jobs import params_field_of, spec_of
from api.services.then_deploy import wish_problems

blp = Blueprint("dry_runs", __name__, description="Checks before a submission.")


@blp.route("/jobs/validate")
class Validate(MethodView):
    @blp.arguments(NewJobSchema, examples=NEW_JOB_EXAMPLES)
    @blp.response(200, DryRunSchema)
    def post(self, body: dict[str, Any]) -> DryRun:
        """Check a job without submitting it: data, model, options, the exact command, steps and GPU memory.

        A body that is no job at all answers 422, as the submission would; everything else is in `errors`.
        """
        catalogs = services().catalogs.now()
        spec, settings = what_to_look_at(services(), spec_of(services().settings, body))
        further = wish_problems(services(), spec)
        form = params_field_of(body)
        return dry_run(spec, settings, catalogs, catalogs[0].version, further, params_field=form)
