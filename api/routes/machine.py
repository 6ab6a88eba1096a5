"""What a command on the server's own machine says to the server that keeps the books, and nobody else may.

No part of the interface: whoever asks has the secret that the server left in its lock file, and acts in nobody's name.
"""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.backups import STAMP_PATTERN, write_down
from api.house import House, house_of
from api.local import LOCAL_SECRET
from api.shapes import Shape
from api.writing import Answer, respond
from ledger.errors import NotSignedIn

router = APIRouter(prefix="/api/v1/machine", include_in_schema=False)
_MOST = 2**53


class BackupIn(Shape):
    """A backup that a command has taken: the moment in its name, how large it is, and of how many compounds."""

    at: str = Field(pattern=STAMP_PATTERN)
    bytes: int = Field(ge=0, lt=_MOST)
    compounds: int = Field(ge=0, lt=_MOST)


def beside(request: Request) -> House:
    """Return the house to a command beside it.

    Raises:
        NotSignedIn: it does not know the secret.
    """
    house = house_of(request)
    said = request.headers.get(LOCAL_SECRET, "")
    if not hmac.compare_digest(said.encode(), house.local_secret.encode()):
        raise NotSignedIn
    return house


@router.post("/backups", status_code=201)
def note_backup(body: BackupIn, house: Annotated[House, Depends(beside)]) -> Response:
    """Write into the installation's trail that a command has copied all names; said twice it is written once."""
    facts = body.model_dump()
    write_down(house.database, facts, house.clock())
    return respond(Answer(facts))
