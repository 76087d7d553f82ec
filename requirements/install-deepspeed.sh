#!/usr/bin/env bash
# Installs deepspeed beside ms-swift where that works; without it only trainings with the option `deepspeed` are refused,
# by name. Usage: install-deepspeed.sh PYTHON
set -euo pipefail

python=$1
here=$(dirname "$0")

if [ "$(uname -s)" != Linux ]; then
    echo "deepspeed is for Linux: left out"
elif ! "$python" -m pip install --quiet --require-hashes --no-deps -r "$here/deepspeed.txt"; then
    echo "deepspeed could not be installed: trainings with the option deepspeed find no node here, all others do" >&2
fi
