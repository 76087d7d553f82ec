"""The connection to the cluster, and what its refusals mean for a deployment."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx2
import msgspec
import yaml
from lightkube import ApiError, Client, KubeConfig
from lightkube.core.exceptions import ConfigError

from common.settings import Settings
from common.truncated import truncated
from deploy.platforms import PlatformProblem
from deploy.platforms.k8s.names import FIELD_MANAGER
from deploy.platforms.k8s.pod_trouble import MESSAGE_MAX

NO_HEADER = "the token has a character that no header may have"
_QUOTE = re.compile(r"""['"]""")
# What a file that is no kubeconfig, or half of one, makes lightkube raise.
UNUSABLE = (
    ConfigError,
    yaml.YAMLError,
    httpx2.InvalidURL,
    msgspec.MsgspecError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
)


def connect(settings: Settings) -> Client:
    """A client for the cluster and namespace that the settings name; nothing is sent yet. Raises PlatformProblem."""
    try:
        config = _kubeconfig(settings).get(settings.k8s_context or None)
        timeout = httpx2.Timeout(settings.k8s_timeout_seconds)
        return Client(config, namespace=settings.k8s_namespace or None, timeout=timeout, field_manager=FIELD_MANAGER)
    except UNUSABLE as error:
        hint = "set K8S_KUBECONFIG to a kubeconfig and K8S_CONTEXT to one of its contexts, or run inside the cluster"
        text = f"there is no usable configuration of a Kubernetes cluster ({_in_words(error)}): {hint}"
        raise PlatformProblem(text, is_final=False) from None  # a traceback would quote what the words leave out


def _kubeconfig(settings: Settings) -> KubeConfig:
    if settings.k8s_kubeconfig:
        return KubeConfig.from_file(Path(settings.k8s_kubeconfig).expanduser())
    return KubeConfig.from_env()


@contextmanager
def cluster_errors(verb: str, resource: str, namespace: str) -> Iterator[None]:
    """Turn what a request raises into a PlatformProblem; `verb` and `resource` in the words of the cluster's RBAC."""
    try:
        yield
    except ApiError as error:
        raise _refusal(error, verb, resource, namespace) from error
    except httpx2.HTTPStatusError as error:
        text = f"the Kubernetes API answered {error.response.status_code} without saying why"
        raise PlatformProblem(text, is_final=False) from error
    except (httpx2.HTTPError, ConfigError, OSError) as error:
        text = f"the Kubernetes API does not answer ({_in_words(error)}); it is tried again"
        raise PlatformProblem(text, is_final=False) from None
    except (msgspec.MsgspecError, LookupError, ValueError) as error:  # an answer that is none of Kubernetes'
        text = f"what answers at the address of the Kubernetes API is something else ({_in_words(error)})"
        raise PlatformProblem(text, is_final=False) from error


def _refusal(error: ApiError, verb: str, resource: str, namespace: str) -> PlatformProblem:
    said = truncated(error.status.message or str(error), MESSAGE_MAX)
    code = error.status.code or error.response.status_code
    if code == HTTPStatus.UNAUTHORIZED:
        return PlatformProblem("the cluster does not accept this service's credentials; renew them", is_final=False)
    if code == HTTPStatus.FORBIDDEN:
        lacks = f"this service may not {verb} {resource} in namespace {namespace}, or a quota is used up: {said}"
        return PlatformProblem(lacks, is_final=False)
    if code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}:
        return PlatformProblem(f"the cluster refuses these {resource}: {said}", is_final=True)
    if code == HTTPStatus.NOT_FOUND:
        return PlatformProblem(f"the cluster has no place for these {resource}: {said}", is_final=False)
    return PlatformProblem(f"the cluster could not {verb} {resource} ({code}): {said}", is_final=False)


def _in_words(error: Exception) -> str:
    """Without what the error quotes of a kubeconfig: it may be a credential."""
    name = type(error).__name__
    if isinstance(error, yaml.YAMLError):
        return f"{name}: {_without_quotes(error)}"
    if isinstance(error, httpx2.LocalProtocolError):
        return f"{name}: {NO_HEADER}"
    if isinstance(error, (httpx2.InvalidURL, ValueError)):  # pieces of an address with a password, of a `!!int`
        return name
    return truncated(f"{name}: {error}" if str(error) else name, MESSAGE_MAX)


def _without_quotes(error: yaml.YAMLError) -> str:
    """What is wrong, up to where PyYAML begins to quote, and in which line."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable")
    mark = getattr(error, "problem_mark", None)
    line = f", line {mark.line + 1}" if mark else ""
    return f"{_QUOTE.split(problem)[0].rstrip()}{line}"
