"""Manifests: the objects that a deployment is in a cluster, as plain Kubernetes documents; pure."""

import base64
from collections.abc import Sequence
from typing import Any

from common.jobs import Job
from common.secret import Secret
from deploy.platforms.k8s.names import ID_ANNOTATION, all_labels, object_name, own_labels
from deploy.platforms.k8s.options import ClusterOptions, IngressOptions, PlatformOptions, platform_options
from deploy.platforms.k8s.pod import SERVER_KEY_FIELD, SERVER_PORT, pod_template

Document = dict[str, Any]


def manifests(job: Job, api_key: Secret, serve_argv: Sequence[str], cluster: ClusterOptions) -> list[Document]:
    """The documents in the order in which they are applied; the namespace is the client's to add.

    `serve_argv` are the options of `swift deploy`, for a server that listens on all interfaces at SERVER_PORT. The key
    is in the Secret and nowhere else. A `platform` with problems is a mistake of the caller.
    """
    options = platform_options(job.spec.serving.platform)
    documents = [
        _document("v1", "Secret", job, type="Opaque", data={SERVER_KEY_FIELD: _base64(api_key.reveal())}),
        _document("v1", "Service", job, spec=_service(job)),
    ]
    if options.ingress:
        documents.append(_document("networking.k8s.io/v1", "Ingress", job, spec=_ingress(job, options.ingress)))
    # The last: where the cluster refuses one of the others, no GPU is taken.
    return [*documents, _document("apps/v1", "Deployment", job, spec=_deployment(job, options, serve_argv, cluster))]


def base_url(job: Job, namespace: str) -> str:
    """Where clients reach it, without `/v1`: at its Ingress, or at its Service, which only the cluster reaches."""
    ingress = platform_options(job.spec.serving.platform).ingress
    return ingress.url if ingress else f"http://{object_name(job.id)}.{namespace}.svc:{service_port(job)}"


def service_port(job: Job) -> int:
    """The port of the Service: the one asked for, or the server's own."""
    return job.spec.serving.port or SERVER_PORT


def _document(api_version: str, kind: str, job: Job, **content: Any) -> Document:
    metadata = {
        "name": object_name(job.id),
        "labels": all_labels(job.id, job.spec.serving.version),
        "annotations": {ID_ANNOTATION: job.id},
    }
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def _deployment(
    job: Job, options: PlatformOptions, serve_argv: Sequence[str], cluster: ClusterOptions
) -> dict[str, Any]:
    return {
        "replicas": job.spec.serving.replicas,
        "selector": {"matchLabels": own_labels(job.id)},
        # A new pod beside the old one would wait for GPUs that the old one holds.
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
        "revisionHistoryLimit": 2,
        # Beyond the start itself, time for a node to come up and for an image of many gigabytes.
        "progressDeadlineSeconds": options.startup_seconds + 1200,
        "template": pod_template(job, options, serve_argv, cluster),
    }


def _service(job: Job) -> dict[str, Any]:
    port = {"name": "http", "port": service_port(job), "targetPort": "http", "protocol": "TCP"}
    return {"type": "ClusterIP", "selector": own_labels(job.id), "ports": [port]}


def _ingress(job: Job, ingress: IngressOptions) -> dict[str, Any]:
    backend = {"service": {"name": object_name(job.id), "port": {"name": "http"}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    spec: dict[str, Any] = {"rules": [{"host": ingress.host, "http": {"paths": [path]}}]}
    if ingress.ingress_class:
        spec["ingressClassName"] = ingress.ingress_class
    if ingress.tls_secret:
        spec["tls"] = [{"hosts": [ingress.host], "secretName": ingress.tls_secret}]
    return spec


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
