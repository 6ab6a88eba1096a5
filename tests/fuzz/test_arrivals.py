"""Whatever file arrives, it is taken in whole or refused in words: nothing breaks off, and nothing is half stored."""

from __future__ import annotations

import base64
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pikepdf
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from ledger.errors import Refusal, VoucherRefused
from ledger.intake.register import read_register
from ledger.intake.voucher_file import read_voucher
from tests.api.conftest import REGISTER, Desk
from tests.fuzz.conftest import ENGINES, Lived
from tests.fuzz.effort import examples

SAMPLE = (Path(__file__).parents[1] / "samples" / "units.xlsx").read_bytes()
with zipfile.ZipFile(io.BytesIO(SAMPLE)) as _book:
    PARTS = {name: _book.read(name) for name in _book.namelist()}
_MEGABYTE = 1024 * 1024
_FEW = settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

#: What a cell of a register may hold that nobody expects.
CELLS = st.one_of(
    st.sampled_from(
        ("", "\x00", "\x1b[2J", "\u202e栋", "=1+1", "#REF!", "1e309", "9" * 400, "-0", "0.001", "2026-02-30")
    ),
    st.sampled_from(("0001-01-01", "9999-12-31", "空置", "99栋", "💩" * 90, "a\tb", '"', "\ufeff", "NaN")),
    st.text(max_size=20),
)
CODINGS = st.sampled_from(("utf-8", "utf-8-sig", "gb18030", "utf-16"))


@st.composite
def registers(draw: st.DrawFn) -> bytes:
    """Draw a register in which some cells, lines or bytes are not what they were."""
    rows = [line.split(",") for line in REGISTER.splitlines()]
    for _ in range(draw(st.integers(0, 2))):
        row = rows[draw(st.integers(0, len(rows) - 1))]
        row[draw(st.integers(0, len(row) - 1))] = draw(CELLS)
    if draw(st.booleans()):
        room = f"{draw(st.integers(1, 30)):02}0{draw(st.integers(1, 4))}"
        rows.append(["3栋", "1单元", room, f"{draw(st.integers(1, 200))}.00", "已入住", "钱戊"])
    content = "\n".join(",".join(row) for row in rows).encode(draw(CODINGS), "replace")
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.binary(min_size=1, max_size=6)) + content[at + 2 :]
    return content


MAPPINGS = st.one_of(
    *(st.just("{}") for _ in range(4)),
    st.sampled_from(('{"业主姓名":"phone"}', '{"房号":"ignore"}', '{"x":"area"}', '{"\\ud800":"area"}')),
    st.sampled_from(('{"\\u0000":"area"}', '{"房屋状态":"\\u0000"}', "[" * 2000, "NaN", '{"a":1}', "null")),
    st.dictionaries(st.text(max_size=8), st.sampled_from(("area", "state", "ignore", "label"))).map(
        json.dumps
    ),
)


@pytest.fixture
def desk(app: FastAPI, lived: Lived) -> Iterator[Desk]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Desk(app, client, lived.tokens)


def stored(desk: Desk) -> tuple[object, ...]:
    """Return all that an import could change: the head, the units, and who is behind them."""
    units = desk.get("units?limit=200").json()["items"]
    mapped = desk.post(
        "units/imports?filename=a.csv&dry_run=true", REGISTER.encode(), Content_Type="text/csv"
    )
    return desk.head(), json.dumps(units), json.dumps(mapped.json().get("columns"))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_register_of_any_kind_is_taken_in_whole_or_not_at_all(desk: Desk, engine: str) -> None:
    """One after the other into the same books, which stay whole."""
    taken = []

    @_FEW
    @example(f"{REGISTER}3栋,1单元,0101,88.00,已入住,钱戊\n".encode(), "{}")
    @example(REGISTER.encode(), '{"\\u0000":"area"}')
    @example(REGISTER.encode(), '{"\\ud800":"area"}')
    @given(registers(), MAPPINGS)
    def arrive(content: bytes, mapping: str) -> None:
        before = stored(desk)
        where = f"units/imports?filename=register&mapping={quote(mapping, errors='replace')}"
        answer = desk.post(where, content, Content_Type="application/octet-stream")
        assert answer.status_code < 500, answer.text
        if answer.status_code == 201:
            taken.append(answer)
        elif (
            answer.is_success
        ):  # the register as it is already; how its columns were read is kept all the same
            assert stored(desk)[:2] == before[:2]
        else:
            assert answer.json()["detail_zh"]
            assert stored(desk) == before

    arrive()
    assert taken, f"nothing was ever taken in on {engine}"
    assert desk.get("check").json()["ok"]


@pytest.mark.parametrize("engine", ENGINES)
def test_no_text_with_a_nul_gets_as_far_as_the_database(desk: Desk, engine: str) -> None:
    """PostgreSQL takes it nowhere, and an accident of the driver is no answer."""
    assert desk.app.state.house.database.is_sqlite == (engine == "sqlite")
    account = {"account": "Expenses:\x00", "amount": "1.00"}
    entry = {"effective_on": "2026-02-05", "narration": "x", "postings": [account, account]}
    for path, body in (
        ("entries", entry),
        ("points/issues", {"fund": "\x00", "amount": "1.00", "purpose": "x"}),
    ):
        assert desk.post(path, body).status_code == 400
    cursor = base64.urlsafe_b64encode(b"v1:\x00").decode()
    assert desk.get(f"units?cursor={cursor}").status_code == 400


@_FEW
@given(
    name=st.sampled_from(sorted(PARTS)),
    at=st.integers(0, 10**7),
    noise=st.binary(min_size=1, max_size=30) | st.sampled_from((b"<", b'"', b"&x;", b"<!DOCTYPE x>", b"]]>")),
    cut=st.booleans(),
)
def test_a_workbook_with_a_damaged_part_is_read_or_refused(
    name: str, at: int, noise: bytes, *, cut: bool
) -> None:
    """Packed well, and wrong inside: the reader gets past the zip."""
    part = PARTS[name]
    place = at % (len(part) + 1)
    spoilt = part[:place] + noise + (b"" if cut else part[place + len(noise) :])
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, content in PARTS.items():
            archive.writestr(other, spoilt if other == name else content)
    try:
        read_register(written.getvalue(), "x.xlsx")
    except Refusal as refusal:
        assert refusal.detail("zh")
        assert refusal.detail("en")


def test_a_paper_in_a_million_pieces_is_refused_before_it_is_read() -> None:
    """Each looks like the beginning of something packed; to unpack the rest of the file from each would take days."""
    for piece in (b"stream\n", b"stream\n\x78\x9c", b"stream\n\x78\x01\x00\xff\xff\x00\x00"):
        with pytest.raises(VoucherRefused):
            read_voucher(b"%PDF-1.7\n" + piece * (10 * _MEGABYTE // len(piece)))


@pytest.mark.parametrize(
    "filters", [("FlateDecode",) * 2, ("FlateDecode",) * 9, ("RunLengthDecode", "LZWDecode")]
)
def test_a_voucher_that_was_packed_more_than_once_is_refused(filters: tuple[str, ...]) -> None:
    content = bytes(40 * _MEGABYTE)
    for _ in filters:
        content = zlib.compress(content)
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        held = document.make_stream(b"")
        held.write(content, filter=pikepdf.Array([pikepdf.Name(f"/{one}") for one in filters]))
        document.pages[0].Contents = held
        document.save(written, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    with pytest.raises(VoucherRefused):
        read_voucher(written.getvalue())
