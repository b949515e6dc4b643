"""The table of laws: what holds on a day, what is said of it, and what it refuses."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from calculator.errors import InputError
from calculator.policy import (
    ON_PLAN,
    law_on,
    members,
    policy_choices,
    requirements,
    status_words,
)
from calculator.scenario.policy_rules import _MADE
from calculator.sourcing.rules.recycled_law import eu_recycled_floors
from materials_db.load import load_database
from materials_db.policy_checks import policy_faults
from materials_db.policy_steps import first_day, last_day

DB = load_database()


def values(policy: str, on: int | str, name: str) -> dict[str, float]:
    return {r.subject: r.value for r in law_on(DB, policy, on).of(name)}


@pytest.mark.parametrize(
    ("on", "floors"),
    [
        ("2031-08-17", {}),
        ("2031-08-18", {"cobalt": 16, "lithium": 6, "nickel": 6, "lead": 85}),
        (2031, {"cobalt": 16, "lithium": 6, "nickel": 6, "lead": 85}),
        ("2036-08-17", {"cobalt": 16, "lithium": 6, "nickel": 6, "lead": 85}),
        (2036, {"cobalt": 26, "lithium": 12, "nickel": 15, "lead": 85}),
        (2090, {"cobalt": 26, "lithium": 12, "nickel": 15, "lead": 85}),
    ],
)
def test_recycled_content_by_day(on: int | str, floors: dict[str, float]) -> None:
    assert values("EU_RECYCLED_CONTENT", on, "recycled_share") == floors


@pytest.mark.parametrize(
    ("year", "lithium", "others"),
    [(2026, None, None), (2027, 50, 90), (2030, 50, 90), (2031, 80, 95), (2040, 80, 95)],
)
def test_recovery_between_two_steps_is_the_step_in_force(
    year: int, lithium: float | None, others: float | None
) -> None:
    found = values("EU_RECYCLING", year, "material_recovery")
    assert found.get("lithium") == lithium
    assert {found.get(m) for m in ("cobalt", "copper", "lead", "nickel")} == {others}


def test_the_floors_of_the_optimiser_are_those_of_the_table() -> None:
    old = {
        2031: {"cobalt": 0.16, "lithium": 0.06, "nickel": 0.06},
        2036: {"cobalt": 0.26, "lithium": 0.12, "nickel": 0.15},
    }
    for year, shares in old.items():
        rules = eu_recycled_floors(year)
        assert {rule.element: rule.share for rule in rules} == shares
    assert [rule.name for rule in eu_recycled_floors(2031, ["Co"])] == [
        "EU recycled cobalt 2031 (Art. 8(2)(a))"
    ]
    assert eu_recycled_floors(2030) == ()


def test_a_floor_of_another_table_counts() -> None:
    rows = tuple(
        n.model_copy(update={"value": 50.0}) if n.subject == "cobalt" else n
        for n in DB.policy_numbers
    )
    other = dataclasses.replace(DB, policy_numbers=rows)
    assert eu_recycled_floors(2031, ["cobalt"], db=other)[0].share == 0.5


def test_benchmarks_and_cost_shares() -> None:
    assert values("EU_CRMA", 2030, "domestic_share") == {
        "mining": 10, "refining": 40, "recycling": 25,
    }  # fmt: skip
    assert values("EU_CRMA", 2030, "largest_third_country_share") == {"each_stage": 65}
    by_year = {
        year: values("US_MACR", year, "least_clean_cost_share")["energy_storage"]
        for year in range(2026, 2031)
    }
    assert by_year == {2026: 55, 2027: 60, 2028: 65, 2029: 70, 2030: 75}


def test_before_its_first_step_a_law_asks_for_nothing_and_says_so() -> None:
    early = law_on(DB, "EU_CRMA", 2029)
    assert early.requirements == ()
    assert any("asks for nothing on 31 Dec 2029: its first step is of 1 Jan 2030" in n
               for n in early.notes)  # fmt: skip
    assert requirements(DB, "US_MACR", 2025) == ()


def test_an_ended_law_asks_for_nothing_and_says_so() -> None:
    assert values("US_IRA_30D", "2025-09-30", "share") == {
        "critical_minerals": 60, "battery_components": 60,
    }  # fmt: skip
    after = law_on(DB, "US_IRA_30D", "2025-10-01")
    assert after.requirements == ()
    assert any("it ended on 30 Sep 2025" in note for note in after.notes)


def test_standing_is_told() -> None:
    assert status_words(DB.policies["EU_IAA"]) == "proposal of 4 Mar 2026"
    assert "EU_IAA is a proposal of 4 Mar 2026, not law" in law_on(DB, "EU_IAA", 2027).notes
    assert any("binds the Union, not a buyer" in n for n in law_on(DB, "EU_CRMA", 2030).notes)
    assert law_on(DB, "EU_RECYCLED_CONTENT", 2031).notes == ()


def test_recalled_numbers_are_told() -> None:
    assert "energy_storage" in law_on(DB, "US_MACR", 2029).recalled[0]
    assert "energy_storage" not in "".join(law_on(DB, "US_MACR", 2028).recalled)
    for number in DB.policy_numbers:
        if number.policy == "US_MACR" and number.valid_from == "2029":
            assert number.recalled == (number.subject != "critical_mineral")


def test_lists() -> None:
    assert members(DB, "US_MACR", "prohibited_country", 2026) == ("CHN", "RUS", "IRN", "PRK")
    makers = ("CATL", "BYD", "Envision", "EVE", "Gotion", "Hithium")
    assert members(DB, "US_NDAA_154", "prohibited_maker", 2027) == makers
    assert members(DB, "US_NDAA_154", "prohibited_maker", "2027-09-30") == ()
    assert members(DB, "EU_IAA", "trusted_partner", 2027) == ()


def test_choices_are_those_of_the_importer() -> None:
    assert {c.id for c in policy_choices(DB, "DEU")} == {c.id for c in policy_choices(DB, "EUU")}
    assert {c.id for c in policy_choices(DB, "USA")} == {"US_MACR", "US_45X"}
    assert policy_choices(DB, "KOR") == ()
    cell = next(c for c in policy_choices(DB, "USA") if c.id == "US_MACR")
    assert cell.years == (2026, 2027, 2028, 2029, 2030)
    assert "energy_storage" in cell.products
    footprint = next(c for c in policy_choices(DB, "FRA") if c.id == "EU_CARBON_FOOTPRINT")
    assert footprint.needs == ("cap",)
    assert footprint.years == ()


def test_every_law_on_offer_can_be_stated() -> None:
    assert set(ON_PLAN) == set(_MADE)
    assert set(ON_PLAN) <= set(DB.policies)


def test_every_number_holds_on_its_first_and_last_day() -> None:
    for number in DB.policy_numbers:
        row = DB.policies[number.policy]
        day = first_day(number.valid_from)
        if row.valid_to is not None and last_day(row.valid_to) < day:
            continue
        held = [r.record for r in law_on(DB, number.policy, day).requirements]
        assert number in held


@pytest.mark.parametrize(
    ("policy", "on", "said"),
    [
        ("EU_CRM", 2030, "policy 'EU_CRM' is not known; did you mean 'EU_CRMA'"),
        ("EU_CRMA", "soon", "'soon' is no date; give a year or a day"),
        ("EU_CRMA", "2030-02-30", "'2030-02-30' is no date"),
    ],
)
def test_a_mistake_is_one_sentence(policy: str, on: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        law_on(DB, policy, on)


def test_a_date_object_will_do() -> None:
    assert law_on(DB, "EU_CRMA", date(2030, 1, 1)).requirements


def faults_with(**changes: object) -> list[str]:
    number = DB.policy_numbers[0].model_copy(update=changes)
    other = dataclasses.replace(DB, policy_numbers=(number,), policy_members=())
    return [str(fault) for fault in policy_faults(other)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"policy": "EU_CRMAA"}, "policy 'EU_CRMAA' is not known; did you mean 'EU_CRMA'"),
        ({"valid_from": "2032", "valid_to": "2031"}, "it ends on 2031 before it starts on 2032"),
        ({"valid_from": "2031-02-30"}, "is not in the calendar"),
        ({"value": 120.0}, "recycled_share of cobalt is 120 %; give 0 to 100 %"),
    ],
)
def test_a_faulty_row_is_told(changes: dict[str, object], said: str) -> None:
    found = faults_with(**changes)
    assert len(found) == 1
    assert said in found[0]


def test_a_list_names_firms_only_of_makers() -> None:
    member = DB.policy_members[0].model_copy(update={"firm": "CATL", "list": "trusted_partner"})
    other = dataclasses.replace(DB, policy_members=(member,))
    assert "list 'trusted_partner' has the firm 'CATL'" in str(next(policy_faults(other)))
    assert not list(policy_faults(DB))
