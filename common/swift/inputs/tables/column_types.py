"""Types of columns in Parquet and Arrow files: which of them `datasets` opens, and which are no text.

pyarrow is imported late: whoever reads no such file does without it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

Test = Callable[[Any], bool]
# What `datasets` writes for an image, whose name may stand beside its bytes or in their place.
OF_MEDIA = frozenset({"bytes", "path"})


def unknown_type(schema: Any) -> str:
    """What keeps `datasets` from opening a table with such columns; empty when nothing does."""
    doubled = [name for name, count in Counter(schema.names).items() if count > 1]
    if doubled:
        return f"names the column {doubled[0]} twice"
    name, kind = _first(schema, _is_unknown)
    return f"its column {name} holds {kind}, a type that `datasets` does not know; write it as text" if name else ""


def not_text(schema: Any, texts: Collection[str]) -> str:
    """Which of the columns called so, in lower case, cannot hold text; empty when all can."""
    name, kind = _first([field for field in schema if field.name.lower() in texts], is_odd)
    return f"its column {name} holds {kind}, where ms-swift needs text; write it as text" if name else ""


def is_odd(kind: Any) -> bool:
    """Whether values of it are neither text nor numbers, true or false: nothing that JSON has."""
    from pyarrow import types  # noqa: PLC0415 - see above

    return bool(types.is_temporal(kind) or types.is_decimal(kind)) or _is_binary(kind)


def has_odd(kind: Any) -> bool:
    return any(map(is_odd, leaves(kind)))


def is_json(kind: Any) -> bool:
    """Whether texts of it are JSON, which `datasets` decodes."""
    return getattr(kind, "extension_name", "") == "arrow.json"


def leaves(kind: Any) -> Iterator[Any]:
    """The types of what is within lists and objects; those of images stand for themselves."""
    from pyarrow import types  # noqa: PLC0415 - see above

    if types.is_struct(kind):
        if {field.name for field in kind} != OF_MEDIA:
            for field in kind:
                yield from leaves(field.type)
    elif (
        types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind) or types.is_dictionary(kind)
    ):
        yield from leaves(kind.value_type)
    else:
        yield kind


def _first(fields: Iterable[Any], test: Test) -> tuple[str, str]:
    """(column, type) of the first with such a type in it; empty where none has."""
    found = ((field.name, str(kind)) for field in fields for kind in leaves(field.type) if test(kind))
    return next(found, ("", ""))


def _is_binary(kind: Any) -> bool:
    from pyarrow import types  # noqa: PLC0415 - see above

    return bool(types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind))


def _is_unknown(kind: Any) -> bool:
    """By what `datasets` was seen to refuse; a test asks it again."""
    from pyarrow import types  # noqa: PLC0415 - see above

    if isinstance(kind, _extension()):
        return not is_json(kind)
    unknown = (types.is_fixed_size_binary, types.is_nested, types.is_run_end_encoded, types.is_interval)
    return any(test(kind) for test in unknown)


def _extension() -> Any:
    from pyarrow import BaseExtensionType  # noqa: PLC0415 - see above

    return BaseExtensionType
