"""gunicorn's ASGI worker around the Flask app, for which `--threads` is how many requests it answers at a time."""

import asyncio
import gc
import resource
from typing import Any

from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers import gasgi

from api.front.front import Front

_TAKEN_SECONDS = 0.1
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Worker(gasgi.ASGIWorker):  # type: ignore[misc]  # gunicorn has no types
    """To be named as `--worker-class api.front.worker.Worker`; the app stays `api.app:create_app()`."""

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Threads are used here."""

    def init_process(self) -> None:
        # Each connection is a file; what a shell allows is often 1,024.
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        gasgi.ASGIProtocol = Connection  # the worker has no other place for it
        super().init_process()

    def load_wsgi(self) -> None:
        app = self.app.wsgi()
        self.silence_seconds = app.extensions["swift_trainer"].settings.client_silence_seconds
        self.asgi = Front(app, max(1, self.cfg.threads), self.silence_seconds)
        # What was loaded stays. Walked over with each full collection, it would stop all answers for 200 ms.
        gc.collect()
        gc.freeze()

    async def _shutdown(self) -> None:
        self.asgi.end()  # otherwise streams would keep it for the whole of the graceful timeout
        await super()._shutdown()
        self.asgi.close()


class Connection(ASGIProtocol):  # type: ignore[misc]  # gunicorn has no types
    """Gives up on clients that send no whole head, or take no answer, for so long: gunicorn waits for ever."""

    _watch: asyncio.TimerHandle | None = None
    _seen = (1, True, False)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if self.worker.nr_conns > self.worker.worker_connections:
            transport.write(_TOO_MANY)
            transport.close()
            return
        self._look_later()

    def eof_received(self) -> bool:
        """Answer also a client that has said that it sends nothing more; one that waits for news is gone with that."""
        if self._awaiting_request or self._body_receiver is None:
            return False
        self._tell_end(self._body_receiver)
        return True

    def _tell_end(self, receiver: Any) -> None:
        """Of a body that is there, whole, not before it was taken: what is told so early would take its place."""
        if receiver._body_finished or not receiver._complete:
            receiver.signal_disconnect()
        elif receiver is self._body_receiver:
            self.worker.loop.call_later(_TAKEN_SECONDS, self._tell_end, receiver)

    def _close_transport(self) -> None:
        """Also of a client that is gone: where it cannot be told the end, gunicorn would keep the socket for ever."""
        super()._close_transport()
        if self.transport:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch:
            self._watch.cancel()
        super().connection_lost(exc)

    def _look_later(self) -> None:
        self._watch = self.worker.loop.call_later(self.worker.silence_seconds, self._look)

    def _look(self) -> None:
        """Hang up when it waits for the same head, or for its last bytes to be taken, as it did at the last look."""
        before, self._seen = self._seen, (self.req_count, self._awaiting_request, self.transport.is_closing())
        if self._seen == before and (self._awaiting_request or self.transport.is_closing()):
            self.transport.abort()
        else:
            self._look_later()
