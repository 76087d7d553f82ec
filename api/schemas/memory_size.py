"""A size of memory as people write it."""

import re
from typing import Any

from marshmallow import ValidationError, fields

PATTERN = r"^[1-9]\d{0,6}(\.\d{1,3})? ?(MB|MiB|GB|GiB|TB|TiB)$"
_FORM = re.compile(r"(?P<number>\d+(\.\d+)?) ?(?P<unit>[MGT])i?B")
_MIB = {"M": 1, "G": 1024, "T": 1024 * 1024}


class MemorySize(fields.String):
    """Loads "16GB" as 16384: whole MiB. GB is taken for GiB, as data sheets of GPUs mean it."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"pattern": PATTERN, "example": "16GB", **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(PATTERN.removeprefix("^").removesuffix("$"), text, re.ASCII):
            raise ValidationError("Must be a size such as 16GB or 8192MiB.")
        found = _FORM.fullmatch(text)
        mib = round(float(found["number"]) * _MIB[found["unit"]]) if found else 0
        return max(1, mib)


def size_text(mib: int) -> str | None:
    """16384 as "16GiB", 1000 as "1000MiB"; nothing for 0."""
    if not mib:
        return None
    return f"{mib // 1024}GiB" if mib % 1024 == 0 else f"{mib}MiB"
