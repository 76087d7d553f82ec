"""A hub on loopback that Hugging Face's own client can push to: as much of its API as `upload_folder` asks for."""

import base64
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any


class HubServer:
    """Repositories by name, each with `private` and `files`; `tokens` are those that requests came with."""

    def __init__(self, owner: str) -> None:
        self.repositories: dict[str, dict[str, Any]] = {}
        self.tokens: set[str] = set()
        self.owner = owner
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "HubServer":
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """(status, JSON)."""
        if path == "/api/repos/create":
            return self._create(json.loads(body))
        owner, name, *rest = path.removeprefix("/api/models/").split("/")
        repository = self.repositories.get(f"{owner}/{name}")
        if repository is None:
            return 404, {"error": "Repository not found"}
        match rest[:1]:
            case []:
                return 200, {"id": f"{owner}/{name}", "private": repository["private"], "tags": [], "siblings": []}
            case ["preupload"]:
                names = [file["path"] for file in json.loads(body)["files"]]
                return 200, {
                    "files": [{"path": name, "uploadMode": "regular", "shouldIgnore": False} for name in names]
                }
            case ["commit"]:
                self._commit(repository, body)
                commit = "0" * 40
                return 200, {"commitUrl": f"{self.url}/{owner}/{name}/commit/{commit}", "commitOid": commit}
        return 404, {"error": f"the fake hub does not know {method} {path}"}

    def _create(self, wanted: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        name = f"{wanted['organization']}/{wanted['name']}"
        if wanted["organization"] != self.owner:
            return 403, {"error": "You don't have the rights to create a model under this namespace"}
        if name in self.repositories:
            return 409, {"error": "You already created this model repo", "url": f"{self.url}/{name}"}
        self.repositories[name] = {"private": wanted.get("visibility", "private") != "public", "files": {}}
        return 200, {"url": f"{self.url}/{name}"}

    def _commit(self, repository: dict[str, Any], body: bytes) -> None:
        for line in body.decode().splitlines():
            record = json.loads(line)
            value = record["value"]
            if record["key"] == "header":
                repository["message"] = value["summary"]
            else:
                repository["files"][value["path"]] = base64.b64decode(value["content"])


def _handler(hub: HubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self) -> None:
            if self.path.startswith(("/api/repos/", "/api/models/")):
                hub.tokens.add(self.headers.get("Authorization", ""))
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer = hub.answer(self.command, self.path.partition("?")[0], body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler
