"""Runs SkyPilot's interpreter for one request, bounded in time and output, and says in words what went wrong."""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from common.secret import HIDDEN
from common.settings import Settings
from deploy.platforms import PlatformProblem

BRIDGE = Path(__file__).with_name("sky_bridge.py")
ANSWER_MAX_BYTES = 16 * 1024 * 1024
ERROR_MAX_CHARS = 1000

# SkyPilot gets the clouds' credentials from the environment, but nothing of ours.
OURS = ("REDIS_PASSWORD", "API_KEY", "DEPLOYMENT_SECRET", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
INSTALL = (
    "install SkyPilot into an environment of its own, `python3 -m venv .venv-skypilot && "
    '.venv-skypilot/bin/pip install "skypilot[aws]"` (or gcp, azure, kubernetes, …), '
    "and name its interpreter in SKYPILOT_PYTHON"
)
# Of a request that no repetition makes right. All others may pass: capacity, quotas, credentials, networks.
FINAL = {"ValueError", "InvalidSkyPilotConfigError", "NotSupportedError", "UserRequestRejectedByPolicy"}


def ask(settings: Settings, verb: str, **request: Any) -> Any:
    """SkyPilot's answer. Raises PlatformProblem."""
    done, output, errors = _run(settings, json.dumps({"verb": verb, **request}))
    answer = _parsed(output)
    secrets = request.get("secrets", {}).values()
    if answer is None:
        said = _last_words(_without(secrets, errors)) or "nothing"
        raise PlatformProblem(f"SkyPilot ended with exit code {done} and no answer; it said: {said}", is_final=False)
    if "error" in answer:
        raise _problem(settings, {name: _without(secrets, str(text)) for name, text in answer["error"].items()})
    return answer.get("value")


def _run(settings: Settings, request: str) -> tuple[int, str, str]:
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                [settings.skypilot_python, "-I", str(BRIDGE)],  # else its folder comes before the library
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=errors,
                env=_environment(os.environ),
                start_new_session=True,
            )
        except OSError as error:
            raise PlatformProblem(
                f"{settings.skypilot_python} does not start ({error}): {INSTALL}", is_final=False
            ) from error
        with process:
            _await(process, request, settings.skypilot_timeout_seconds)
        return process.returncode, _text(output, 0), _text(errors, -4 * ERROR_MAX_CHARS)


def _await(process: subprocess.Popen[bytes], request: str, seconds: float) -> None:
    try:
        process.communicate(request.encode(), timeout=seconds)
    except subprocess.TimeoutExpired as late:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise PlatformProblem(
            f"SkyPilot did not answer within {seconds:g} s (SKYPILOT_TIMEOUT_SECONDS)", is_final=False
        ) from late


def _environment(base: Mapping[str, str]) -> dict[str, str]:
    own = {"SKYPILOT_DISABLE_USAGE_COLLECTION": "1", "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    return {name: value for name, value in base.items() if name not in OURS} | own


def _text(file: Any, start: int) -> str:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size + start) if start < 0 else start)
    return str(file.read(ANSWER_MAX_BYTES).decode(errors="replace"))


def _parsed(output: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(output)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and answer.keys() & {"value", "error"} else None


def _problem(settings: Settings, error: Mapping[str, str]) -> PlatformProblem:
    kind, message = str(error.get("kind")), str(error.get("message")).strip()[:ERROR_MAX_CHARS]
    if kind == "ModuleNotFoundError":
        return PlatformProblem(f"{settings.skypilot_python} has no SkyPilot ({message}): {INSTALL}", is_final=False)
    return PlatformProblem(f"SkyPilot refuses: {kind}: {message}", is_final=kind in FINAL)


def _without(secrets: Iterable[str], text: str) -> str:
    """Whatever SkyPilot quotes of its task."""
    for secret in filter(None, secrets):
        text = text.replace(secret, HIDDEN)
    return text


def _last_words(errors: str) -> str:
    return errors.strip()[-ERROR_MAX_CHARS:]
