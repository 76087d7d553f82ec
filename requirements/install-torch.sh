#!/usr/bin/env bash
# Installs torch and torchvision in the build that fits this machine: without an NVIDIA driver the CPU build, which
# saves gigabytes. Not pinned by hash: the builds differ. Usage: install-torch.sh PYTHON UV
set -euo pipefail

python=$1
uv=$2
here=$(dirname "$0")
torch=$(grep -E '^torch==' "$here/swift.in")
torchvision=$(grep -E '^torchvision==' "$here/swift.in")
shim=torchvision_on_cpu

has_nvidia_driver() {
    [ -e /proc/driver/nvidia/version ] || command -v nvidia-smi >/dev/null ||
        { command -v ldconfig >/dev/null && ldconfig -p | grep -q libnvidia-ml; }
}

install_cpu_builds() {
    UV_HTTP_RETRIES=1 "$uv" pip install --quiet --python "$python" --torch-backend cpu "$@" 2>/dev/null
}

install() {
    if [ "$(uname -s)" = Linux ] && ! has_nvidia_driver; then
        echo "No NVIDIA driver here: installing the CPU build of $torch and $torchvision"
        if install_cpu_builds "$torch" "$torchvision"; then
            return
        fi
        echo "The index of CPU builds did not answer: installing from the package index of pip"
    else
        echo "Installing $torch and $torchvision"
    fi
    "$python" -m pip install --quiet "$torch"
    # Its dependencies are torch, numpy and pillow; asked for, pip could replace the torch that is there.
    "$python" -m pip install --quiet --no-deps "$torchvision"
    "$python" -m pip install --quiet numpy pillow
}

# The package index's torchvision is built for CUDA and cannot be imported beside a torch without it, and then breaks
# even trainings without pictures. A small file of ours makes it importable (torchvision_on_cpu.py).
repair() {
    local packages
    packages=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    rm -f "$packages/$shim.py" "$packages/$shim.pth"
    if ! "$python" -c 'import torchvision' 2>/dev/null; then
        echo "This torchvision is built for CUDA and torch is not: installing $shim.py beside it"
        cp "$here/$shim.py" "$packages/"
        echo "import $shim" >"$packages/$shim.pth"
        "$python" -c 'import torchvision'
    fi
}

install
repair
