"""Which row of a sheet is the header, and what each column means: by the words, not by the position.

The treasurer's mapping (header text to field, or to ``ignore``) goes before the words known here. Headers
that neither knows are reported, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.intake.refusals import RegisterColumnTwice, RegisterHeaderMissing, RegisterMappingUnknown
from ledger.intake.sheet import Cell, Row, Sheet, letter
from ledger.intake.words import FIELD_NAMES, HEADERS, IGNORE

HEADER_DEPTH: Final = 30  # a title block is not deeper than this
MAX_HEADER: Final = 40  # characters; longer text is a remark

KNOWN: Final[Mapping[str, str]] = {word: field for field, words in HEADERS.items() for word in words.split()}

_ONCE: Final = ("building", "stair", "room", "whole_room", "area", "state", "handed_over_on")


@dataclass(frozen=True, slots=True)
class Columns:
    """The header of a register: its rows, its sheet, and the column of each field (0-based)."""

    sheet: Sheet
    header_rows: tuple[int, ...]
    headers: tuple[str, ...]
    fields: Mapping[str, int]
    meanings: Mapping[str, str]
    unrecognised: tuple[str, ...]

    def cell(self, row: Row, field: str) -> Cell:
        """Return the cell of a field in a row; None if there is no such column or the row is short."""
        index = self.fields.get(field)
        return row.cells[index] if index is not None and index < len(row.cells) else None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One or two rows that may be the header, with the field each column would have."""

    sheet: Sheet
    rows: tuple[Row, ...]
    headers: tuple[str, ...]
    fields: tuple[str | None, ...]

    @property
    def score(self) -> tuple[int, int, int]:
        """How many distinct fields it names; then prefer a two-row reading, then the upper one."""
        return (len(set(self.fields) - {None, IGNORE}), len(self.rows), -self.rows[0].number)


def header_key(text: str) -> str:
    """Return a header as it is compared: half width, lower case, without brackets, units and punctuation."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"[(\[【〔{].*?[)\]】〕}]", "", text)
    return re.sub(r"[\s/\\、\-_·.:*#,,;|&和及]+", "", text)


def find_register(sheets: Sequence[Sheet], mapping: Mapping[str, str]) -> tuple[Columns, tuple[Sheet, ...]]:
    """Return the columns of the sheet that has the register's header, and other sheets that also have one.

    Raises ``RegisterMappingUnknown``, ``RegisterHeaderMissing`` or ``RegisterColumnTwice``.
    """
    for field in mapping.values():
        if field not in FIELD_NAMES:
            raise RegisterMappingUnknown(field=field[:40], known=", ".join(FIELD_NAMES))
    chosen = {header_key(header): field for header, field in mapping.items()}
    best: list[_Candidate] = []
    for sheet in sheets:
        candidates = _candidates(sheet, chosen)
        if candidates:
            best.append(max(candidates, key=lambda candidate: candidate.score))
    if not best:
        raise _missing((), ())
    complete = [candidate for candidate in best if not _lacking(set(candidate.fields))]
    if not complete:
        closest = max(best, key=lambda candidate: candidate.score[:1])
        seen = closest.headers if closest.score[0] else _worded(sheets)
        raise _missing(_lacking(set(closest.fields)), seen)
    header = max(complete, key=lambda candidate: candidate.score[0])
    return _columns(header, chosen), tuple(one.sheet for one in complete if one is not header)


def _candidates(sheet: Sheet, chosen: Mapping[str, str]) -> list[_Candidate]:
    """Return every row, and every pair of neighbours, that names at least one field."""
    found = []
    head = sheet.rows[:HEADER_DEPTH]
    widest = max((len(row.cells) for row in sheet.rows), default=0)
    for row, below in zip(head, (*head[1:], None), strict=False):
        texts = [_text(cell) for cell in row.cells]
        texts += [""] * (widest - len(texts))
        # A column without a header goes by its letter, if the treasurer said what it is.
        for index, text in enumerate(texts):
            by_letter = f"第{letter(index)}列"
            if not text and header_key(by_letter) in chosen:
                texts[index] = by_letter
        fields = tuple(_field(text, chosen) for text in texts)
        found.append(_Candidate(sheet, (row,), tuple(texts), fields))
        if below is not None:
            pair = _pair(sheet, row, below, chosen)
            if pair is not None:
                found.append(pair)
    return found


def _pair(sheet: Sheet, upper: Row, lower: Row, chosen: Mapping[str, str]) -> _Candidate | None:
    """Return a two-row header, if both rows have a part in it (业主信息 over 姓名 and 电话)."""
    headers: list[str] = []
    fields: list[str | None] = []
    from_upper = from_lower = False
    group = ""
    for index in range(max(len(upper.cells), len(lower.cells))):
        above = _text(upper.cells[index]) if index < len(upper.cells) else ""
        under = _text(lower.cells[index]) if index < len(lower.cells) else ""
        group = above or (group if under else "")
        headers.append(f"{group}/{under}" if group and under else above or under)
        if under:
            joined = _field(group + under, chosen)
            fields.append(joined or _field(under, chosen))
            from_lower = from_lower or fields[-1] is not None
        else:
            fields.append(_field(above, chosen))
            from_upper = from_upper or fields[-1] not in (None, IGNORE)
        # A group word over named columns is part of the header too.
        from_upper = from_upper or bool(above and under and header_key(above) in KNOWN)
    if not (from_upper and from_lower):
        return None
    return _Candidate(sheet, (upper, lower), tuple(headers), tuple(fields))


def _columns(header: _Candidate, chosen: Mapping[str, str]) -> Columns:
    """Return the columns of a header row; the treasurer's choice outranks a known word for the same field."""
    depth = header.rows[-1].number
    widest = max((len(row.cells) for row in header.sheet.rows[depth:]), default=0)
    texts = list(header.headers) + [""] * (widest - len(header.headers))
    fields: dict[str, int] = {}
    meanings: dict[str, str] = {}
    unknown: list[str] = []
    said = {field for text, field in chosen.items() if text in {header_key(text) for text in texts}}
    for index, text in enumerate(texts):
        name = text or f"第{letter(index)}列"
        field = _field(name, chosen)
        if text and field is None and index < len(header.fields):
            field = header.fields[index]
        by_hand = header_key(name) in chosen
        if field is not None and field != IGNORE and field in said and not by_hand:
            field = None
        if field in fields and field in _ONCE:
            zh, en = FIELD_NAMES[field]
            raise RegisterColumnTwice(field_zh=zh, field_en=en, headers=f"{texts[fields[field]]}、{name}")
        if field is None or field in fields:
            if text or _filled(header.sheet.rows[depth:], index):
                unknown.append(name)
            continue
        meanings[name] = field
        if field != IGNORE:
            fields[field] = index
    if "building" not in fields and "whole_room" not in fields:
        _promote_room(fields, meanings)
    return Columns(
        sheet=header.sheet,
        header_rows=tuple(row.number for row in header.rows),
        headers=tuple(texts),
        fields=fields,
        meanings=meanings,
        unrecognised=tuple(unknown),
    )


