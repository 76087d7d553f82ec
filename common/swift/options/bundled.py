"""Bundled catalogs: those that come with the service, one file for each ms-swift release it was tested with."""

from functools import cache
from importlib.resources import files

from common.swift.options.catalog import Catalog, parse_catalog
from common.swift.options.release import release

_FOLDER = files("common.swift.options") / "catalogs"
_SUFFIX = ".json"


def bundled_versions() -> list[str]:
    """The releases, oldest first."""
    names = (entry.name for entry in _FOLDER.iterdir())
    return sorted((name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)), key=release)


def nearest_catalog(version: str) -> Catalog:
    """The bundled catalog of this release; otherwise that of the newest release before it, or else of the oldest."""
    versions = bundled_versions()
    if version in versions:
        return _load(version)
    earlier = [known for known in versions if release(known) <= release(version)]
    return _load(earlier[-1] if earlier else versions[0])


def newest_catalog() -> Catalog:
    """The catalog of the newest bundled release."""
    return _load(bundled_versions()[-1])


def bundled_text(version: str) -> str | None:
    """The catalog of exactly this release, as text."""
    if version not in bundled_versions():
        return None
    return (_FOLDER / f"{version}{_SUFFIX}").read_text(encoding="utf-8")


@cache
def _load(version: str) -> Catalog:
    return parse_catalog(bundled_text(version) or "")
