#!/usr/bin/env bash
# Makes an environment with trackers that sees ms-swift's: what is here wins over what is there, since mlflow and swanlab
# want older releases of some of it. Where that does not work, only the tests of trackers are left out.
# Usage: install-trackers.sh PYTHON SWIFT_PYTHON
set -euo pipefail

python=$1
swift_python=$2
here=$(dirname "$0")

where='import sysconfig; print(sysconfig.get_path("purelib"))'
if ! "$python" -m pip install --quiet --require-hashes --no-deps -r "$here/trackers.txt"; then
    echo "trackers could not be installed: their tests are left out" >&2
    exit 0
fi
# addsitedir and not a bare path: ms-swift's environment has .pth files of its own.
echo "import site; site.addsitedir($("$swift_python" -c "import sysconfig; print(repr(sysconfig.get_path('purelib')))"))" \
    >"$("$python" -c "$where")/swift_env.pth"
