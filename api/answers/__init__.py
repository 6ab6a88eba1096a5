"""What every route answers when it does not refuse: one line a route, by the name of its function."""

from __future__ import annotations

from api.answers import decided, funds, opening, overdue, owed, paid, published, received
from api.answers.kinds import Described

#: By the name of the route; ``api.interface`` draws the schemas, and tests hold every answer against them.
ANSWERS: dict[str, Described] = {
    **opening.ANSWERS,
    **owed.ANSWERS,
    **overdue.ANSWERS,
    **received.ANSWERS,
    **decided.ANSWERS,
    **paid.ANSWERS,
    **funds.ANSWERS,
    **published.ANSWERS,
}
