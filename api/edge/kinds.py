"""Keeps deployments and jobs apart: each answers below its own path only, though both are workloads."""

from flask import Flask, request

from common.errors import JobNotFound
from common.ids import is_deployment_id
from common.settings import Settings


def register_kinds(app: Flask, settings: Settings) -> None:
    """Answer that there is no such job where the id is of the other kind."""
    deployments, jobs = f"{settings.api_prefix}/deploy/", f"{settings.api_prefix}/training/"

    @app.before_request
    def refuse_other_kind() -> None:
        job_id = (request.view_args or {}).get("job_id")
        if job_id is None or request.url_rule is None:
            return
        rule = request.url_rule.rule
        if rule.startswith(deployments) and not is_deployment_id(job_id):
            raise JobNotFound(f"there is no deployment '{job_id}'", job_id=job_id)
        if rule.startswith(jobs) and is_deployment_id(job_id):
            raise JobNotFound(f"there is no job '{job_id}'; deployments are below /deploy", job_id=job_id)
