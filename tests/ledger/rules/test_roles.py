from __future__ import annotations

import pytest

from ledger.errors import RoleRefused, SameBody, SamePerson
from ledger.rules.roles import Actor, Body, Role, check_second_key, require


@pytest.mark.parametrize("asked", Body)
@pytest.mark.parametrize("approved", Body)
def test_the_two_keys_are_of_two_bodies(asked: Body, approved: Body) -> None:
    second = Actor("second", Role.COMMITTEE, approved)
    if asked is approved:
        with pytest.raises(SameBody):
            check_second_key(second, "first", asked)
    else:
        check_second_key(second, "first", asked)


@pytest.mark.parametrize("body", Body)
def test_nobody_turns_both_keys_even_for_two_bodies(body: Body) -> None:
    with pytest.raises(SamePerson):
        check_second_key(Actor("one", Role.COMMITTEE, body), "one", Body.TRUSTEE)


def test_the_refusal_names_the_roles_that_may() -> None:
    with pytest.raises(RoleRefused) as refused:
        require(Actor("o", Role.OPERATOR, Body.OPERATOR), frozenset({Role.TREASURER, Role.TRUSTEE}))
    assert "treasurer, trustee" in refused.value.detail("zh")
