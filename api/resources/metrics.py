"""/metrics for Prometheus."""

from flask import Blueprint, Response, current_app
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from api.monitoring import exposition

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    return Response(exposition(current_app).text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
