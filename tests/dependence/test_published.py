"""Published indices against ours, within what their rounding and our unnamed rest allow."""

from __future__ import annotations

import numpy as np
import pytest

from calculator.concentration import hhi_bounds
from calculator.dependence import (
    geopolrisk_by_year,
    import_dependence,
    n1_table,
    world_dependence,
)
from calculator.dependence.shares import risks, world_shares
from calculator.regions import EU_MEMBERS
from materials_db.load import load_database

DB = load_database()
TABLE = world_shares(DB)
MEMO = "IFRI_ADACHI_2026"
CUSTOMS = "BACI_CMA_2026"
ROUNDED = 0.001
"""Indices are rounded to 0.001, shares to 0.01 %."""
NO_SHARES = {
    "NdFeB_magnet": {"magnet"},
    "platinum": {"mining"},
    "dysprosium": {"mining", "refining"},
    "neodymium": {"mining", "refining"},
    "praseodymium": {"mining", "refining"},
    "terbium": {"mining", "refining"},
}
"""Published, and without rows in our table of shares."""
OTHER_SHARE = {("LFP_cathode", "active_material")}
"""Published for a Chinese share of 95 %, where our table takes 98 % of another source."""


def rows(quantity):
    return [r for r in DB.published_hhi if r.quantity == quantity and r.source != "HHI_MINE_2024"]


def name(row):
    return f"{row.material}-{row.stage}"


def answerable(row):
    step = (row.material, row.stage)
    return step in TABLE.steps and step not in OTHER_SHARE


def step_of(row):
    k = TABLE.steps.index((row.material, row.stage))
    return TABLE.shares[k], float(TABLE.rest[k])


def imports_of(importer, form, source, year=2024):
    rows = import_dependence(DB, importer, year=year)
    (found,) = [r for r in rows if (r.form, r.records[0].source) == (form, source)]
    return found


def named(row):
    return int(row.note.split()[0])


@pytest.mark.parametrize("row", [r for r in rows("hhi") if answerable(r)], ids=name)
def test_hhi_is_as_published(row):
    shares, rest = step_of(row)
    low, high = hhi_bounds(shares, rest)
    assert low - ROUNDED <= row.value <= high + ROUNDED
    if named(row) == np.count_nonzero(shares):  # then nothing is hidden in the rest
        assert row.value == pytest.approx(float(low), abs=ROUNDED)


@pytest.mark.parametrize("row", [r for r in rows("hhi_governance") if answerable(r)], ids=name)
def test_hhi_weighted_by_political_risk_is_as_published(row):
    shares, rest = step_of(row)
    scores = risks(DB, 2024)
    low = float((np.nan_to_num(scores.of(TABLE.countries)) * shares**2).sum())
    assert low - ROUNDED <= row.value <= low + rest**2 * scores.span[2] + ROUNDED
    if named(row) == np.count_nonzero(shares):
        assert row.value == pytest.approx(low, abs=ROUNDED)


def test_rows_that_our_shares_cannot_answer_are_known():
    missing = {}
    for row in rows("hhi"):
        if (row.material, row.stage) not in TABLE.steps:
            missing.setdefault(row.material, set()).add(row.stage)
    assert missing == NO_SHARES
    assert len(rows("hhi")) == 44


@pytest.mark.parametrize(
    ("material", "value"),
    [
        ("natural_graphite", 0.586),
        ("rare_earths", 0.486),
        ("cobalt", 0.571),
        ("lithium", 0.244),
        ("nickel", 0.404),
    ],
)
def test_hhi_of_2024_stands_beside_that_of_2025(material, value):
    (row,) = [r for r in DB.published_hhi if r.source == "HHI_MINE_2024" and r.material == material]
    assert (row.value, row.date, row.stage) == (value, "2024", "mining")
    (ours,) = [r for r in world_dependence(DB, material=material) if r.stage == "mining"]
    assert ours.date == "2025"
    assert ours.hhi_low == pytest.approx(value, rel=0.2)  # a year apart, another source


@pytest.mark.parametrize(
    ("form", "published", "off"),
    [
        ("graphite", 0.318, 0.032),
        ("rare_earth_compounds", 0.248, 0.033),
        ("lithium_carbonate", 0.123, 0.037),
    ],
)
def test_geopolrisk_of_japan_is_near_the_centre(form, published, off):
    found = [r for r in geopolrisk_by_year(DB, "JPN") if r.form == form and r.published]
    (risk,) = [r for r in found if r.records[0].source == MEMO]
    assert (risk.published, risk.year, risk.stage, risk.risk_year) == (
        published, "2024", "mining", 2024,
    )  # fmt: skip
    low, mid, high = risk.score
    assert low < published < high
    assert risk.off_centre == pytest.approx(published / mid - 1)
    assert 0 < risk.off_centre < off


