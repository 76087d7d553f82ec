"""The Flask app: `gunicorn 'api.app:create_app()'`."""

import sys
from typing import Any

from flask import Flask, Response
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from api.edge.audit import register_audit
from api.edge.auth import register_auth
from api.edge.bodies import register_bodies, register_curl_bodies
from api.edge.ids import register_kinds, register_paths
from api.edge.json_text import ReadableJson
from api.edge.limits import FailedAuth, make_limiter, register_limits
from api.edge.origins import register_origins
from api.edge.peers import register_peers
from api.edge.problems import http_problem, register_problems
from api.edge.queries import AnyQueryRequest, register_query_names
from api.edge.requests import register_requests
from api.edge.scopes import register_scopes
from api.language.answers import register_language
from api.live import make_live
from api.manual.openapi import complete, describe_keys
from api.manual.pages import blueprint as manual
from api.monitoring import register_metrics
from api.resources import (
    audit,
    checkpoints,
    datasets,
    deploy_queue,
    deployments,
    doctor,
    dry_runs,
    events,
    exports,
    gpus,
    health,
    jobs,
    keys,
    lineage,
    logs,
    metrics,
    metrics_history,
    models,
    nodes,
    probes,
    progress,
    queue,
    queue_control,
    retention,
    system,
    trainers,
    typed_jobs,
    usage,
)
from api.schemas.problems import ProblemSchema
from api.services import Services
from api.services.catalogs import Catalogs
from api.services.checks.readings import Readings
from api.services.datasets.running_hashes import RunningHashes
from api.services.doorbell import Doorbell, publisher
from api.services.known_keys import KnownKeys
from api.services.planning import Planning
from api.services.write_probe import WriteProbe
from common.logging import setup_logging
from common.settings import Settings, SettingsError, load_settings
from common.store import open_store
from common.store.connection import OF_A_PROBE, OF_A_REQUEST
from common.store.version import begin_on_store


class ProblemApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest, answering errors as problem+json."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        return http_problem(error)


def create_app(settings: Settings | None = None) -> Flask:
    """An app on these settings; read from the environment when none are given."""
    if settings is None:
        try:
            settings = load_settings()
        except SettingsError as problem:
            sys.exit(f"api: {problem}")
        setup_logging(settings, "api")
        begin_on_store(settings, "api")
    app = Flask("api", static_folder=None)
    app.request_class = AnyQueryRequest
    app.config.update(_flask_config(settings))
    app.json = ReadableJson(app)
    store, probe = open_store(settings, OF_A_REQUEST), open_store(settings, OF_A_PROBE)
    write_probe = WriteProbe(probe)
    live = make_live(store, settings.sse_max_clients, settings.sse_heartbeat_seconds)
    planning = Planning(store, settings)
    known_keys = KnownKeys(store.api_keys)
    app.extensions["swift_trainer"] = Services(
        settings, store, probe, publisher(settings), planning, live, known_keys, Catalogs(store, settings),
        RunningHashes(), write_probe, Doorbell(), Readings(settings),
    )  # fmt: skip
    limiter = make_limiter(settings)
    register_peers(app, settings)
    register_metrics(app, settings, probe, live, write_probe)
    register_requests(app)
    register_language(app)
    register_audit(app, store)
    register_origins(app, settings)
    register_auth(app, settings, known_keys, FailedAuth(limiter, settings))
    register_limits(app, limiter, settings)
    register_scopes(app, settings)
    register_query_names(app)
    register_paths(app)
    register_kinds(app, settings)
    register_curl_bodies(app)
    register_bodies(app)
    register_problems(app)
    api = ProblemApi(app)
    api.ma_plugin.converter.add_attribute_function(describe_keys)
    _describe_security(api)
    for module in (
        jobs, typed_jobs, trainers, exports, dry_runs, progress, logs, events, metrics_history, checkpoints,
        queue, queue_control, gpus, system, health,
    ):  # fmt: skip
        api.register_blueprint(module.blp, url_prefix=f"{settings.api_prefix}/training")
    api.register_blueprint(lineage.training, url_prefix=f"{settings.api_prefix}/training")
    for blueprint in (deployments.blp, deploy_queue.blp, models.blp, lineage.deployment):
        api.register_blueprint(blueprint, url_prefix=f"{settings.api_prefix}/deploy")
    for module in (datasets, nodes, keys, audit, doctor, usage, retention):
        api.register_blueprint(module.blp, url_prefix=settings.api_prefix)
    api.register_blueprint(probes.blp)
    app.register_blueprint(manual)
    app.register_blueprint(metrics.blueprint)
    app.extensions["openapi_document"] = complete(api.spec.to_dict())
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "MAX_CONTENT_LENGTH": settings.max_body_bytes,
        "API_TITLE": "Swift Trainer API",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "API_SPEC_OPTIONS": {
            "info": {
                "description": "Queue, run, follow, export and serve: ms-swift fine-tuning jobs and what they make.",
                "license": {"name": "MIT"},
            }
        },
    }


def _describe_security(api: Any) -> None:
    text = "The API key of the service; none is asked for on its own machine when it has none."
    bearer = {"type": "http", "scheme": "bearer", "description": text}
    header = {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key."}
    api.spec.components.security_scheme("bearer", bearer)
    api.spec.components.security_scheme("x_api_key", header)
    api.spec.options["security"] = [{"bearer": []}, {"x_api_key": []}]
