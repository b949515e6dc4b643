"""Cost factors of countries."""

from __future__ import annotations

import dataclasses

import pytest

from calculator.errors import InputError
from calculator.regions import EU_MEMBERS, covered, region_factors
from materials_db.database import MaterialsDB
from materials_db.load import load_database
from materials_db.schema import Basis

CELL_COUNTRIES = "CHN JPN KOR USA POL HUN DEU FRA SWE IND IDN CAN MEX ESP GBR NOR MAR THA VNM MYS"


@pytest.fixture(scope="module")
def db() -> MaterialsDB:
    return load_database()


def without(db: MaterialsDB, *keys: tuple[str, str]) -> MaterialsDB:
    kept = tuple(row for row in db.regions if (row.country, row.factor) not in keys)
    return dataclasses.replace(db, regions=kept)


def test_rows_of_the_source(db: MaterialsDB) -> None:
    """The United States of EverBatt and BatPaC, in the money of their own year."""
    usa = region_factors(db, "USA", "USD_2022")
    assert usa.building_usd_per_m2 == pytest.approx(3000.0)
    assert usa.capital_multiplier == 1.0
    china = region_factors(db, "CHN", "USD_2022")
    assert china.building_usd_per_m2 == pytest.approx(1500.0)
    assert china.capital_multiplier == pytest.approx(0.61)
    assert china.grid_carbon_kg_per_kwh == pytest.approx(0.582317)


def test_every_row_is_converted_from_its_own_year(db: MaterialsDB) -> None:
    then, now = region_factors(db, "POL", "USD_2020"), region_factors(db, "POL", "USD_2025")
    for name in ("labour_usd_per_h", "building_usd_per_m2", "electricity_usd_per_kwh"):
        assert getattr(now, name) / getattr(then, name) == pytest.approx(1.243931)
    assert now.capital_multiplier == then.capital_multiplier


def test_labour_is_the_wage(db: MaterialsDB) -> None:
    """Of 45.65 USD an hour in the United States 32.07 are wages; overheads stand for the rest."""
    usa = region_factors(db, "USA", "USD_2025")
    assert usa.labour_cost_usd_per_h == pytest.approx(45.65)
    assert usa.labour_usd_per_h == pytest.approx(32.07, abs=0.01)


def test_a_wage_of_the_reference_is_near_that_of_the_country(db: MaterialsDB) -> None:
    """The reference plant pays 25 USD (2022) an hour in the United States."""
    assert region_factors(db, "USA", "USD_2022").labour_usd_per_h == pytest.approx(25.0, rel=0.2)


def test_gas_per_megajoule(db: MaterialsDB) -> None:
    """12 USD per MMBtu are 12 / 1055.06 per MJ."""
    gas = region_factors(db, "KOR", "USD_2023").natural_gas_usd_per_mj
    assert gas == pytest.approx(12.0 / 1055.056, rel=1e-5)


@pytest.mark.parametrize("country", CELL_COUNTRIES.split())
def test_cell_countries_have_rows_of_their_own(db: MaterialsDB, country: str) -> None:
    """All but gas and the share of wages, whose rows are few."""
    found = region_factors(db, country)
    assert {fallback.factor for fallback in found.fallbacks} <= {"natural_gas", "wage_share"}
    assert set(found.records) == {
        "labour",
        "wage_share",
        "building",
        "capital_multiplier",
        "electricity",
        "natural_gas",
        "grid_carbon_intensity",
    }


def test_a_member_state_borrows_from_the_union(db: MaterialsDB) -> None:
    """Belgium has electricity and a grid, and neither labour nor capital."""
    found = region_factors(db, "BEL")
    taken = {fallback.factor: fallback.taken_from for fallback in found.fallbacks}
    assert taken["labour"] == "EUU"
    assert "electricity" not in taken
    assert {"labour", "capital_multiplier"} <= set(found.assumed)
    assert "labour of BEL is not in the table" in str(found.fallbacks[0])


def test_any_other_country_borrows_from_the_world(db: MaterialsDB) -> None:
    found = region_factors(db, "GAB")
    assert {fallback.taken_from for fallback in found.fallbacks} == {"WLD"}
    assert found.grid_carbon_kg_per_kwh != region_factors(db, "WLD").grid_carbon_kg_per_kwh


def test_rest_of_the_world(db: MaterialsDB) -> None:
    found = region_factors(db, "ROW")
    assert len(found.fallbacks) == len(found.records)


def test_nothing_stands_in_silently(db: MaterialsDB) -> None:
    poorer = without(db, ("GAB", "labour"), ("WLD", "labour"))
    with pytest.raises(InputError, match=r"labour of GAB is not in the region table .* add a row"):
        region_factors(poorer, "GAB")


def test_an_assumed_row_is_told(db: MaterialsDB) -> None:
    rows = tuple(
        row.model_copy(update={"basis": Basis.ASSUMED})
        if (row.country, row.factor) == ("CHN", "labour")
        else row
        for row in db.regions
    )
    assert region_factors(db, "CHN").assumed == ()
    assert region_factors(dataclasses.replace(db, regions=rows), "CHN").assumed == ("labour",)


def test_part_year_of_the_money_is_told(db: MaterialsDB) -> None:
    assert region_factors(db, "CHN", "USD_2024").notes == ()
    assert any("part of the year" in note for note in region_factors(db, "CHN", "USD_2026").notes)


def test_orders_of_magnitude(db: MaterialsDB) -> None:
    """Labour of Norway above the United States above Poland above China above India."""
    pay = [region_factors(db, c).labour_usd_per_h for c in ("NOR", "USA", "POL", "CHN", "IND")]
    assert pay == sorted(pay, reverse=True)


def test_covered(db: MaterialsDB) -> None:
    assert set(covered(db)) >= {"CHN", "USA", "KOR"}
    assert len(EU_MEMBERS) == 27
