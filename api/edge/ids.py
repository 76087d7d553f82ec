"""Job ids in paths: a path's id is one, or there is no such job, since below a job's key lie others, that no id may
reach.

Deployments and jobs are kept apart: each answers below its own path only, though both are workloads.
"""

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import BaseConverter

from common.errors import JobNotFound
from common.ids import RESERVED_IDS, is_deployment_id, is_job_id
from common.settings import Settings

_SHOWN_MAX = 64


class JobIdConverter(BaseConverter):
    """`<job_id:…>` in a route: not the name of a fixed path beside it, whose methods alone a 405 then tells."""

    regex = rf"(?s:(?!(?:{'|'.join(RESERVED_IDS)})$).+)"


class ModelNameConverter(BaseConverter):
    """`<model_name:…>` in a route: a name may have one slash, which WSGI has unescaped by now. No name ends as the
    path beside it does.
    """

    regex = "[^/]+(?:/(?!rollback$)[^/]+)?"


def has_slash_too_many(error: HTTPException) -> bool:
    """Whether the present request's path is none, and is one without the slash at its end."""
    if not isinstance(error, NotFound) or not request.path.endswith("/"):
        return False
    routes = current_app.create_url_adapter(request)
    return routes is not None and bool(list(routes.allowed_methods(request.path.rstrip("/"))))


def register_paths(app: Flask) -> None:
    """Refuse what cannot be a job's id, for all endpoints alike. Comes before the routes."""
    app.url_map.converters["job_id"] = JobIdConverter
    app.url_map.converters["model_name"] = ModelNameConverter

    @app.before_request
    def refuse_what_is_no_id() -> None:
        job_id = (request.view_args or {}).get("job_id")
        if job_id is None or is_job_id(job_id):
            return
        shown = job_id[:_SHOWN_MAX]
        raise JobNotFound(f"there is no job '{shown}', and no job can have this id", job_id=shown)


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
