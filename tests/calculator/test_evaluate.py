"""The facade: sums, scaling, monotony and draws, on the shipped database."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.errors import InputError
from calculator.evaluation import compute, evaluate, evaluate_draws, outputs, prepare
from calculator.pack import PackTarget
from calculator.requests import request_for

NAMES = ["LFP", "NMC811", "SSL-Ni95-Si", "ASSB-sulfide-Li", "ASSB-sulfide-AF", "Na-NFM"]
FORMATS = ["prismatic_EV", "pouch_EV", "blade_EV", "cylindrical_4680", "cylindrical_21700"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fmt", FORMATS)
def test_parts_sum_to_the_whole(db, name, fmt):
    found = evaluate(db, request_for(db, name, cell_format=fmt))
    cost = found.cost
    for scope, total in (("cell", cost.cell_usd_per_kwh), ("pack", cost.pack_usd_per_kwh)):
        assert sum(cost.by_component(scope).values()) == pytest.approx(total, abs=1e-9)
    assert sum(cost.by_step().values()) == pytest.approx(cost.cell_usd_per_kwh, abs=1e-9)
    assert sum(found.cell.mass_g_by_part.values()) == pytest.approx(found.cell.mass_g, rel=1e-12)
    assert found.pack.energy_kwh == pytest.approx(75.0, rel=0.06)


@pytest.mark.parametrize("name", [*NAMES, "ASSB-oxide-Li", "QSS-oxide-AF", "ASSB-halide-Li"])
def test_elements_in_the_cell_are_those_of_its_materials(db, name):
    found = evaluate(db, request_for(db, name))
    kwh = found.cell.energy_wh / 1000.0
    for element in found.elements.names:
        from_masses = sum(
            grams * found.case.composition[material].get(element, 0.0)
            for (_, material), grams in found.cell.mass_g_by_part.items()
        )
        assert found.elements.in_cell_g_per_kwh(element) * kwh == pytest.approx(from_masses)
        bought = found.elements.bought_g_per_kwh(element)
        assert bought >= found.elements.in_cell_g_per_kwh(element) * (1 - 1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_bought_less_what_is_lost_is_what_stays(db, name):
    found = evaluate(db, request_for(db, name))
    yields = found.case.yields
    for line in found.bill.lines:
        if line.component == "positive coating":
            share = yields.cell * yields.electrode
            assert line.bought_kg_per_kwh * share == pytest.approx(line.in_cell_kg_per_kwh)


@settings(max_examples=15, deadline=None)
@given(low=st.floats(0.6, 0.98), gain=st.floats(0.001, 0.2))
def test_more_yield_never_costs_more(db, low, gain):
    request = request_for(db, "NMC811")
    costs = [
        evaluate(db, replace(request, yields={"cell": value})).cost.cell_usd_per_kwh
        for value in (low, min(1.0, low + gain))
    ]
    assert costs[1] <= costs[0] * (1 + 1e-12)


@settings(max_examples=15, deadline=None)
@given(factor=st.floats(1.01, 3.0))
def test_a_dearer_material_never_makes_a_cheaper_cell(db, factor):
    request = request_for(db, "LFP")
    base = evaluate(db, request)
    price = base.case.prices["LFP"].usd_per_kg
    dearer = evaluate(db, replace(request, prices={"LFP": price * factor}))
    assert dearer.cost.cell_usd_per_kwh > base.cost.cell_usd_per_kwh


def test_a_larger_plant_is_cheaper_a_kwh(db):
    costs = [
        evaluate(db, request_for(db, "LFP", volume_gwh_per_year=v)).cost.cell_usd_per_kwh
        for v in (1.0, 5.0, 30.0, 100.0)
    ]
    assert costs == sorted(costs, reverse=True)


def test_marginal_below_full_and_levelised_above_marginal(db):
    cost = evaluate(db, request_for(db, "NMC811")).cost
    for scope in ("cell", "pack"):
        assert cost.view("marginal", scope) < cost.view("full", scope)
        assert cost.view("marginal", scope) < cost.view("levelised", scope)


def test_draws_equal_scalar_calls_in_order(db):
    rng = np.random.default_rng(1)
    n = 40_000
    drawn = replace(
        request_for(db, "NMC811"),
        cell={"areal_capacity_mah_per_cm2": rng.uniform(3.0, 5.0, n)},
        prices={"NMC811": rng.uniform(15.0, 30.0, n)},
        yields={"cell": rng.uniform(0.85, 0.98, n)},
    )
    found = evaluate_draws(db, drawn)
    plan = prepare(db, drawn)[0].pack
    for i in (0, 1, 8_191, 8_192, n - 1):
        one = replace(
            drawn,
            cell={k: float(v[i]) for k, v in drawn.cell.items()},
            prices={k: float(v[i]) for k, v in drawn.prices.items()},
            yields={k: float(v[i]) for k, v in drawn.yields.items()},
        )
        case, *_ = prepare(db, one)
        scalar = outputs(compute(replace(case, pack=plan)))
        assert list(found) == list(scalar)
        for name, value in scalar.items():
            assert found[name][i] == pytest.approx(value, rel=1e-12), name


def test_draws_do_not_depend_on_threads(db):
    rng = np.random.default_rng(2)
    drawn = replace(
        request_for(db, "LFP"), cell={"positive_porosity": rng.uniform(0.2, 0.35, 50_000)}
    )
    one, two = (evaluate_draws(db, drawn, threads=t) for t in (1, 2))
    for name in one:
        np.testing.assert_array_equal(one[name], two[name])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cell": {"positive_porosity": 1.2}}, "porosity"),
        ({"cell": {"separator_thickness_um": -3.0}}, "separator_thickness_um"),
        ({"cell": {"thickness": 3.0}}, "unknown override"),
        ({"cell": {"positive_active_fraction": 1.2}}, "positive_active_fraction must lie above 0"),
        ({"cell": {"negative_active_fraction": 0.0}}, "negative_active_fraction must lie above 0"),
        ({"cell": {"metal_excess_um": 5.0}}, "LFP has no metal negative; leave it out"),
        ({"yields": {"cell": 1.2}}, "yield cell"),
        ({"yields": {"soup": 0.9}}, "unknown yield 'soup'; known: cell"),
        ({"rates": {"labour_usd_per_h": -1.0}}, "labour_usd_per_h"),
        ({"prices": {"LFP": float("nan")}}, "price of LFP"),
        ({"volume_gwh_per_year": 0.0}, "volume"),
        ({"pack": PackTarget(energy_kwh=0.0)}, "pack energy"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(db, change, message):
    with pytest.raises(InputError, match=message) as caught:
        evaluate(db, replace(request_for(db, "LFP"), **change))
    assert "\n" not in str(caught.value)


def test_metals_move_an_indexed_cathode(db):
    request = request_for(db, "NMC811", deck="quotes_2025-06")
    base = evaluate(db, request)
    nickel = prepare(db, replace(request, prices={"nickel": 30.0}))[0].prices["NMC811"]
    formula = db.index_formula("NMC811", "quotes_2025-06")
    assert formula is not None
    assert nickel.indexed
    assert nickel.usd_per_kg > base.case.prices["NMC811"].usd_per_kg


@pytest.mark.parametrize(
    ("name", "override", "missing"),
    [
        ("ASSB-sulfide-AF", "negative_capacity_mah_per_g", "negative coating"),
        ("ASSB-sulfide-Li", "n_p_ratio", "negative coating"),
        ("ASSB-sulfide-Li", "liquid_g_per_ah", "liquid"),
    ],
)
def test_a_number_of_a_part_that_is_not_there_is_refused(db, name, override, missing):
    with pytest.raises(InputError, match=f"override {override}: {name} has no {missing}; leave"):
        evaluate(db, request_for(db, name, cell={override: 1.0}))


@pytest.mark.parametrize(("name", "side"), [("NMC811", "positive"), ("LFP", "negative")])
def test_an_active_fraction_leaves_the_others_their_proportions(db, name, side):
    base = evaluate(db, request_for(db, name)).case.spec
    spec = evaluate(db, request_for(db, name, cell={f"{side}_active_fraction": 0.9})).case.spec
    old, new = getattr(base, side).parts, getattr(spec, side).parts
    assert sum(p.mass_fraction for p in new) == pytest.approx(1.0, abs=1e-12)
    assert sum(p.mass_fraction for p in new if p.is_active) == pytest.approx(0.9)
    inert = [(a.mass_fraction, b.mass_fraction) for a, b in zip(old, new, strict=True)][1:]
    assert inert[0][1] / inert[0][0] == pytest.approx(inert[1][1] / inert[1][0])


def test_a_coating_of_one_ingredient_has_no_active_fraction_to_change(db):
    chemistry = db.chemistry("LFP")
    coating = chemistry.positive.coating
    alone = coating.components[0]
    whole = alone.model_copy(
        update={"mass_fraction": alone.mass_fraction.model_copy(update={"value": 1.0})}
    )
    bare = coating.model_copy(update={"components": (whole,)})
    changed = chemistry.model_copy(
        update={"positive": chemistry.positive.model_copy(update={"coating": bare})}
    )
    request = replace(request_for(db, "LFP"), chemistry=changed)
    with pytest.raises(InputError, match="all active material; its active fraction cannot"):
        evaluate(db, replace(request, cell={"positive_active_fraction": 0.9}))


def test_a_dearer_gas_makes_a_dearer_cell(db):
    base = evaluate(db, request_for(db, "LFP"))
    gas = base.region.natural_gas_usd_per_mj
    same, dear = (
        evaluate(db, request_for(db, "LFP", rates={"natural_gas_usd_per_mj": usd}))
        for usd in (gas, 2 * gas)
    )
    assert same.cost.cell_usd_per_kwh == pytest.approx(base.cost.cell_usd_per_kwh, rel=1e-12)
    heat = sum(base.case.plant.heat_kwh_per_kwh.values()) * gas * 3.6
    more = dear.cost.cell.electricity_usd - base.cost.cell.electricity_usd
    assert more == pytest.approx(heat)


# --- steps that only some cells have --------------------------------------------------------------


@pytest.mark.parametrize("name", ["ASSB-sulfide-Li", "ASSB-oxide-Li", "ASSB-polymer-LFP"])
def test_laminating_lithium_foil_costs_something(db, name):
    found = evaluate(db, request_for(db, name))
    steps = found.cost.by_step()
    assert steps["lithium_lamination"] > 0
    assert found.cost.cell_steps["coat_neg"].capex_musd == 0
    bare = evaluate(db, request_for(db, "ASSB-sulfide-AF")).cost.cell_steps
    assert bare["notch_neg"].capex_musd == 0


def test_lithium_foil_is_bought_for_each_side(db):
    """A foil on both sides of one copper foil is two square metres a square metre of copper."""
    found = evaluate(db, request_for(db, "ASSB-polymer-LFP"))
    line = next(line for line in found.bill.lines if line.component == "negative metal")
    kwh = found.cell.energy_wh / 1000.0
    yields = found.case.yields
    sides_m2 = found.cell.areas.negative_cm2 / 1e4 / kwh
    assert line.bought_m2_per_kwh * yields.cell * yields.foil == pytest.approx(sides_m2)
    um = line.in_cell_kg_per_kwh / sides_m2 / 0.534 * 1000
    assert um == pytest.approx(35.0) == line.thickness_um


def test_a_sintered_sheet_is_paid_once(db):
    """Its making is in the fee a square metre, so the plant has no furnace of its own."""
    for name in ("ASSB-oxide-Li", "QSS-oxide-AF"):
        found = evaluate(db, request_for(db, name))
        assert found.case.prices["LLZTO"].usd_per_m2 == pytest.approx(7.5 * 1.19, rel=0.05)
        assert not {"sinter", "tape_cast"} & set(found.cost.cell_steps)
        assert found.case.plant.electricity_kwh_per_kwh["sinter"] == 10.0


# --- rolls ----------------------------------------------------------------------------------------


def test_rolls_of_a_format_reach_the_cell(db):
    stack, rolls = (
        evaluate(db, request_for(db, "LFP", cell_format=name))
        for name in ("prismatic_EV", "prismatic_wound_EV")
    )
    assert (stack.case.fmt.rolls, rolls.case.fmt.rolls) == (None, 2.0)
    assert rolls.cell.energy_wh == pytest.approx(stack.cell.energy_wh, rel=0.03)
    longer = [e.cell.areas.separator_cm2 / e.cell.areas.positive_cm2 for e in (stack, rolls)]
    assert longer[1] > longer[0]


def test_a_cylinder_has_no_flat_rolls(db):
    fmt = db.cell_format("cylindrical_4680")
    rolls = db.cell_format("prismatic_wound_EV").rolls
    with pytest.raises(ValueError, match="a cylindrical format holds one roll; leave rolls out"):
        type(fmt).model_validate({**dict(fmt), "rolls": rolls})
