"""/datasets: uploading, showing, downloading and deleting data sets."""

import sys
from contextlib import closing
from typing import Any

from flask import Response, g, request, send_file, url_for
from flask.views import MethodView
from flask_smorest import Blueprint

from api.edge.services import services
from api.edge.upload_headers import COMPLETE, OFFSET, OFFSET_MAX, sent_complete, sent_offset, upload_headers
from api.front.waiting import pour
from api.manual.header_parameters import reads_headers
from api.schemas.datasets import (
    DatasetListQuerySchema,
    DatasetListSchema,
    DatasetSchema,
    DatasetViewSchema,
    NewDatasetAnswerSchema,
    NewDatasetSchema,
)
from api.schemas.problems import ProblemSchema
from api.services.datasets.announced import announce, content_of, delete, page_of_datasets, view
from api.services.datasets.uploads import Upload
from api.views.jobs import dataset_list_view, dataset_view, new_dataset_view
from common.datasets import Dataset

blp = Blueprint("datasets", __name__, description="Data sets that are uploaded, for nodes without a shared disk.")

_BINARY = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
_PART: list[dict[str, Any]] = [
    {
        "in": "header",
        "name": OFFSET,
        "required": True,
        "schema": {"type": "integer", "minimum": 0, "maximum": OFFSET_MAX},
    },
    {"in": "header", "name": COMPLETE, "schema": {"type": "string", "enum": ["?0", "?1"]}},
]
_STANDING = {
    OFFSET: {"description": "How many bytes are there.", "schema": {"type": "integer"}},
    COMPLETE: {"description": "?1 when it is finished.", "schema": {"type": "string"}},
}


def _named(dataset: str) -> Dataset:
    return services().store.datasets.find(dataset)


@blp.route("/datasets")
class Datasets(MethodView):
    @blp.arguments(NewDatasetSchema, example={"name": "train.jsonl", "size": 354234})
    @blp.response(201, NewDatasetAnswerSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="upload_conflict: too many uploads are not finished")
    @blp.alt_response(413, schema=ProblemSchema, description="dataset_too_large")
    @blp.alt_response(507, schema=ProblemSchema, description="storage_full")
    def post(self, body: dict[str, Any]) -> Any:
        """Announce a data set; its content goes to `upload_url`.

        With `sha256`, content that is here already need not be sent: the answer says `ready`.
        """
        made = announce(services(), body, g.actor)
        where = url_for("datasets.DatasetContent", dataset=made.id)
        return new_dataset_view(made, where), 201, {"Location": where, **upload_headers(made, made.bytes)}

    @blp.arguments(DatasetListQuerySchema, location="query")
    @blp.response(200, DatasetListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List data sets and unfinished uploads, newest first."""
        page, size = query["page"], query["size"]
        return dataset_list_view(page, size, *page_of_datasets(services(), page, size))


@blp.route("/datasets/<string:dataset>")
class DatasetById(MethodView):
    @blp.response(200, DatasetViewSchema)
    @blp.alt_response(404, schema=ProblemSchema, description="dataset_not_found")
    def get(self, dataset: str) -> dict[str, Any]:
        """Show a data set, by id or by name, and the jobs that use it."""
        return dataset_view(view(services(), _named(dataset)))

    @blp.response(204)
    @blp.alt_response(404, schema=ProblemSchema, description="dataset_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="dataset_in_use, upload_conflict")
    def delete(self, dataset: str) -> None:
        """Delete a data set, or throw an unfinished upload away."""
        delete(services(), _named(dataset), g.actor)


@blp.route("/datasets/<string:dataset>/content")
class DatasetContent(MethodView):
    @blp.response(200, DatasetSchema, headers=_STANDING)
    @blp.alt_response(400, schema=ProblemSchema, description="malformed_request: the connection broke")
    @blp.alt_response(404, schema=ProblemSchema, description="dataset_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="upload_conflict; upload_offset says where to go on")
    @blp.alt_response(413, schema=ProblemSchema, description="dataset_too_large")
    @blp.alt_response(422, schema=ProblemSchema, description="invalid_input: not as announced, or not to be trained on")
    @blp.alt_response(507, schema=ProblemSchema, description="storage_full")
    @reads_headers(*_PART)
    @blp.doc(requestBody=_BINARY)
    def patch(self, dataset: str) -> Any:
        """Send the part that begins at `Upload-Offset`; the answer has `bytes`, where the next one begins.

        The upload ends with `Upload-Complete: ?1`, or when the announced size is there. After a cut, HEAD tells the
        offset to go on from.
        """
        return self._receive(_named(dataset), offset=sent_offset(), complete=sent_complete())

    @blp.response(200, DatasetSchema, headers=_STANDING)
    @blp.alt_response(400, schema=ProblemSchema, description="malformed_request: the connection broke")
    @blp.alt_response(404, schema=ProblemSchema, description="dataset_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="upload_conflict")
    @blp.alt_response(413, schema=ProblemSchema, description="dataset_too_large")
    @blp.alt_response(422, schema=ProblemSchema, description="invalid_input: not as announced, or not to be trained on")
    @blp.alt_response(507, schema=ProblemSchema, description="storage_full")
    @blp.doc(requestBody=_BINARY)
    def put(self, dataset: str) -> Any:
        """Send all of it in one request: `curl -T FILE`. After a cut, go on with PATCH."""
        return self._receive(_named(dataset), offset=None, complete=True)

    @blp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
    @blp.alt_response(
        206,
        schema={"type": "string", "format": "binary"},
        content_type="application/octet-stream",
        description="The part that the header Range asks for.",
    )
    @blp.alt_response(404, schema=ProblemSchema, description="dataset_not_found")
    @blp.alt_response(409, schema=ProblemSchema, description="upload_conflict: it is not finished")
    @blp.alt_response(416, schema=ProblemSchema, description="There is no such part.")
    def get(self, dataset: str) -> Response:
        """Download a data set, or the part of it that the header Range asks for."""
        found = _named(dataset)
        path = content_of(services(), found)
        name = found.name if found.name.endswith(f".{found.format}") else f"{found.name}.{found.format}"
        return send_file(path, "application/octet-stream", True, name, etag=found.sha256, max_age=0)

    @blp.response(200, headers=_STANDING)
    @blp.alt_response(404, description="There is no such data set.")
    def head(self, dataset: str) -> Response:
        """Tell how far the upload is."""
        seen = view(services(), _named(dataset))
        return Response(headers=upload_headers(seen.dataset, seen.received_bytes), mimetype="application/octet-stream")

    def _receive(self, dataset: Dataset, *, offset: int | None, complete: bool) -> Any:
        request.max_content_length = sys.maxsize  # uploads have a limit of their own; None would mean the app's
        length = request.content_length
        upload = pour(lambda: Upload(services(), dataset, offset=offset, length=length), request.stream)
        with closing(upload):
            seen = upload.finish(complete=complete)
        return seen, 200, upload_headers(seen, seen.bytes)
