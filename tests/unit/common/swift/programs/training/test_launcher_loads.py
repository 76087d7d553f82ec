import subprocess
import sys
from pathlib import Path

from common.swift.programs import train_launcher

# As in ms-swift's interpreter: nothing of ours on its path, nothing installed beside the standard library.
BARE = [sys.executable, "-I", "-S", "-c"]
LOADS = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("launcher", sys.argv[1])
launcher = importlib.util.module_from_spec(spec)
spec.loader.exec_module(launcher)
launcher.load_engine()
import importlib, pkgutil
for room in ("data", "programs.training"):
    package = importlib.import_module(f"{launcher.ENGINE}.{room}")
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"common", launcher.ENGINE}))
"""


def test_what_runs_beside_ms_swift_needs_nothing_of_the_service_and_nothing_installed(tmp_path: Path) -> None:
    command = [*BARE, LOADS, str(Path(train_launcher.__file__))]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == train_launcher.ENGINE
