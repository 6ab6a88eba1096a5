"""The compound's books in one file, an owner's proof, and what was erased by right."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response
from pydantic import Field, model_validator
from sqlmodel import col, select

from api.deps import OpenBook, Reading
from api.identity import Allowed, Member, OnRecord
from api.publishing import Audience, today_in
from api.routes.accounts import WATCHERS
from api.routes.answering import act_answer, file_answer
from api.routing import Router
from api.shapes import Code, Shape, Wire, Words, to_wire
from api.writing import Answer, Pen, Writing
from ledger.actions.erase import (
    ERASING_WORDS,
    EraseFile,
    ErasePerson,
    EraseRemark,
    erase_file,
    erase_person,
    erase_remark,
)
from ledger.rules.audit import Note, What
from ledger.rules.roles import FULL_READERS, INSIDERS, KEEPERS
from ledger.rules.seal import canonical
from ledger.rules.unit import check_unit_code
from ledger.store.append import Journal
from ledger.store.registers import head
from ledger.store.tables import Erasure

router = Router(prefix="/api/v1/compounds/{compound}", tags=["导出与验证 · Export and verification"])
_FULL, _NAMES = Allowed(FULL_READERS), Allowed(KEEPERS)
_PROOFS = OnRecord(INSIDERS, "proofs", "unit")
_PROVING = OnRecord(INSIDERS, "proof", "seq", "line", kind=What.PROOF_ISSUED)
_SEQ = Path(ge=1, le=2**53)
_SHA256 = r"^[0-9a-f]{64}$"


@router.get("/export.zip", summary="导出整套账")
def read_export(
    request: Request,
    compound: OpenBook,
    session: Reading,
    audience: Annotated[Audience, Query()] = "public",
    *,
    registers: Annotated[bool, Query(description="含姓名、电话与备注 · with names and remarks")] = False,
) -> Response:
    """Return the whole compound in one zip file that anybody can verify; the public one is open to everybody.

    The full export opens every act and is for the treasurer, the committee and the auditor; names and remarks
    travel only with the treasurer's. Each full export is a line of the audit trail, written before the answer.
    """
    if audience == "full":
        member = (_NAMES if registers else _FULL).member(request, compound)
        seq, hashed = head(session, compound)
        done = Note(What.REGISTERS_EXPORTED if registers else What.FULL_EXPORT, {"seq": seq, "hash": hashed})
        request.app.state.house.trail.note(compound, member.actor, done)
    from reports.archive.writing import write_export  # here: a command starts without Beancount

    today = today_in(session, compound, request.app.state.house.clock())
    content = write_export(session, compound, today, audience, with_registers=registers)
    return file_answer(content, f"{compound}-{audience}-{today.isoformat()}.zip")


@router.get("/units/{unit}/proofs", summary="可证明的分户明细")
def list_proofs(
    unit: Annotated[str, Path(max_length=40)], member: Annotated[Member, Depends(_PROOFS)], session: Reading
) -> Wire:
    """List every line of the books about a unit, with the address of its proof."""
    from reports.archive.proof import owned_lines  # here: a command starts without pikepdf

    lines = owned_lines(session, member.compound, check_unit_code(unit))
    here = f"/api/v1/compounds/{member.compound}/entries"
    return {
        "unit": unit,
        "items": [
            {**to_wire(one), "proof": f"{here}/{one.seq}/lines/{one.line}/proof.json"} for one in lines
        ],
    }


@router.get("/entries/{seq}/lines/{line}/proof.json", summary="一笔明细的证明")
def read_proof(
    seq: Annotated[int, _SEQ],
    line: Annotated[int, _SEQ],
    member: Annotated[Member, Depends(_PROVING)],
    session: Reading,
) -> Response:
    """Return the proof that one private line is inside a published amount; no other owner's amount is in it."""
    from reports.archive.proof import write_proof  # here: a command starts without pikepdf

    proof = write_proof(session, member.compound, seq, line)
    return file_answer(canonical(proof), f"proof-{member.compound}-{seq}-{line}.json")


class ErasureIn(Shape):
    """What is erased: a file by its ``sha256``, the words of act ``seq``, or who debtor ``debtor`` of ``unit`` is."""

    what: Literal["file", "remark", "person"]
    basis: Words
    sha256: Annotated[str, Field(pattern=_SHA256)] | None = None
    seq: Annotated[int, Field(ge=1, le=2**53)] | None = None
    unit: Code | None = None
    debtor: Annotated[int, Field(ge=1, le=9999)] | None = None

    @model_validator(mode="after")
    def _names_one_thing(self) -> ErasureIn:
        given = {name for name in ("sha256", "seq", "unit", "debtor") if getattr(self, name) is not None}
        wanted = {"file": {"sha256"}, "remark": {"seq"}, "person": {"unit", "debtor"}}[self.what]
        if given != wanted:
            raise ValueError(f"{self.what}: {', '.join(sorted(wanted))}")
        return self

    def carry_out(self, journal: Journal) -> Any:
        """Erase it."""
        if self.what == "file":
            return erase_file(journal, EraseFile(self.sha256 or "", self.basis))
        if self.what == "remark":
            return erase_remark(journal, EraseRemark(self.seq or 0, self.basis))
        return erase_person(journal, ErasePerson(self.unit or "", self.debtor or 0, self.basis))


@router.post("/erasures", status_code=201, summary="依规删除")
def erase(body: ErasureIn, pen: Annotated[Pen, Depends(Writing(ERASING_WORDS))]) -> Response:
    """Erase a name, a remark or (the committee only) a voucher's file; that it was done stays on record."""

    def work(journal: Journal) -> Answer:
        return act_answer(journal, body.carry_out(journal), what=body.what)

    return pen.write(work, alone=True)


@router.get("/erasures", summary="已删除的内容")
def list_erasures(member: Annotated[Member, Depends(Allowed(WATCHERS))], session: Reading) -> Wire:
    """List what was erased and on what basis; units are left out."""
    query = select(Erasure).where(Erasure.compound == member.compound).order_by(col(Erasure.seq))
    items = [
        {"seq": one.seq, "what": one.what, "sha256": one.sha256, "of_seq": one.of_seq, "basis": one.basis}
        for one in session.exec(query)
    ]
    return {"items": items}
