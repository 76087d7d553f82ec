"""A real control plane on loopback: etcd, kube-apiserver, kube-controller-manager, kube-scheduler; no kubelet.

Its programs are looked for in the folder that KUBEBUILDER_ASSETS names; tests/kube/build_control_plane.sh makes one.
"""

import os
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.rbac_v1 import PolicyRule, RoleRef, Subject
from lightkube.resources.core_v1 import Namespace, Node
from lightkube.resources.rbac_authorization_v1 import Role, RoleBinding
from lightkube.types import PatchType

from tests.eventually import NeverHappened, eventually
from tests.kube.certificate import make_certificate
from tests.kube.cluster import NAMESPACE, NODE, TOKENS, Cluster
from tests.kube.documented_role import documented_rules
from tests.kube.kubelet_logs import serving_logs
from tests.ports import free_port

PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
CONTROLLERS = "deployment,replicaset,garbagecollector,resourcequota,endpoint"
CAPACITY = {"cpu": "64", "memory": "512Gi", "pods": "110", "nvidia.com/gpu": "4"}
START_SECONDS = 60


def assets() -> Path | None:
    """The folder with all the programs, if there is one."""
    folder = Path(os.environ.get("KUBEBUILDER_ASSETS") or "/nonexistent")
    return folder if all((folder / program).is_file() for program in PROGRAMS) else None


@contextmanager
def control_plane(programs: Path, folder: Path) -> Iterator[Cluster]:
    """A cluster with one node of four GPUs, a namespace, and the users of TOKENS."""
    logs: dict[str, list[str]] = {}
    with ExitStack() as stack:
        etcd, server = free_port(), free_port()
        certificate, key = make_certificate(folder)
        _write_tokens(folder)
        kubelet = stack.enter_context(serving_logs(logs, key, certificate))
        cluster = Cluster(f"https://127.0.0.1:{server}", folder, logs, is_real=True)
        stack.enter_context(_running([programs / "etcd", *_etcd_flags(folder, etcd)], folder / "etcd.log"))
        stack.enter_context(
            _running([programs / "kube-apiserver", *_server_flags(folder, etcd, server)], folder / "apiserver.log")
        )
        _wait_until_ready(cluster)
        admin = cluster.kubeconfig("admin")
        manager = [f"--kubeconfig={admin}", f"--controllers={CONTROLLERS}", "--leader-elect=false"]
        stack.enter_context(_running([programs / "kube-controller-manager", *manager], folder / "manager.log"))
        scheduler = [f"--kubeconfig={admin}", "--leader-elect=false", "--port=0", "--secure-port=0"]
        stack.enter_context(_running([programs / "kube-scheduler", *scheduler], folder / "scheduler.log"))
        _make_content(cluster, kubelet)
        yield cluster


def _etcd_flags(folder: Path, port: int) -> list[str]:
    here, peers = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{free_port()}"
    return [
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={here}",
        f"--advertise-client-urls={here}",
        f"--listen-peer-urls={peers}",
        "--unsafe-no-fsync",
    ]


def _server_flags(folder: Path, etcd: int, port: int) -> list[str]:
    return [
        f"--etcd-servers=http://127.0.0.1:{etcd}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        f"--tls-cert-file={folder / 'certificate.pem'}",
        f"--tls-private-key-file={folder / 'key.pem'}",
        "--service-cluster-ip-range=10.0.0.0/24",
        f"--token-auth-file={folder / 'tokens.csv'}",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://test.internal",
        f"--service-account-key-file={folder / 'key.pem'}",
        f"--service-account-signing-key-file={folder / 'key.pem'}",
        # No account controller runs, and no kubelet that would make the node ready.
        "--disable-admission-plugins=ServiceAccount,TaintNodesByCondition",
    ]


def _write_tokens(folder: Path) -> None:
    rows = [
        f'{token},{user},{user},"{"system:masters" if user == "admin" else user}"' for user, token in TOKENS.items()
    ]
    (folder / "tokens.csv").write_text("\n".join(rows) + "\n")


@contextmanager
def _running(argv: Sequence[object], log: Path) -> Iterator[None]:
    with log.open("wb") as output, subprocess.Popen([str(item) for item in argv], stdout=output, stderr=output) as one:
        try:
            yield
        finally:
            one.kill()


def _wait_until_ready(cluster: Cluster) -> None:
    context = ssl.create_default_context(cafile=cluster.folder / "certificate.pem")
    header = {"Authorization": f"Bearer {TOKENS['admin']}"}
    request = urllib.request.Request(f"{cluster.server}/readyz", headers=header)

    def answered() -> int | None:
        try:
            with urllib.request.urlopen(request, context=context, timeout=5) as answer:
                return int(answer.status)
        except OSError:
            return None

    try:
        eventually(answered, lambda status: status == 200, START_SECONDS, "a ready kube-apiserver")
    except NeverHappened as never:
        log = (cluster.folder / "apiserver.log").read_text()[-3000:]
        raise NeverHappened(f"{never}:\n{log}") from None


def _make_content(cluster: Cluster, kubelet_port: int) -> None:
    with cluster.admin() as admin:
        admin.create(Namespace(metadata=ObjectMeta(name=NAMESPACE)))
        metadata = ObjectMeta(name="trainer", namespace=NAMESPACE)
        admin.create(Role(metadata=metadata, rules=[PolicyRule.from_dict(rule) for rule in documented_rules()]))
        role = RoleRef(apiGroup="rbac.authorization.k8s.io", kind="Role", name="trainer")
        user = Subject(apiGroup="rbac.authorization.k8s.io", kind="User", name="trainer")
        admin.create(RoleBinding(metadata=metadata, roleRef=role, subjects=[user]))
        admin.create(Node(metadata=ObjectMeta(name=NODE)))
        status = {
            "capacity": CAPACITY,
            "allocatable": CAPACITY,
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": kubelet_port}},
            "conditions": [{"type": "Ready", "status": "True", "reason": "Test", "message": "it is"}],
        }
        admin.patch(Node.Status, NODE, {"status": status}, patch_type=PatchType.MERGE)