@pytest.mark.parametrize(
    ("form", "largest", "share"),
    [
        ("graphite", "CHN", 0.86),
        ("lithium_hydroxide", "CHN", 0.84),
        ("lithium_carbonate", "CHL", 0.53),
        ("rare_earth_compounds", "CHN", 0.58),
        ("rare_earth_metals", "VNM", 0.638),
    ],
)
def test_imports_of_japan_without_their_largest_origin(form, largest, share):
    found = imports_of("JPN", form, MEMO)
    assert (found.largest, found.largest_share) == (largest, pytest.approx(share))
    assert found.left == pytest.approx(1 - share)
    assert found.hhi_low <= found.hhi_high
    assert found.rest == pytest.approx(1 - sum(found.named.values()))


def test_geopolrisk_of_lithium_carbonate_is_as_published_once_origins_are_known():
    """Customs data name all origins: the interval closes, 0.6 % below the published score."""
    found = [r for r in geopolrisk_by_year(DB, "JPN", "lithium") if r.published == 0.123]
    (risk,) = [r for r in found if r.records[0].source == CUSTOMS]
    low, mid, high = risk.score
    assert high - low < 0.0005
    assert mid == pytest.approx(0.123, abs=0.001)


def test_sources_of_the_same_imports_stand_side_by_side():
    memo = imports_of("JPN", "lithium_carbonate", MEMO)
    customs = imports_of("JPN", "lithium_carbonate", CUSTOMS)
    assert (memo.largest, customs.largest) == ("CHL", "CHL")
    assert customs.largest_share == pytest.approx(memo.largest_share, abs=0.03)
    mass = imports_of("JPN", "lithium_hydroxide", "METALNOMIST_2025")
    value = imports_of("JPN", "lithium_hydroxide", MEMO)
    assert mass.largest_share == pytest.approx(value.largest_share, abs=0.03)


@pytest.mark.parametrize("importer", ["JPN", "EUU", "USA", "KOR"])
@pytest.mark.parametrize("year", [2023, 2024])
def test_customs_data_name_nearly_all_origins(importer, year):
    rows = import_dependence(DB, importer, year=year)
    found = [r for r in rows if r.records[0].source == CUSTOMS]
    assert len(found) == 9
    assert max(r.rest for r in found) < 0.06
    inside = {c for r in found for c in r.named} & set(EU_MEMBERS)
    assert importer != "EUU" or not inside
    assert all(importer not in r.named for r in found)


def test_table_takes_the_newest_imports_of_each_good():
    table = n1_table(DB, "EUU")
    table = table[table["view"] == "imports"].set_index("form")
    assert table["date"].to_dict() == dict.fromkeys(table.index, "2024") | {"graphite": "2018"}
    assert table.loc["graphite", ["largest", "imports_by"]].tolist() == ["CHN", "mass, EC_CRM_2023"]
    assert set(n1_table(DB, "EUU", year=2023)["date"]) >= {"2023"}


def test_rare_earth_compounds_of_japan_by_hand():
    found = imports_of("JPN", "rare_earth_compounds", MEMO)
    assert found.named == pytest.approx({"CHN": 0.58, "MYS": 0.30})
    assert found.hhi_low == pytest.approx(0.58**2 + 0.30**2)
    assert found.hhi_high == pytest.approx(0.58**2 + 0.30**2 + 0.12**2)


def test_outlook_of_2035_stands_with_refined_supply():
    table = n1_table(DB)
    told = table[table["outlook_2035"] != ""].set_index("material")["outlook_2035"].to_dict()
    assert told == {
        "graphite": "35 to 40 %",
        "rare_earths": "35 to 40 %",
        "nickel": "below 55 %",
        "lithium": "65 %",
        "cobalt": "65 %",
        "copper": "about 100 %",
    }


def test_supply_risk_of_the_union_is_the_latest_and_its_trend_is_told():
    (found,) = [r for r in world_dependence(DB, material="cobalt") if r.stage == "mining"]
    assert found.eu_supply_risk == 2.8
    assert found.eu_trend == "2011 1.1, 2014 1.6, 2017 1.6, 2020 2.5, 2023 2.8"
    (earths,) = [r for r in world_dependence(DB, material="rare_earths") if r.stage == "mining"]
    assert earths.eu_supply_risk == 5.1
    assert any("heavy rare earths, light rare earths" in note for note in earths.notes)
