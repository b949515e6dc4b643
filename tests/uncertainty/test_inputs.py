"""What counts as an input, and the same request with other values of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from calculator.errors import InputError
from calculator.evaluation import evaluate
from calculator.prices import price_book
from calculator.requests import request_for
from calculator.uncertainty.inputs import UncertainInput, uncertain_inputs, with_inputs
from materials_db.database import MaterialsDB
from materials_db.faults import UnknownNameError


@pytest.fixture(scope="module")
def of_lfp(db: MaterialsDB) -> Mapping[str, UncertainInput]:
    return {one.label: one for one in uncertain_inputs(db, [request_for(db, "LFP")])}


def test_an_input_is_named_by_what_it_is(of_lfp: Mapping[str, UncertainInput]) -> None:
    loading = of_lfp["areal capacity, coating, positive of LFP"]
    assert (loading.value, loading.low, loading.high) == (2.9, 2.0, 4.0)
    assert (loading.group, loading.unit, loading.spread) == ("chemistry", "mAh/cm2", "record")
    assert of_lfp["cell yield, liquid plant"].group == "yield"
    assert of_lfp["labour in CHN"].group == "region"
    assert of_lfp["price of graphite (quotes_2026-06)"].group == "price"


def test_raw_materials_of_a_quoted_cathode_are_inputs(of_lfp: Mapping[str, UncertainInput]) -> None:
    assert "price of lithium carbonate (quotes_2026-06)" in of_lfp


def test_an_input_of_two_chemistries_stands_once(db: MaterialsDB) -> None:
    both = uncertain_inputs(db, [request_for(db, name) for name in ("LFP", "NMC811")])
    keys = [one.key for one in both]
    assert len(keys) == len(set(keys))


def test_recorded_values_change_nothing(
    db: MaterialsDB, of_lfp: Mapping[str, UncertainInput]
) -> None:
    request = request_for(db, "LFP")
    same = with_inputs(db, request, {one.key: one.value for one in of_lfp.values()})
    found, was = evaluate(*same), evaluate(db, request)
    assert found.cost.pack_usd_per_kwh == pytest.approx(was.cost.pack_usd_per_kwh, rel=1e-14)


def test_a_quoted_cathode_moves_with_its_raw_material(
    db: MaterialsDB, of_lfp: Mapping[str, UncertainInput]
) -> None:
    request = request_for(db, "LFP")
    lithium = of_lfp["price of lithium carbonate (quotes_2026-06)"]
    doubled, asked = with_inputs(db, request, {lithium.key: 2.0 * lithium.value})
    books = [
        price_book(base, one.deck, one.year, one.region, one.prices)
        for base, one in ((db, request), (doubled, asked))
    ]
    before, after = (book["LFP"].usd_per_kg for book in books)
    metal = books[0]["lithium_carbonate"].usd_per_kg
    paid = db.index_formula("LFP", request.deck)
    assert paid is not None
    kg_per_kg = paid.terms["lithium_carbonate"].value
    assert after - before == pytest.approx(kg_per_kg * metal, rel=1e-12)


def test_a_coating_adds_up_whatever_is_drawn(
    db: MaterialsDB, of_lfp: Mapping[str, UncertainInput]
) -> None:
    request = request_for(db, "LFP")
    binder = of_lfp["mass fraction, PVDF, coating, positive of LFP"]
    _, asked = with_inputs(db, request, {binder.key: np.array([0.02, 0.05])})
    parts = asked.chemistry.positive.coating.components
    fractions = [part.mass_fraction.value for part in parts]
    assert sum(fractions) == pytest.approx([1.0, 1.0])
    assert fractions[0] == pytest.approx([0.96, 0.96 / 1.03])
    assert asked.chemistry.negative is request.chemistry.negative


def test_numbers_of_the_request_can_be_given(db: MaterialsDB) -> None:
    request = replace(request_for(db, "LFP"), yields={"cell": 0.9})
    _, asked = with_inputs(
        db,
        request,
        {
            "request/volume_gwh_per_year": 50.0,
            "request/finance.discount_rate": 0.08,
            "request/yields.cell": 0.97,
        },
    )
    assert asked.volume_gwh_per_year == 50.0
    assert asked.finance.discount_rate == 0.08
    assert asked.yields == {"cell": 0.97}


def test_names_that_are_none_are_told(db: MaterialsDB) -> None:
    request = request_for(db, "LFP")
    with pytest.raises(UnknownNameError, match=r"prices\.csv:99999"):
        with_inputs(db, request, {"prices.csv:99999": 1.0})
    with pytest.raises(InputError, match="request has no number 'volume'; give one of"):
        with_inputs(db, request, {"request/volume": 1.0})
