"""Properties of the whole calculation: units, money, order, scale and conservation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.evaluation import YIELDS, Evaluation, evaluate, outputs
from calculator.money import conversion
from calculator.requests import request_for
from materials_db.database import MaterialsDB
from materials_db.load import load_database

DB = load_database()
NAMES = ("LFP", "NMC811", "SSL-Ni95-Si", "ASSB-sulfide-Li", "ASSB-polymer-LFP", "Na-NFM")
FORMATS = tuple(DB.formats)
some = settings(max_examples=20, deadline=None)


def with_price(item: str, deck: str, value: float, unit: str) -> MaterialsDB:
    """The shipped database with one quote written anew, without value-added tax."""
    row = DB.price(item, deck, "CHN").price
    new = row.model_copy(
        update={"value": value, "unit": unit, "vat": "excluded", "low": None, "high": None}
    )
    return replace(DB, prices=tuple(new if entry is row else entry for entry in DB.prices))


def cost_of(db: MaterialsDB, name: str = "LFP", **more: object) -> float:
    return float(evaluate(db, request_for(db, name, **more)).cost.cell_usd_per_kwh)


@some
@given(st.floats(0.5, 100.0), st.sampled_from(["kg", "t", "g", "lb"]))
def test_a_price_is_the_same_by_the_kilogram_and_the_tonne(usd_per_kg: float, per: str) -> None:
    from materials_db.units import to

    base = cost_of(with_price("LFP", "quotes_2026-06", usd_per_kg, "USD_2025/kg"))
    other = with_price("LFP", "quotes_2026-06", usd_per_kg * to(1.0, per, "kg"), f"USD_2025/{per}")
    assert cost_of(other) == pytest.approx(base, rel=1e-12)


@some
@given(st.floats(0.5, 100.0), st.sampled_from(["EUR_2025", "EUR_2022", "CNY_2024", "USD_2021"]))
def test_a_price_is_the_same_in_dollars_and_in_another_money(usd: float, money: str) -> None:
    """There by the tables, back by the kernel."""
    factor = conversion(DB, "USD_2025", money).factor
    base = cost_of(with_price("LFP", "quotes_2026-06", usd, "USD_2025/kg"))
    other = with_price("LFP", "quotes_2026-06", usd * factor, f"{money}/kg")
    assert cost_of(other) == pytest.approx(base, rel=1e-12)
    assert factor * conversion(DB, money, "USD_2025").factor == pytest.approx(1.0, rel=1e-12)


@some
@given(st.permutations(NAMES))
def test_the_order_of_chemistries_changes_nothing(order: list[str]) -> None:
    found = {name: outputs(evaluate(DB, request_for(DB, name)).result) for name in order}
    again = {name: outputs(evaluate(DB, request_for(DB, name)).result) for name in NAMES}
    assert found == again


@some
@given(
    st.sampled_from(NAMES),
    st.fixed_dictionaries({name: st.floats(0.5, 1.0) for name in YIELDS}),
)
def test_elements_bought_are_those_in_the_cell_and_those_lost(
    name: str, yields: dict[str, float]
) -> None:
    found = evaluate(DB, replace(request_for(DB, name), yields=yields))
    for element in found.elements.names:
        lost = sum(
            (line.bought_kg_per_kwh - line.in_cell_kg_per_kwh)
            * found.case.composition.get(line.material, {}).get(element, 0.0)
            for line in found.bill.lines
        )
        held = found.elements.in_cell_g_per_kwh(element)
        bought = found.elements.bought_g_per_kwh(element)
        assert bought == pytest.approx(held + 1000.0 * lost, rel=1e-9)
        assert held / min(1.0, *yields.values()) ** 2 >= bought * (1 - 1e-9)


@some
@given(st.sampled_from(NAMES))
def test_perfect_yields_lose_nothing(name: str) -> None:
    found = evaluate(DB, replace(request_for(DB, name), yields=dict.fromkeys(YIELDS, 1.0)))
    for line in found.elements.lines:
        assert line.bought_g_per_kwh == pytest.approx(line.in_cell_g_per_kwh, rel=1e-12)


def coating_kg_per_kwh(found: Evaluation) -> float:
    lines = [line for line in found.bill.lines if line.component == "positive coating"]
    return float(sum(line.in_cell_kg_per_kwh for line in lines))


@some
@given(st.sampled_from(NAMES), st.sampled_from(FORMATS), st.floats(1.5, 4.0))
def test_coating_a_kwh_depends_on_neither_format_nor_loading(
    name: str, cell_format: str, loading: float
) -> None:
    base = evaluate(DB, request_for(DB, name))
    other = evaluate(
        DB,
        request_for(
            DB, name, cell_format=cell_format, cell={"areal_capacity_mah_per_cm2": loading}
        ),
    )
    assert coating_kg_per_kwh(other) == pytest.approx(coating_kg_per_kwh(base), rel=1e-9)


@some
@given(st.sampled_from(NAMES), st.floats(2.5, 4.5), st.floats(1.01, 1.5))
def test_energy_scales_with_voltage_and_masses_a_kwh_fall_with_it(
    name: str, voltage: float, factor: float
) -> None:
    low, high = (
        evaluate(DB, replace(request_for(DB, name), cell={"average_voltage_v": v}))
        for v in (voltage, voltage * factor)
    )
    assert high.cell.energy_wh == pytest.approx(factor * low.cell.energy_wh, rel=1e-12)
    assert high.cell.mass_g == pytest.approx(low.cell.mass_g, rel=1e-12)
    for one, two in zip(low.bill.lines, high.bill.lines, strict=True):
        assert two.bought_kg_per_kwh * factor == pytest.approx(one.bought_kg_per_kwh, rel=1e-12)


@some
@given(st.floats(200.0, 500.0), st.floats(1.01, 1.3))
def test_a_better_negative_makes_a_lighter_cell_of_cheaper_materials(
    mah: float, factor: float
) -> None:
    one, two = (
        evaluate(DB, replace(request_for(DB, "NMC811"), cell={"negative_capacity_mah_per_g": q}))
        for q in (mah, mah * factor)
    )
    assert two.cell.specific_energy_wh_per_kg > one.cell.specific_energy_wh_per_kg
    assert two.cost.cell.materials_usd < one.cost.cell.materials_usd
    graphite = [e.bill.bought_kg_per_kwh("graphite") for e in (one, two)]
    assert graphite[0] == pytest.approx(factor * graphite[1], rel=1e-12)
