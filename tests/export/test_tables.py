"""Tidy tables say what the evaluations say, with unit, basis and sources on every row."""

from dataclasses import replace

import pytest

from calculator.errors import InputError
from calculator.requests import DEFAULT_DECK, DEFAULT_FORMAT, DEFAULT_REGION, DEFAULT_YEAR
from calculator.scenario import Scenario, make_scenario
from calculator.scenario.run import evaluate_scenario, scenario_database
from calculator.tables import (
    WHOLE_CELL,
    Shown,
    bill_table,
    comparison_table,
    cost_by_component_table,
    cost_by_step_table,
    element_table,
    inputs_table,
    notes_table,
    price_table,
    records_table,
    shown_in,
    sources_table,
    support,
)
from calculator.terminal import aligned, crossed, figure, merged, shortened

SCENARIO = make_scenario({"chemistries": ["LFP", "SSL-Ni95-Si", "ASSB-sulfide-Li"]})
BASES = {"measured", "reported", "derived", "assumed"}


@pytest.fixture(scope="module")
def db():
    return scenario_database(SCENARIO)


@pytest.fixture(scope="module")
def evaluations(db):
    return evaluate_scenario(db, SCENARIO)


@pytest.fixture(scope="module")
def shown(db):
    return shown_in(db, "EUR", 2025)


def test_defaults_of_a_scenario_are_those_of_a_request_and_exist(db):
    plain = Scenario(chemistries=("LFP",))
    assert (plain.format, plain.deck, plain.region, plain.year) == (
        DEFAULT_FORMAT,
        DEFAULT_DECK,
        DEFAULT_REGION,
        DEFAULT_YEAR,
    )
    assert plain.format in db.formats
    assert plain.deck in db.decks


def test_costs_in_a_currency_are_dollars_times_one_factor(evaluations, shown):
    assert shown.money == "EUR_2025"
    for e in evaluations:
        for scope, whole in (("cell", e.cost.cell_usd_per_kwh), ("pack", e.cost.pack_usd_per_kwh)):
            table = cost_by_component_table([e], shown, scope)
            assert table["value"].sum() == pytest.approx(whole * shown.factor, rel=1e-9)
            assert set(table["unit"]) == {"EUR_2025/kWh"}
        steps = cost_by_step_table([e], shown)
        assert steps["value"].sum() == pytest.approx(e.cost.cell_usd_per_kwh * shown.factor)


def test_comparison_repeats_the_design(evaluations, shown):
    table = comparison_table(evaluations, shown).set_index(["chemistry", "item"])["value"]
    for e in evaluations:
        name = e.chemistry.id
        assert table[name, "specific energy"] == e.cell.specific_energy_wh_per_kg
        assert table[name, "pack mass"] == e.pack.mass_kg
        marginal, full = table[name, "cell cost, marginal"], table[name, "cell cost"]
        assert 0 < marginal < full


def test_elements_add_up_and_units_agree(db, evaluations):
    table = element_table(db, evaluations)
    grams = table[table["unit"] == "g/kWh"]
    parts = grams[grams["component"] != WHOLE_CELL].groupby(["chemistry", "element", "item"])
    whole = grams[grams["component"] == WHOLE_CELL].set_index(["chemistry", "element", "item"])
    assert (parts["value"].sum() - whole["value"]).abs().max() < 1e-9
    by_unit = table[table["component"] == WHOLE_CELL].pivot(
        index=["chemistry", "element", "item"], columns="unit", values="value"
    )
    assert (by_unit["g/kWh"] == by_unit["t/GWh"]).all()
    for e in evaluations:
        kwh = e.pack.energy_kwh
        rows = by_unit.loc[e.chemistry.id]
        assert (rows["kg/vehicle"] - rows["g/kWh"] * kwh / 1000).abs().max() < 1e-9
    lithium = table[table["element"] == "Li"]["critical"]
    assert lithium.str.contains("EU_2023 strategic").all()


def test_bill_costs_what_the_kernel_says(evaluations, shown):
    table = bill_table(evaluations, shown)
    for e in evaluations:
        rows = table[table["chemistry"] == e.chemistry.id]
        cost = rows[rows["item"] == "cost"]["value"].sum()
        assert cost == pytest.approx(sum(e.cost.materials_usd_per_kwh.values()) * shown.factor)
        bought = rows[rows["item"] == "bought"]["value"].to_numpy()
        assert (bought >= rows[rows["item"] == "in cell"]["value"].to_numpy()).all()


