"""JSON schemas of what the interface answers, made from the types behind the answers.

The rules are those of ``api.shapes.to_wire``: amounts, rates and areas leave as text without their suffix, days in ISO
form, enums by their value, dataclasses as objects. Objects are closed: a field that no type names breaks the schema.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from pydantic import WithJsonSchema

Schema = dict[str, Any]  # Any: JSON

_REF = "#/components/schemas/"
_MONEY: Schema = {"type": "string", "pattern": r"^-?\d+\.\d{2}$", "examples": ["-179.06"]}
_RATE: Schema = {"type": "string", "pattern": r"^-?\d+\.\d{2,4}$", "examples": ["2.20"]}
_AREA: Schema = {"type": "string", "pattern": r"^-?\d+\.\d{2}$", "examples": ["89.53"]}
_RECEIPT: Schema = {"type": "string", "pattern": r"^R-\d{6,}$", "examples": ["R-000123"]}
_HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_MONTH: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d$", "examples": ["2026-01"]}
_SUFFIXES = (("_minor", _MONEY), ("_e4", _RATE), ("_hundredths", _AREA))
_SCALARS: dict[Any, Schema] = {
    Any: {},
    None: {"type": "null"},
    type(None): {"type": "null"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}

#: Text on the wire that is not any text, for the shapes that are written by hand.
Money = Annotated[str, WithJsonSchema(_MONEY)]
RateText = Annotated[str, WithJsonSchema(_RATE)]
AreaText = Annotated[str, WithJsonSchema(_AREA)]
ReceiptNo = Annotated[str, WithJsonSchema(_RECEIPT)]
DayText = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
MonthText = Annotated[str, WithJsonSchema(_MONTH)]
Sha256 = Annotated[str, WithJsonSchema(_HASH)]
Path = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^/api/v1/"})]


class Shapes:
    """The named schemas that a document refers to, each once."""

    def __init__(self) -> None:
        """Know none."""
        self.named: dict[str, Schema] = {}
        self._names: dict[Any, str] = {}  # by class

    def of(self, kind: Any) -> Schema:  # Any: a type, as an annotation says it
        """Return the schema of a type, or of types written as the JSON is: ``{"name": kind}``, ``[kind]``, ``(a, b)``.

        Raises:
            TypeError: it has no place on the wire.
        """
        if isinstance(kind, (dict, list, tuple)) or hasattr(kind, "schema_in"):
            return self._written(kind)
        if kind in _SCALARS:
            return dict(_SCALARS[kind])
        if get_origin(kind) is not None:
            return self._generic(kind, get_origin(kind), get_args(kind))
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"enum": [one.value for one in kind]}
        if dataclasses.is_dataclass(kind) or is_typeddict(kind):
            return {"$ref": _REF + self._named(kind)}
        raise TypeError(f"{kind!r} is not described")

    def _generic(self, kind: Any, origin: Any, inside: tuple[Any, ...]) -> Schema:
        if origin is Annotated:
            return self._annotated(kind)
        if origin in {Union, types.UnionType}:
            return any_of([self.of(one) for one in inside])
        return {"enum": list(inside)} if origin is Literal else self._held(origin, inside)

    def fields(self, kind: Any) -> Iterator[tuple[str, Schema, bool]]:  # Any: as above
        """Yield name on the wire, schema, and whether it is always there, of everything in an object of a type.

        Raises:
            TypeError: two fields would leave under one name.
        """
        seen: set[str] = set()
        for name, schema, always in self._fields(kind):
            if name in seen:
                raise TypeError(f"{kind!r} has two fields that leave as {name!r}")
            seen.add(name)
            yield name, schema, always

    def _fields(self, kind: Any) -> Iterator[tuple[str, Schema, bool]]:
        if isinstance(kind, Mapping):
            for name, held in kind.items():
                yield (*self.field(name, held), True)
            return
        hints = get_type_hints(kind, include_extras=True)
        names = (
            [one.name for one in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else list(hints)
        )
        for name in names:
            kind_of: Any = hints[name]
            mark: Any = get_origin(kind_of)  # NotRequired is no type
            inside = get_args(kind_of)[0] if mark is NotRequired else kind_of
            yield (*self.field(name, inside), mark is not NotRequired)

    def field(self, name: str, held: Any) -> tuple[str, Schema]:  # Any: as above
        """Return a field's name and schema on the wire."""
        if name == "receipt":
            return name, self._as_text(held, int, _RECEIPT)
        if name == "hash" or name.endswith("sha256"):
            return name, self._as_text(held, str, _HASH)
        if name == "month" or name.endswith("_month"):
            return name, self._as_text(held, str, _MONTH)
        for suffix, text in _SUFFIXES:
            if name.endswith(suffix):
                return name.removesuffix(suffix), self._as_text(held, int, text)
        return name, self.of(held)

    def _written(self, kind: Any) -> Schema:
        """Return the schema of what is written as the JSON is."""
        if isinstance(kind, dict):
            return closed(self.fields(kind))
        if isinstance(kind, list):
            return {"type": "array", "items": self.of(kind[0])}
        if isinstance(kind, tuple):
            return any_of([self.of(one) for one in kind])
        found: Schema = kind.schema_in(self)
        return found

    def _as_text(self, held: Any, plain: type, text: Schema) -> Schema:
        """Return the schema of a type in which every ``plain`` leaves as such a text."""
        choices = get_args(held) if get_origin(held) in {Union, types.UnionType} else (held,)
        return any_of([dict(text) if one is plain else self.of(one) for one in choices])

    def _annotated(self, kind: Any) -> Schema:
        said = [one.json_schema for one in kind.__metadata__ if isinstance(one, WithJsonSchema)]
        return dict(said[0]) if said and said[0] is not None else self.of(kind.__origin__)

    def _held(self, origin: Any, inside: tuple[Any, ...]) -> Schema:
        if issubclass(origin, tuple) and Ellipsis not in inside:
            each = [self.of(one) for one in inside]
            return {"type": "array", "prefixItems": each, "minItems": len(each), "maxItems": len(each)}
        if issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(inside[1])}
        if issubclass(origin, (Sequence, set, frozenset)):
            return {"type": "array", "items": self.of(inside[0])}
        raise TypeError(f"{origin!r} is not described")

    def _named(self, kind: Any) -> str:
        if kind not in self._names:
            name = kind.__name__
            if name in self.named:  # two parts of the house have one of this name
                name = f"{kind.__module__.rpartition('.')[2]}.{name}"
            self._names[kind] = name
            self.named[name] = {}  # holds the name while its fields may refer to it
            self.named[name] = {"title": name, **closed(self.fields(kind))}
        return self._names[kind]


def closed(fields: Iterator[tuple[str, Schema, bool]]) -> Schema:
    """Return the schema of an object with these fields and no other."""
    found = list(fields)
    return {
        "type": "object",
        "properties": {name: schema for name, schema, _ in found},
        "required": [name for name, _, always in found if always],
        "additionalProperties": False,
    }


def any_of(choices: Sequence[Schema]) -> Schema:
    """Return the schema of one of several, each said once."""
    different = [one for place, one in enumerate(choices) if one not in choices[:place]]
    return different[0] if len(different) == 1 else {"anyOf": different}
