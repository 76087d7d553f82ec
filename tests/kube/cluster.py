"""What a test needs of a cluster, fake or real: kubeconfigs, an administrator's client, pods that play along."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lightkube import Client, KubeConfig

NAMESPACE = "models"
NODE = "node-1"
# Who may what: everything, what docs/deploy-kubernetes.md grants the service, nothing.
TOKENS = {"admin": "admin-token", "trainer": "trainer-token", "nobody": "nobody-token"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running API server. `kubelet_logs` is what the pods of a name wrote, for the cluster's node to hand out."""

    server: str
    folder: Path
    kubelet_logs: dict[str, list[str]]
    is_real: bool

    def kubeconfig(self, user: str = "trainer", server: str = "", namespace: str = NAMESPACE) -> Path:
        """The path of a kubeconfig of that user."""
        path = self.folder / f"{user}-{namespace}.kubeconfig"
        path.write_text(json.dumps(self._content(user, server or self.server, namespace)))
        return path

    def admin(self) -> Client:
        """A client that may everything, and whose changes are another manager's."""
        return Client(KubeConfig.from_file(self.kubeconfig("admin")), namespace=NAMESPACE, field_manager="kubectl-edit")

    def _content(self, user: str, server: str, namespace: str) -> dict[str, Any]:
        cluster = {"server": server}
        if server.startswith("https"):
            cluster["certificate-authority"] = "certificate.pem"  # beside this file
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": user, "user": {"token": TOKENS.get(user, user)}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": user, "namespace": namespace}}],
            "current-context": "test",
        }