def test_every_row_has_unit_basis_and_known_sources(db, evaluations, shown):
    tables = [
        comparison_table(evaluations, shown),
        cost_by_component_table(evaluations, shown),
        cost_by_step_table(evaluations, shown),
        bill_table(evaluations, shown),
        element_table(db, evaluations),
        price_table(evaluations, shown),
    ]
    for table in tables:
        assert len(table)
        assert set(table["basis"]) <= BASES
        assert table["unit"].str.len().min() > 0
        assert {name for row in table["sources"] for name in row.split()} <= set(db.sources)
        assert table["value"].notna().all()


def test_basis_is_the_weakest_of_the_records(evaluations):
    records = evaluations[0].records
    by_basis = {basis: [r for r in records if r.basis.value == basis] for basis in BASES}
    assert support(by_basis["reported"]).basis == "reported"
    assert support([*by_basis["reported"], *by_basis["derived"]]).basis == "derived"
    both = support([*by_basis["reported"], *by_basis["assumed"]])
    assumed, count = len(by_basis["assumed"]), len(by_basis["reported"]) + len(by_basis["assumed"])
    assert (both.basis, both.assumed, both.share) == ("assumed", assumed, f"~ {assumed}/{count}")
    assert (support(by_basis["reported"]).share, support([]).basis) == (str(count - assumed), "")


def test_provenance_sheets_hold_every_record_note_and_input(db, evaluations):
    assert len(records_table(evaluations)) == sum(len(e.records) for e in evaluations)
    assert len(notes_table(evaluations)) == sum(len(e.notes) for e in evaluations)
    sources = sources_table(db, [row for e in evaluations for row in e.records])
    assert sources["records"].sum() == sum(len(e.records) for e in evaluations)
    assert list(sources["records"]) == sorted(sources["records"], reverse=True)
    inputs = inputs_table(SCENARIO).set_index("key")["value"]
    assert inputs["chemistries[2]"] == "SSL-Ni95-Si"
    assert inputs["pack.energy"] == "75 kWh"
    assert inputs["volume"] == "30 GWh/year"


def test_records_of_a_file_go_by_their_path_in_it(evaluations):
    table = records_table(evaluations)
    lfp = table[table["chemistry"] == "LFP"].set_index("record")
    assert lfp.loc["positive.coating.porosity", "value"] == 0.30
    assert lfp.loc["LFP density", "unit"] == "g/cm3"
    assert not table["record"].str.contains("chemistry or format").any()
    assert table["record"].str.startswith("format.").any()
    assert table["record"].str.len().min() > 0


def test_long_names_are_shortened_in_tables_alone():
    name = "x" * 61
    assert shortened(name[:60]) == name[:60]
    assert shortened(name) == "x" * 57 + "..."


def test_chemistries_without_a_price_are_told_together(db):
    kept = tuple(row for row in db.prices if row.item not in ("graphite", "LPSCl"))
    poorer = replace(db, prices=kept)
    asked = make_scenario({"chemistries": ["LFP", "ASSB-sulfide-Li", "ASSB-oxide-Li"]})
    with pytest.raises(InputError) as caught:
        evaluate_scenario(poorer, asked)
    first, second = str(caught.value).splitlines()
    assert first.startswith("LFP: no price of graphite in deck quotes_2026-06")
    assert second.startswith("ASSB-sulfide-Li: no price of LPSCl in deck quotes_2026-06")
    assert "; add a row" in first


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1234.5, "1,234"),
        (99.96, "100"),
        (9.996, "10.0"),
        (1.234, "1.23"),
        (0.5, "0.500"),
        (0.00123, "0.0012"),
        (-12.34, "-12.3"),
        (float("nan"), "-"),
        (None, "-"),
    ],
)
def test_figures_have_about_three_digits(value, text):
    assert figure(value) == text


def test_columns_line_up_and_nothing_unprintable_passes():
    text = aligned(["a", "b"], [["x\x1b[31m", "1"], ["long name", "1,000"]], ["", "kg"])
    lines = text.splitlines()
    assert {line.rstrip()[-1] for line in lines} <= set("bg10-")
    assert len({len(line) for line in lines}) == 1
    assert "\x1b" not in text


def test_crossed_tables_keep_every_value_and_sum(evaluations):
    table = cost_by_component_table(evaluations, Shown("USD_2025"))
    text = crossed(table, "component", "chemistry", total="cell")
    lines = {line.split("  ")[0].strip(): line for line in text.splitlines()}
    assert set(table["component"]) <= set(lines)
    assert f"{figure(float(evaluations[0].cost.cell_usd_per_kwh))}" in lines["cell"]


def test_merged_order_keeps_the_order_of_each_list():
    assert merged([["a", "c"], ["b", "c", "d"], ["a", "b"]]) == ["b", "a", "c", "d"]
    assert merged([["a", "c", "d"], ["a", "b", "c"]]) == ["a", "b", "c", "d"]
