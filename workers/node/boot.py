"""Which boot of which machine this is: a pid or a lease of another boot is certainly dead."""

from pathlib import Path

import psutil


def boot_id() -> str:
    """The kernel's random id of this boot; where there is none (macOS), the boot time."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return f"boot-{int(psutil.boot_time())}"
