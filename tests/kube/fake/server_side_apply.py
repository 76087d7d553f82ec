"""Server-side apply: each manager owns the fields that it set, and takes others' only by force."""

from collections.abc import Mapping
from typing import Any

from tests.kube.fake.fields import Fields, Path, fields_of, object_of, spelled
from tests.kube.fake.refusals import conflict

Owners = dict[str, set[Path]]

# Says what an object is; nobody owns it.
IDENTITY = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))


def applied(
    live: Mapping[str, Any], wanted: Mapping[str, Any], owners: Owners, manager: str, *, force: bool
) -> tuple[dict[str, Any], Owners]:
    """The object after the apply, and who owns what then. Raises a conflict over a field that another one owns."""
    have, want = fields_of(live), fields_of(wanted)
    mine = {path for path in want if path not in IDENTITY}
    others = {name: set(paths) for name, paths in owners.items() if name != manager}
    for name, paths in others.items():
        disputed = [path for path in mine & paths if have.get(path) != want[path]]
        if disputed and not force:
            raise conflict(name, wanted["apiVersion"], sorted(map(spelled, disputed)))
        paths -= set(disputed)
    dropped = owners.get(manager, set()) - mine - set().union(*others.values())
    merged: Fields = {path: value for path, value in have.items() if path not in dropped} | want
    return object_of(merged), others | {manager: mine}


def updated(before: Mapping[str, Any], after: Mapping[str, Any], owners: Owners, manager: str) -> Owners:
    """Who owns what after an ordinary change: what changed is its author's."""
    had, has = fields_of(before), fields_of(after)
    changed = {path for path in has if had.get(path) != has[path]} - set(IDENTITY)
    kept = {name: (paths & set(has)) - changed for name, paths in owners.items()}
    return kept | {manager: kept.get(manager, set()) | changed}
