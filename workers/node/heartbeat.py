"""The heartbeat: says every few seconds that this node is alive, with what it has; tells the agent when it was silent
for too long.
"""

import threading
import time
from collections.abc import Callable, Mapping

import psutil
import structlog

from common.clock import now
from common.errors import StoreUnavailable
from common.nodes import GONE, JOINING, NOT_READY, READY, Node
from common.store.nodes import Beat
from common.store.outage import Outage
from common.store.outcomes import Outcome
from common.swift.quantizers import QUANTIZER_PACKAGES
from workers.node.disk_room import room_of
from workers.node.local import LocalNode
from workers.node.name import lease_name

log = structlog.get_logger()


class Heartbeat:
    """A thread of its own: Celery's timers stand still while the broker is away.

    `fenced` is called when the node was declared lost: it ends all that ran here, lets the node speak as another
    instance from then on, and says whether that is done; else it is called again with the next beat.

    `reconcile` is called before the node offers its GPUs for the first time, again after each silence as long as the
    TTL, and whenever the store does not remember this worker's last beat: whatever was decided meanwhile about this
    node's attempts has to be carried out first, and whatever the store forgot has to be told.

    `look` is called before each beat once that is done. `problems` says what keeps the node from taking work; empty
    when nothing does. `lost` is told once, as the last thing, when somebody else speaks for the node.
    """

    def __init__(
        self,
        node: LocalNode,
        hostname: str,
        *,
        reconcile: Callable[[], None],
        lost: Callable[[Beat], None],
        fenced: Callable[[], bool],
        look: Callable[[], None],
        problems: Callable[[], tuple[str, ...]],
    ) -> None:
        self._node = node
        self._hostname = hostname
        self._reconcile = reconcile
        self._lost = lost
        self._fenced = fenced
        self._look = look
        self._problems = problems
        self._beats = 0
        self._owes_reconciling = True
        self._stopped = threading.Event()
        self._heard_at: float | None = None
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def take_name(self) -> None:
        """Say for the first time who speaks for the node, before anything is consumed. Raises NodeTaken."""
        lease_name(self._node.name, lambda: self._speak(JOINING), self._node.settings.node_ttl_seconds, self._stopped)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye, so that nothing is placed here; running jobs are not touched."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        try:
            self._beat(GONE)
        except StoreUnavailable as exc:
            log.warning("goodbye_not_said", error=exc.message)

    def _run(self) -> None:
        outage = Outage()
        while not self._stopped.is_set():
            try:
                self._once()
            except StoreUnavailable as exc:
                outage.note(exc.message)
            except Exception:
                log.exception("heartbeat_failed")
            else:
                outage.end()
            self._stopped.wait(self._node.settings.heartbeat_seconds)

    def _once(self) -> None:
        if self._heard_at is None or time.monotonic() - self._heard_at > self._node.settings.node_ttl_seconds:
            self._owes_reconciling = True
        if self._owes_reconciling and not self._join():
            return
        self._look()
        why = self._problems()
        beat = self._speak(NOT_READY if why else READY, why)
        if self._accepted(beat):
            self._heard_at = time.monotonic()
            self._owes_reconciling = not beat.known

    def _join(self) -> bool:
        if not self._accepted(self._speak(JOINING)):
            return False
        self._reconcile()
        self._owes_reconciling = False
        return True

    def _accepted(self, beat: Beat) -> bool:
        if beat.word is Outcome.OK:
            return True
        if beat.word is Outcome.TAKEN and not self._stopped.is_set():
            log.error("node_name_taken", node=self._node.name, by=beat.holder)
            self._stopped.set()
            self._lost(beat)
        return False

    def _speak(self, state: str, why: tuple[str, ...] = ()) -> Beat:
        """A beat; after the node was declared lost, the first one of another instance."""
        beat = self._beat(state, why)
        if beat.word is not Outcome.FENCED or not self._fenced():
            return beat
        self._beats = 0
        self._owes_reconciling = True
        return self._beat(JOINING)

    def _beat(self, state: str, why: tuple[str, ...] = ()) -> Beat:
        memory, disk = psutil.virtual_memory(), room_of(self._node.folder)
        packages = dict(self._node.swift.packages)
        node = Node(
            name=self._node.name,
            boot_id=self._node.boot_id,
            instance=self._node.identity.instance.id,
            session=self._node.identity.instance.session,
            hostname=self._hostname,
            heartbeat_at=now(),
            gpus=self._node.estranged.withhold(self._node.inventory.gpus()),
            estranged=self._node.estranged.notes(),
            labels=dict(self._node.settings.node_labels),
            swift_version=self._node.swift_version,
            quantizer_packages=_of_quantizers(packages),
            packages=packages,
            cpu_count=psutil.cpu_count() or 0,
            cpu_percent=psutil.cpu_percent(),
            memory_total_bytes=memory.total,
            memory_used_bytes=memory.used,
            disk_total_bytes=disk.total_bytes,
            disk_free_bytes=disk.free_bytes,
            state=state,
            why=why,
            deploy_ports=self._node.settings.deploy_ports,
            known_inputs=self._node.known_inputs.marks(),
        )
        beat = self._node.store.nodes.heartbeat(node, self._node.settings.node_ttl_seconds, self._beats)
        self._beats += beat.word is Outcome.OK
        return beat


def _of_quantizers(packages: Mapping[str, str]) -> dict[str, str]:
    return {name: version for name, version in packages.items() if name in QUANTIZER_PACKAGES}
