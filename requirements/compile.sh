#!/usr/bin/env bash
# Pins every dependency with hashes: base.txt (runtime), dev.txt (runtime, tests, build), swift.txt (ms-swift's own
# environment, without torch, torchvision and their CUDA packages, whose builds differ from machine to machine),
# deepspeed.txt (what comes on top of that where it can be installed), trackers.txt (what the tests of trackers need besides),
# clients.txt (what the tests ask models through).
# Usage: compile.sh UV [--upgrade]; without --upgrade, what is pinned already stays where it still fits.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=$1
shift
options=("$@")
# The client is installed from this tree; what it needs is pinned with the rest.
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --no-emit-index-url \
        --no-emit-package=swift-trainer-client "${options[@]}" "$@"
}
export UV_CUSTOM_COMPILE_COMMAND="make requirements"

compile --generate-hashes pyproject.toml -o requirements/base.txt
compile --generate-hashes --constraints requirements/base.txt --extra dev \
    pyproject.toml requirements/tools.in -o requirements/dev.txt
compile --generate-hashes requirements/clients.in -o requirements/clients.txt

# The names that come with torch change with its version, so they are read from a first resolution.
mapfile -t gpu_names < <(compile --no-header --no-annotate requirements/swift.in |
    sed -nE 's/^(torch|torchvision|triton|(nvidia|cuda)-[a-z0-9-]+)==.*/\1/p')
compile --generate-hashes "${gpu_names[@]/#/--no-emit-package=}" requirements/swift.in -o requirements/swift.txt
compile --generate-hashes "${gpu_names[@]/#/--no-emit-package=}" --constraints requirements/swift.txt \
    requirements/deepspeed.in -o requirements/deepspeed.txt
# What is installed in front of that, for tests: they want older releases of a few, and of the rest what is there.
trackers=.beside-trackers.txt
trap 'rm -f "$trackers"' EXIT
# (protobuf, pyarrow, importlib-metadata and what hangs on them)
sed -nE 's/^([A-Za-z0-9._-]+==[^ ]+( ; [^\\]+)?) ?\\?$/\1/p' requirements/swift.txt |
    grep -vE '^(protobuf|pyarrow|importlib-metadata|packaging|opentelemetry-.*|databricks-sdk)==' >"$trackers"
mapfile -t there < <(sed -E 's/==.*//' "$trackers")
compile --generate-hashes "${there[@]/#/--no-emit-package=}" "${gpu_names[@]/#/--no-emit-package=}" \
    --constraints "$trackers" requirements/trackers.in -o requirements/trackers.txt

# An index, a host or a path of this machine in a pin file would bind everybody to it.
if grep -nE '://|^ *--(index|extra-index|find-links|trusted-host)| @ |(^|[ =:])/[a-z]' requirements/*.txt; then
    echo "compile.sh: the lines above name a place to download from" >&2
    exit 1
fi
