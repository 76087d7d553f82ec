"""Where the embedded Redis listens: a private folder whose path is short enough for a unix socket."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from client.stack.errors import StackError

# sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included.
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = "redis.sock"


def socket_path(data_dir: Path) -> Path:
    """The socket of this data folder: inside it when that is short enough, otherwise in a folder named by its hash."""
    return next(path for folder in _candidates(data_dir) if _fits(path := folder / SOCKET_NAME))


def make_private(folder: Path) -> None:
    """Create the folder as ours alone; refuses one that somebody else made or can enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise StackError(f"{folder} belongs to somebody else: choose another data folder, or set XDG_RUNTIME_DIR")
    if stat.S_IMODE(status.st_mode) != 0o700:
        folder.chmod(0o700)


def _candidates(data_dir: Path) -> list[Path]:
    digest = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:16]
    short = f"swift-trainer-{os.getuid()}-{digest}"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    shorts = [Path(runtime)] if runtime and Path(runtime).is_dir() else []
    # A temporary folder can be deep as well (TMPDIR); the last one never is.
    shorts += [Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108 - the folder inside is private and checked
    return [data_dir.resolve() / "run", *(folder / short for folder in shorts)]


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= LONGEST_SOCKET_PATH
