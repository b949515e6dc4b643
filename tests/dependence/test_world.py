"""Loss of a supplier of the world: properties, the Union's formula, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculator.dependence import (
    eu_supply_risk,
    governance_hhi,
    import_dependence,
    import_reliance,
    losses,
    n1_table,
    world_dependence,
)
from calculator.dependence.shares import risk_of_mix, risks, world_shares
from calculator.dependence.tables import N1_COLUMNS, loss_table
from calculator.dependence.world import left_without
from calculator.errors import InputError
from materials_db.faults import DatabaseError, UnknownNameError
from materials_db.load import load_database

DB = load_database()


def fractions(least=2):
    return st.lists(st.floats(0.001, 1.0), min_size=least, max_size=12).map(
        lambda values: np.array(values) / (sum(values) * 1.0001)
    )


@given(fractions())
def test_what_is_left_is_never_above_the_total_and_falls_with_the_share_removed(shares):
    left = left_without(shares)
    assert np.all((left >= 0) & (left <= 1))
    order = np.argsort(shares)
    assert np.all(np.diff(left[order]) <= 0)


@given(fractions(), st.data())
def test_risk_of_a_mix_lies_between_its_bounds(shares, data):
    risk = np.array(
        data.draw(st.lists(st.floats(0, 1), min_size=len(shares), max_size=len(shares)))
    )
    span = np.array([risk.min() / 2, risk.mean(), 1.0])
    rest = np.array([1.0 - shares.sum()])
    low, mid, high = risk_of_mix(shares[None, :], rest, risk, span)[:, 0]
    assert 0 <= low <= mid <= high <= 1 + 1e-12


def test_a_country_without_a_score_counts_with_the_rest():
    shares, span = np.array([[0.6, 0.4]]), np.array([0.1, 0.5, 0.9])
    found = risk_of_mix(shares, np.zeros(1), np.array([0.2, np.nan]), span)[:, 0]
    assert found == pytest.approx(0.12 + 0.4 * span)


def test_every_stage_keeps_within_its_bounds():
    for row in world_dependence(DB):
        low, mid, high = row.geopolrisk
        assert 0 <= low <= mid <= high <= 1
        assert row.left_low <= row.left <= 1
        assert row.hhi_governance <= row.hhi_low <= row.hhi_high
        assert row.largest_share + row.left == pytest.approx(1)


def test_largest_is_the_largest_row_of_the_table():
    table = world_shares(DB)
    for row in world_dependence(DB):
        stated = {r.country: r.value for r in table.rows[row.material, row.stage]}
        stated.pop("ROW", None)
        assert stated[row.largest] == max(stated.values())


def test_a_rest_larger_than_all_named_is_told():
    (copper,) = [r for r in world_dependence(DB, material="copper") if r.stage == "mining"]
    assert copper.rest > copper.largest_share
    assert copper.left_low == pytest.approx(1 - copper.rest)
    assert any("not named" in note for note in copper.notes)


def test_loss_of_china_takes_most():
    found = losses(DB)
    assert found[0].country == "CHN"
    assert found[0].worst_share == max(one.worst_share for one in found)
    assert [one.country for one in losses(DB, "cobalt")][:2] == ["CHN", "COD"]
    assert sum(one.largest_of for one in found) == len(world_shares(DB).steps)
    assert len(loss_table(DB)) == len(found)


def test_year_chooses_the_scores():
    old, new = (world_dependence(DB, year, "cobalt")[0] for year in (2023, 2024))
    assert (old.risk_year, new.risk_year) == (2023, 2024)
    assert old.hhi_governance != new.hhi_governance
    with pytest.raises(InputError, match="2021; give 2023, 2024"):
        world_dependence(DB, 2021)
    assert risks(DB).year == 2024


def test_table_has_its_columns_and_keeps_to_one_material():
    table = n1_table(DB, "JPN", material="lithium")
    assert tuple(table.columns) == N1_COLUMNS
    assert set(table["material"]) == {"lithium"}
    assert list(table["view"]) == ["world"] * 2 + ["imports"] * 4
    assert n1_table(DB, "DEU", material="lithium")["view"].tolist() == ["world", "world"]


def test_unknown_names_are_refused():
    with pytest.raises(UnknownNameError, match="lithum"):
        n1_table(DB, material="lithum")
    with pytest.raises(InputError, match="'Japan' is no country"):
        import_dependence(DB, "Japan")


# --- the Union's formula -------------------------------------------------------------------


def test_supply_risk_by_hand():
    world = governance_hhi([0.5, 0.5], [0.4, 0.2])
    assert world == pytest.approx(0.25 * 4 + 0.25 * 2)
    assert governance_hhi([0.5, 0.5], [0.4, 0.2], [1.0, 0.8]) == pytest.approx(1.0 + 0.4)
    reliance = import_reliance(20, 90, 10)
    assert reliance == pytest.approx(0.8)
    found = eu_supply_risk(1.5, 2.0, reliance, 0.22, 0.9)
    assert found == pytest.approx((1.5 * 0.4 + 2.0 * 0.6) * 0.78 * 0.9)


def test_no_reliance_leaves_the_sourcing_of_the_union_alone():
    assert eu_supply_risk(9.0, 2.0, 0.0, 0.0, 1.0) == pytest.approx(2.0)
    assert import_reliance(5, 1, 3) == 0.0
    assert np.isnan(import_reliance(0, 0, 0))


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_recycling_and_substitution_never_raise_it(world, union, reliance, rate, index):
    most = eu_supply_risk(world, union, reliance, 0.0, 1.0)
    assert 0 <= eu_supply_risk(world, union, reliance, rate, index) <= most + 1e-9


def test_inputs_outside_their_range_are_refused():
    for bad in ((1, 1, 1.2, 0, 1), (1, 1, 0.5, 40, 1), (1, 1, 0.5, 0, -1), (-1, 1, 0.5, 0, 1)):
        with pytest.raises(InputError):
            eu_supply_risk(*bad)
    with pytest.raises(InputError):
        import_reliance(-1, 0, 0)


# --- own rows ------------------------------------------------------------------------------


HEADER = (
    "importer,form,material,stage,origin,measured_by,value,unit,low,high,date,source,locator,"
    "basis,confidence,note\n"
)


def own(tmp_path, *lines):
    (tmp_path / "import_shares.csv").write_text(HEADER + "".join(f"{line}\n" for line in lines))
    return load_database(tmp_path)


def test_own_imports_give_an_importer_its_score(tmp_path):
    line = "KOR,graphite,natural_graphite,mining,CHN,mass,90,%,,,2023,X1,mine,reported,low,"
    (one,) = import_dependence(own(tmp_path, line), "KOR", "natural_graphite")
    assert (one.left, one.measured_by) == (pytest.approx(0.1), "mass")
    assert all(risk.risk_year == 2023 for risk in one.risks)
    table = n1_table(own(tmp_path, line), "KOR")
    assert table[table["form"] == "graphite"]["own_data"].tolist() == [True]
    assert not table[table["form"] == "lithium_carbonate"]["own_data"].any()


def test_imports_above_all_of_them_are_refused(tmp_path):
    end = "mass,60,%,,,2023,X1,mine,reported,low,"
    lines = [f"KOR,graphite,natural_graphite,mining,{c},{end}" for c in ("CHN", "JPN")]
    with pytest.raises(DatabaseError, match="sum to 120 %"):
        own(tmp_path, *lines)


def test_imports_of_a_material_without_shares_are_refused(tmp_path):
    line = "KOR,graphite,natural_grafite,mining,CHN,mass,60,%,,,2023,X1,mine,reported,low,"
    with pytest.raises(DatabaseError, match="natural_graphite"):
        own(tmp_path, line)