def _filled(rows: Sequence[Row], index: int) -> bool:
    """Return whether anything is written in a column."""
    return any(len(row.cells) > index and row.cells[index] is not None for row in rows)


def _promote_room(fields: dict[str, int], meanings: dict[str, str]) -> None:
    """Read the room column as a whole address: with no building column, it must say everything."""
    fields["whole_room"] = fields.pop("room")
    for name, field in meanings.items():
        if field == "room":
            meanings[name] = "whole_room"


def _lacking(fields: set[str | None]) -> tuple[str, ...]:
    """Return the required fields that are missing."""
    lacking = [] if fields & {"whole_room", "room"} else ["room"]
    if "stair" in fields and not fields & {"whole_room", "building"}:
        lacking.append("building")
    return (*lacking, *(field for field in ("area", "state") if field not in fields))


def _missing(fields: Sequence[str], seen: Sequence[str]) -> RegisterHeaderMissing:
    """Return the refusal that names what is missing and what was seen."""
    names = [FIELD_NAMES[field] for field in fields or ("room", "area", "state")]
    headers = [text for text in seen if text][:60]
    return RegisterHeaderMissing(
        missing_zh="、".join(zh for zh, _ in names),
        missing_en=", ".join(en for _, en in names),
        seen_zh="、".join(headers) or "(没有)",
        seen_en=", ".join(headers) or "(none)",
    )


def _worded(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """Return the first row of three or more words without a figure: a header in words not known here."""
    for sheet in sheets:
        for row in sheet.rows[:HEADER_DEPTH]:
            texts = tuple(_text(cell) for cell in row.cells)
            words = [text for text in texts if text]
            if len(words) >= 3 and not any(re.search(r"\d", text) for text in words):  # noqa: PLR2004  # three words
                return texts
    return ()


def _text(cell: Cell) -> str:
    """Return a header cell on one line, or nothing if it is a number, a date or too long."""
    if not isinstance(cell, str):
        return ""
    text = re.sub(r"\s+", " ", cell).strip()
    return text if len(text) <= MAX_HEADER else ""


def _field(text: str, chosen: Mapping[str, str]) -> str | None:
    """Return what a header means: as the treasurer said, else by the known words."""
    key = header_key(text)
    return chosen.get(key) or KNOWN.get(key) if key else None
