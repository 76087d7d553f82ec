"""Holds an answer to the types of OpenAI's own client, strictly: the client itself takes anything for anything."""

from collections.abc import Collection, Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

_SCALARS: dict[Any, tuple[type, ...]] = {
    str: (str,),
    bool: (bool,),
    int: (int,),
    float: (int, float),
    NoneType: (NoneType,),
}


def strict_faults(wanted: Any, data: Any, also: Collection[str] = ()) -> list[str]:
    """What is wrong with data (as JSON has it) for a model, a union of models or another type: "place: why".

    `also` has fields that may be there though the type has none such, by their place without numbers
    (`choices.message.reasoning_content`).
    """
    return [f"{place or 'it'}: {why}" for place, why in _faults(wanted, data, "") if not _is_allowed(place, why, also)]


_UNKNOWN = "a field that the type does not have"


def _is_allowed(place: str, why: str, also: Collection[str]) -> bool:
    plain = ".".join(part.split("[")[0] for part in place.split("."))
    return why == _UNKNOWN and plain in also


def _faults(wanted: Any, data: Any, place: str) -> Iterator[tuple[str, str]]:
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin is Annotated:
        yield from _faults(inner[0], data, place)
    elif origin in (Union, UnionType):
        yield from _nearest(inner, data, place)
    elif origin is Literal:
        if not any(data == value and type(data) is type(value) for value in inner):
            yield place, f"{data!r} is none of {inner}"
    elif origin in (list, dict):
        yield from _faults_within(origin, inner[-1], data, place)
    elif isinstance(wanted, type) and issubclass(wanted, BaseModel):
        yield from _faults_of_model(wanted, data, place)
    elif wanted not in (Any, object) and type(data) not in _SCALARS[wanted]:
        yield place, f"{type(data).__name__} instead of {wanted.__name__}"


def _faults_within(kind: type, wanted: Any, data: Any, place: str) -> Iterator[tuple[str, str]]:
    if not isinstance(data, kind):
        yield place, f"{type(data).__name__} instead of {kind.__name__}"
        return
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield from _faults(wanted, value, f"{place}[{key!r}]")


def _faults_of_model(model: type[BaseModel], data: Any, place: str) -> Iterator[tuple[str, str]]:
    if not isinstance(data, dict):
        yield place, f"{type(data).__name__} instead of {model.__name__}"
        return
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    for name, field in fields.items():
        inner = f"{place}.{name}" if place else name
        if name in data:
            yield from _faults(field.annotation, data[name], inner)
        elif field.is_required():
            yield inner, "missing"
    for name in data.keys() - fields.keys():
        yield f"{place}.{name}" if place else name, _UNKNOWN


def _nearest(members: tuple[Any, ...], data: Any, place: str) -> list[tuple[str, str]]:
    """The faults in the eyes of the member that finds the fewest; one whose `type` is another comes last."""
    found = [list(_faults(member, data, place)) for member in members]
    own_type = f"{place}.type" if place else "type"
    return min(found, key=lambda faults: (any(where in (own_type, place) for where, _ in faults), len(faults)))
