"""Scenes S12, S13, S15, S17 and S18: public income, what is paid out with two keys, remuneration, deposits."""

from __future__ import annotations

from tests.books.written import scene
from tests.conftest import Books


def test_scene_s12_a_years_advert_rent_is_income_when_the_contract_makes_it_due(house: Books) -> None:
    scene(house, "s12")


def test_scene_s13_parking_shows_gross_cost_and_net(house: Books) -> None:
    scene(house, "s13")


def test_scene_s15_an_expense_passes_through_payable_with_two_keys(house: Books) -> None:
    scene(house, "s15")


def test_scene_s17_the_close_accrues_remuneration_on_what_was_collected(house: Books) -> None:
    scene(house, "s17")


def test_scene_s18_a_deposit_is_taken(house: Books) -> None:
    scene(house, "s18a")


def test_scene_s18_a_deposit_goes_back_less_what_became_the_owners(house: Books) -> None:
    scene(house, "s18b")
