"""Puts a model's folder on a hub: `python -P push_model.py --hub=huggingface --repo=owner/name --folder=… --private=…`.

Runs in the swift interpreter, from its file; nothing but the standard library and the hubs' own clients, which ms-swift
brings. ms-swift's `--push_to_hub` is not used: it fails where the repository exists, and for ModelScope it clones with
git, whose arguments then show a token. Here it comes by the environment only, where both clients look for it.
"""

# The swift environment has these libraries; the environment that mypy sees does not.
# mypy: disable-error-code="import-not-found, no-any-unimported"

import os
import sys
import traceback
from collections.abc import Sequence

TOKENS = {"huggingface": "HF_TOKEN", "modelscope": "MODELSCOPE_API_TOKEN"}
REFUSED = 1
MODELSCOPE_PRIVATE = 1
DEFAULT_MESSAGE = "Upload the model"

# What only a training needs, and args.json: it tells the folders of this machine.
NOT_PUSHED = (
    "args.json", "optimizer*", "scheduler.pt", "rng_state*", "trainer_state.json", "training_args.bin", "global_step*",
    "latest", "zero_to_fp32.py", "scaler.pt",
)  # fmt: skip


def main(argv: Sequence[str]) -> int:
    """Push; the exit code."""
    options = dict(item.removeprefix("--").partition("=")[::2] for item in argv)
    hub, repo, folder = options["hub"], options["repo"], options["folder"]
    if not os.environ.get(TOKENS[hub]):
        print(f"RuntimeError: {TOKENS[hub]} is not set in the environment of this node", file=sys.stderr)
        return REFUSED
    push = push_to_huggingface if hub == "huggingface" else push_to_modelscope
    print(f"pushes {folder} to {repo} on {hub}", flush=True)
    try:
        refusal = push(
            repo, folder, private=options["private"] == "true", message=options.get("message", DEFAULT_MESSAGE)
        )
    except Exception as error:
        # Whatever it was, the last line is to say it all; a client's error has several.
        traceback.print_exc()
        refusal = " ".join(f"{hub}: {error}".split())[:400]
    if refusal:
        print(f"RuntimeError: {refusal}", file=sys.stderr)
        return REFUSED
    print(f"pushed to {repo}")
    return 0


def push_to_huggingface(repo: str, folder: str, *, private: bool, message: str) -> str:
    """Why it was not pushed; empty when it was."""
    from huggingface_hub import HfApi  # noqa: PLC0415 - the other hub's client may be all there is

    api = HfApi()
    api.create_repo(repo, private=private, exist_ok=True)
    if private and not api.model_info(repo).private:
        return public(repo)
    done = api.upload_folder(repo_id=repo, folder_path=folder, commit_message=message, ignore_patterns=list(NOT_PUSHED))
    print(f"commit {getattr(done, 'oid', done)}")
    return ""


def push_to_modelscope(repo: str, folder: str, *, private: bool, message: str) -> str:
    """Why it was not pushed; empty when it was."""
    # Else it keeps a diary in the folder itself.
    os.environ["MODELSCOPE_UPLOAD_CACHE_ENABLED"] = "false"
    from modelscope_hub import HubApi  # noqa: PLC0415 - the other hub's client may be all there is

    api = HubApi()
    if not api.repo_exists(repo, "model"):
        api.create_repo(repo, "model", visibility="private" if private else "public")
    found = api.get_repo(repo, "model")
    if private and not (found.private or found.visibility == MODELSCOPE_PRIVATE):
        return public(repo)
    api.upload_folder(repo, "model", folder, commit_message=message, ignore_patterns=list(NOT_PUSHED))
    return ""


def public(repo: str) -> str:
    """Nobody who asked for a private repository wants the model in one that is not."""
    return f"{repo} exists and is public; send private: false, or name another repository"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
