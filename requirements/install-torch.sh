#!/usr/bin/env bash
# Installs torch in the build that fits this machine: without an NVIDIA driver the CPU build, which saves gigabytes.
# Not pinned by hash: the builds differ. Usage: install-torch.sh PYTHON UV
set -euo pipefail

python=$1
uv=$2
torch=$(grep -E '^torch==' "$(dirname "$0")/swift.in")

has_nvidia_driver() {
    [ -e /proc/driver/nvidia/version ] || command -v nvidia-smi >/dev/null ||
        { command -v ldconfig >/dev/null && ldconfig -p | grep -q libnvidia-ml; }
}

if [ "$(uname -s)" = Linux ] && ! has_nvidia_driver; then
    echo "No NVIDIA driver here: installing the CPU build of $torch"
    if UV_HTTP_RETRIES=1 "$uv" pip install --quiet --python "$python" --torch-backend cpu "$torch" 2>/dev/null; then
        exit 0
    fi
    echo "The index of CPU builds did not answer: installing $torch from the package index of pip"
else
    echo "Installing $torch"
fi
exec "$python" -m pip install --quiet "$torch"
