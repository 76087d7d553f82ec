#!/usr/bin/env bash
# Builds a real Kubernetes control plane for the tests from Debian's source package, and puts its programs into a folder:
#   tests/kube/build_control_plane.sh FOLDER && KUBEBUILDER_ASSETS=FOLDER .venv/bin/pytest tests/integration/deploy
# Needs root on Debian 12, whose source has all of Kubernetes (1.20), and about ten minutes. Any other folder with etcd,
# kube-apiserver, kube-controller-manager and kube-scheduler does as well.
set -euo pipefail
target=$(realpath -m "${1:?usage: $0 FOLDER}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

apt-get install -y -qq --no-install-recommends build-essential etcd-server golang-1.19-go jq rsync >/dev/null

# The machine's own sources, as sources of source packages, without touching its configuration.
mkdir -p "$work/parts" "$work/lists/partial" "$work/go/src/k8s.io"
for list in /etc/apt/sources.list /etc/apt/sources.list.d/debian*; do
    [ -s "$list" ] && sed 's/^Types: deb$/Types: deb-src/; s/^deb /deb-src /' "$list" >"$work/parts/$(basename "$list")"
done
apt=(apt-get -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/parts" -o "Dir::State::Lists=$work/lists")
"${apt[@]}" update -qq
(cd "$work" && "${apt[@]}" source -qq --download-only kubernetes && tar -xf kubernetes_*.orig.tar.gz)
mv "$work"/kubernetes-*/ "$work/go/src/k8s.io/kubernetes"

export PATH=/usr/lib/go-1.19/bin:$PATH GOPATH=$work/go GOCACHE=$work/cache GO111MODULE=off GOFLAGS='' GOPROXY=off
export CGO_ENABLED=0 KUBE_GIT_VERSION=v1.20.2 KUBE_GIT_COMMIT=debian KUBE_GIT_TREE_STATE=clean
cd "$work/go/src/k8s.io/kubernetes"
make WHAT="cmd/kube-apiserver cmd/kube-controller-manager cmd/kube-scheduler"
mkdir -p "$target"
cp _output/local/bin/linux/*/kube-{apiserver,controller-manager,scheduler} "$(command -v etcd)" "$target"
