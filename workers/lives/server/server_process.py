"""What starts one server: the launcher in the swift interpreter, its arguments and its environment."""

from collections.abc import Mapping
from pathlib import Path

from common.asked_media import DENY
from common.deployments import InferBackend
from common.jobs import JobSpec
from common.secret import Secret
from common.swift.command.deploy_command import DeployContext, deploy_command, deploy_of, memory_fraction
from common.swift.programs import serve_launcher

LAUNCHER = Path(serve_launcher.__file__)
NO_MEDIA_FOLDER = "no-media"


def server_argv(swift_python: str, spec: JobSpec, context: DeployContext) -> tuple[str, ...]:
    """The whole command. Raises OptionRefused."""
    # -P: the folder of the launcher has modules whose names others use, too.
    return (swift_python, "-P", str(LAUNCHER), *deploy_command(spec, context))


def server_environment(
    base: Mapping[str, str],
    spec: JobSpec,
    context: DeployContext,
    *,
    api_key: Secret,
    temporary_dir: Path,
    media_urls: str = DENY,
) -> dict[str, str]:
    """`base` (workers.swift.environment.child_environment) and what only a server gets.

    The key is in it in the clear: it must not be logged, and a file that holds it must be this user's alone.
    """
    limit: dict[str, str] = {}
    fraction = memory_fraction(spec, context)
    if fraction is not None and deploy_of(spec).infer_backend is InferBackend.TRANSFORMERS:
        limit = {serve_launcher.GPU_MEMORY_FRACTION: str(fraction)}
    own = {
        serve_launcher.SERVER_KEY: api_key.reveal(),
        serve_launcher.MEDIA_URLS: media_urls,
        # A request may name a picture by its path on this machine, unless ms-swift is told a folder for them: none is
        # there (its utils/media_utils.py).
        "SWIFT_MEDIA_ALLOWED_DIRS": str(temporary_dir / NO_MEDIA_FOLDER),
    }
    return {**base, **limit, **own}
