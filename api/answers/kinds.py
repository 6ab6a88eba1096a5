"""What a route answers: an act with what it did, JSON of a type, a list, or a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

from api.answers.schema import Schema, Shapes, any_of, closed
from ledger.store.append import Recorded

Kind = Any  # Any: what ``Shapes.of`` takes: a type, or types written as the JSON is

JSON = "application/json"
_REPLAYED: Schema = {
    "Idempotency-Replayed": {
        "description": "true: 同一个键此前已办理 · the answer given before under this key",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
_LOCATION: Schema = {
    "Location": {"description": "新内容的网址 · where it is", "schema": {"type": "string", "pattern": "^/"}}
}
_TRIED = "试办,未入账 · tried (dry_run), nothing stored"
_DONE = "已办理 · done"


class Described(Protocol):
    """Anything that can say what a route answers."""

    def responses(self, shapes: Shapes) -> dict[str, Schema]:
        """Return the successful answers by status, as OpenAPI says them."""


@dataclass(frozen=True, slots=True)
class Joined:
    """An object with the fields of several types; a later one has the last word."""

    kinds: tuple[Kind, ...]

    def schema_in(self, shapes: Shapes) -> Schema:
        """Return the schema of the object."""
        found: dict[str, tuple[Schema, bool]] = {}
        for one in self.kinds:
            found |= {name: (schema, always) for name, schema, always in shapes.fields(one)}
        return closed((name, schema, always) for name, (schema, always) in found.items())


def joined(*kinds: Kind) -> Joined:
    """Return an object with the fields of all of ``kinds``."""
    inside = [one.kinds if isinstance(one, Joined) else (one,) for one in kinds]
    return Joined(tuple(chain.from_iterable(inside)))


@dataclass(frozen=True, slots=True)
class Acted:
    """An act: its number and link, its voucher, and the fields of what it did."""

    done: Kind = Recorded
    more: Mapping[str, Kind] = field(default_factory=dict)
    at_times: Mapping[str, Kind] = field(default_factory=dict)

    def sometimes(self, **more: Kind) -> Acted:
        """Return the same answer with fields that are not always there."""
        return Acted(self.done, self.more, more)

    def schema_in(self, shapes: Shapes) -> Schema:
        """Return the schema of the answer."""
        fields: dict[str, tuple[Schema, bool]] = {"compound": (shapes.of(str), True)}
        for one in (Recorded, self.done, self.more):
            fields |= {name: (schema, always) for name, schema, always in shapes.fields(one)}
        fields |= {name: (schema, False) for name, schema, _ in shapes.fields(self.at_times)}
        fields.pop("recorded", None)
        return closed((name, *said) for name, said in fields.items())

    def responses(self, shapes: Shapes) -> dict[str, Schema]:
        """Return the answers: done, and tried."""
        return _written(self.schema_in(shapes))


@dataclass(frozen=True, slots=True)
class Made:
    """A write that is no act of a journal, or no act every time: JSON of one of several types."""

    kinds: tuple[Kind, ...]

    def responses(self, shapes: Shapes) -> dict[str, Schema]:
        """Return the answers: done, and tried or nothing to do."""
        schema = any_of([joined(one).schema_in(shapes) for one in self.kinds])
        return _written(schema, always_says_so=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """JSON of a type."""

    kind: Kind

    def responses(self, shapes: Shapes) -> dict[str, Schema]:
        """Return the one answer."""
        return {"200": _json(_DONE, shapes.of(self.kind))}


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of things of a type under ``items``, with what else stands beside it."""

    kind: Kind
    paged: bool = False
    more: Mapping[str, Kind] = field(default_factory=dict)

    def responses(self, shapes: Shapes) -> dict[str, Schema]:
        """Return the one answer."""
        fields = list(shapes.fields(self.more))
        fields.append(("items", {"type": "array", "items": shapes.of(self.kind)}, True))
        if self.paged:
            fields.append(("next_cursor", shapes.of(str | None), True))
        return {"200": _json(_DONE, closed(iter(fields)))}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of one of several media types; with an ``ETag``, a reader who has it already gets 304."""

    media: tuple[str, ...]
    tagged: bool = False

    def responses(self, shapes: Shapes) -> dict[str, Schema]:
        """Return the answers: the file, and that it has not changed."""
        del shapes
        content = {kind: {"schema": {} if kind == JSON else _bytes(kind)} for kind in self.media}
        found: dict[str, Schema] = {"200": {"description": "文件 · the file", "content": content}}
        return found | {"304": {"description": "未变 · not changed"}} if self.tagged else found


def act(done: Kind = Recorded, **more: Kind) -> Acted:
    """Return the answer of an act: ``done`` is what the action returns, ``more`` what the route adds."""
    return Acted(done, more)


def makes(*kinds: Kind) -> Made:
    """Return the answer of a write that is no act of a journal every time."""
    return Made(kinds)


def shows(kind: Kind) -> Shown:
    """Return the answer of a read."""
    return Shown(kind)


def lists(kind: Kind, **more: Kind) -> Listed:
    """Return the answer of a read of all there is."""
    return Listed(kind, paged=False, more=more)


def pages(kind: Kind) -> Listed:
    """Return the answer of a read page by page."""
    return Listed(kind, paged=True)


def sends(*media: str, tagged: bool = False) -> Sent:
    """Return the answer of a file."""
    return Sent(media, tagged)


def _json(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _bytes(kind: str) -> Schema:
    return {"type": "string", "contentMediaType": kind}


def _written(schema: Schema, *, always_says_so: bool = True) -> dict[str, Schema]:
    """Return what a write answers: done, or given before under its key; or tried, and then the answer says so."""
    whole = _with_trial(schema)
    said = {"type": "object", "required": ["dry_run"], "properties": {"dry_run": {"const": True}}}
    done = {**_json(_DONE, whole), "headers": {**_REPLAYED, **_LOCATION}}
    return {"201": done, "200": _json(_TRIED, {"allOf": [whole, said]} if always_says_so else whole)}


def _with_trial(schema: Schema) -> Schema:
    if "properties" not in schema:
        return {**schema, "anyOf": [_with_trial(one) for one in schema["anyOf"]]}
    return {**schema, "properties": {**schema["properties"], "dry_run": {"const": True}}}
