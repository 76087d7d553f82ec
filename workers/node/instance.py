"""The instance that speaks for a node: a random id of its disk, the boot of its machine, and a number of the worker
process that only grows on that disk. A pid or a lease of another boot is certainly dead.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import psutil

_FILE = "instance.json"


@dataclass(frozen=True, slots=True)
class Instance:
    """`id` names the node's disk until it was declared lost, `session` the worker process; a later one is larger."""

    id: str
    session: int


@dataclass(slots=True)
class Identity:
    """As whom this worker speaks: nobody until it took its node, somebody else after its node was declared lost."""

    instance: Instance = Instance("", 0)


def begin_session(node_dir: Path) -> Instance:
    """The disk's instance, with a session of its own. The caller holds the lock of the node's folder."""
    known = _read(node_dir / _FILE)
    return _write(node_dir / _FILE, Instance(known.id, known.session + 1) if known else Instance(uuid4().hex, 1))


def begin_anew(node_dir: Path) -> Instance:
    """Another instance, after the last one was declared lost and all that it ran has been ended."""
    return _write(node_dir / _FILE, Instance(uuid4().hex, 1))


def _read(path: Path) -> Instance | None:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return Instance(str(known["id"]), int(known["session"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, instance: Instance) -> Instance:
    fresh = path.with_suffix(".tmp")
    fresh.write_text(json.dumps(asdict(instance)), encoding="utf-8")
    fresh.replace(path)
    return instance


def boot_id() -> str:
    """The kernel's random id of this boot; where there is none (macOS), the boot time."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return f"boot-{int(psutil.boot_time())}"
