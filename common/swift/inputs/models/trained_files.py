"""What only shows when a model is loaded to be trained: files that are there, and hold something else than their names
say.
"""

import os
import zipfile
from functools import lru_cache
from pathlib import Path

import msgspec

from common.plain_files import open_plain, read_plain
from common.swift.inputs.models.model import NOT_WEIGHTS, WEIGHTS, ZIP_MARK, indexed_files, read_json
from common.swift.inputs.models.safetensors_header import weights_of

GGUF = ".gguf"
OF_TORCH = (".bin", ".pt", ".pth")
# A pickle, as torch wrote them before it wrote archives, begins with the number of its protocol; a tar came before it.
PICKLE_MARK, TAR_MARK, TAR_MARK_AT = b"\x80", b"ustar", 257
PICKLED_IN_ARCHIVE = "data.pkl"
# Larger ones take seconds to build: of these the parts are looked at.
BUILT_MAX_BYTES = 2 * 1024 * 1024
# A model of sentencepiece begins with its first piece, as protobuf writes it.
PIECE_MARK = b"\n"
FAST, VOCABULARY, MERGES, PIECES = "tokenizer.json", "vocab.json", "merges.txt", "tokenizer.model"
AGAIN = "it is damaged, or another program's; copy it again from where the model came"


class _Model(msgspec.Struct):
    vocab: msgspec.Raw


class _Tokenizer(msgspec.Struct):
    model: _Model


def trained_files_problem(folder: Path) -> str:
    """What keeps the model from being loaded, by what its files hold; empty when nothing was found. Raises OSError."""
    names = {entry.name for entry in folder.iterdir()}
    weights = sorted(name for name in names if name.endswith(WEIGHTS) and name not in NOT_WEIGHTS)
    return (
        _config_problem(folder)
        or _weights_problem(folder, weights)
        or _index_problem(folder, names)
        or _tokenizer_problem(folder, names)
    )


def _config_problem(folder: Path) -> str:
    config = read_json(folder / "config.json")
    if isinstance(config, dict) and not (config.get("model_type") or config.get("auto_map")):
        return f"{folder} does not say what model it is: its config.json lacks model_type"
    return ""


def _weights_problem(folder: Path, weights: list[str]) -> str:
    if weights and all(name.endswith(GGUF) for name in weights):
        return (
            f"{folder / weights[0]} is GGUF, which is made to be run and cannot be trained; get the model's safetensors"
        )
    if any(name.endswith(".safetensors") for name in weights):
        return ""  # these are taken before any other
    junk = next((name for name in weights if name.endswith(OF_TORCH) and not _is_of_torch(folder / name)), "")
    return f"{folder / junk} holds no weights of torch: {AGAIN}" if junk else ""


def _is_of_torch(path: Path) -> bool:
    with os.fdopen(open_plain(path), "rb") as file:
        head = file.read(TAR_MARK_AT + len(TAR_MARK))
        if head.startswith(ZIP_MARK):
            with zipfile.ZipFile(file) as archive:
                return any(name.endswith(PICKLED_IN_ARCHIVE) for name in archive.namelist())
    return head.startswith(PICKLE_MARK) or head.endswith(TAR_MARK)


def _index_problem(folder: Path, names: set[str]) -> str:
    """Of weights that the index says are in a file that has them not."""
    index = "model.safetensors.index.json"
    if index not in names or "model.safetensors" in names:
        return ""
    content = read_json(folder / index)
    mapping = content.get("weight_map") if isinstance(content, dict) else None
    if not isinstance(mapping, dict) or not mapping:
        return f"{folder / index} names no weights: {AGAIN}"
    there = {name: weights_of(folder, name) for name in indexed_files(folder / index)}
    lacking = next(((weight, name) for weight, name in mapping.items() if weight not in there[str(name)]), None)
    if lacking is None:
        return ""
    weight, name = lacking
    return f"{folder / name} lacks {weight}, which {index} says it has: the two are not of one model; copy both again"


def _tokenizer_problem(folder: Path, names: set[str]) -> str:
    if FAST in names:
        why = _no_tokenizer(folder / FAST)
        return f"{folder / FAST} is no tokenizer ({why}): {AGAIN}" if why else ""
    if VOCABULARY in names and MERGES in names:
        return _pairs_problem(folder / VOCABULARY, folder / MERGES)
    if PIECES in names and not _has_pieces(folder / PIECES):
        return f"{folder / PIECES} is no model of sentencepiece: {AGAIN}"
    return ""


def _no_tokenizer(path: Path) -> str:
    state = path.stat()
    return _why_no_tokenizer(path, state.st_ino, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=256)
def _why_no_tokenizer(path: Path, *state: int) -> str:
    """What the library says of it, which the node's own asks in the same way."""
    content = read_plain(path)
    try:
        msgspec.json.decode(content, type=_Tokenizer)
    except (msgspec.DecodeError, ValueError) as error:
        return str(error)
    return _not_built(content) if len(content) <= BUILT_MAX_BYTES else ""


def _not_built(content: bytes) -> str:
    from tokenizers import Tokenizer  # noqa: PLC0415 - only who trains on a folder of this machine pays for it

    try:
        Tokenizer.from_str(content.decode())
    except Exception as error:  # it raises nothing more particular
        return str(error)
    return ""


def _pairs_problem(vocabulary: Path, merges: Path) -> str:
    tokens = read_json(vocabulary)
    if not isinstance(tokens, dict) or not tokens or not all(isinstance(number, int) for number in tokens.values()):
        return f"{vocabulary} is no vocabulary, which gives each token its number: {AGAIN}"
    lines = read_plain(merges).decode(errors="replace").splitlines()
    pairs = [line for line in lines if line.strip() and not line.startswith("#version")]
    if not pairs or any(len(line.split()) != 2 for line in pairs):
        return f"{merges} has no pairs of tokens, one a line: {AGAIN}"
    return ""


def _has_pieces(path: Path) -> bool:
    """Also of a vocabulary in base64, which some models keep under this name."""
    with os.fdopen(open_plain(path), "rb") as file:
        head = file.readline(200)
    return head.startswith(PIECE_MARK) or (head.isascii() and len(head.split()) == 2 and head.split()[1].isdigit())
