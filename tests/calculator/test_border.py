"""The border: lists and wrong types, the user's own metals and units, and what is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calculator.asked import number
from calculator.cost import Finance
from calculator.errors import InputError
from calculator.evaluation import Evaluation, evaluate, evaluate_draws
from calculator.pack import PackTarget
from calculator.requests import request_for
from materials_db.database import MaterialsDB
from materials_db.load import load_database

DECK = "quotes_2025-06"


def own(tmp_path: Path, *rows: str) -> MaterialsDB:
    """The database with a user's prices over it."""
    path = tmp_path / "prices.csv"
    path.write_text("\n".join(("item,value,unit", *rows)) + "\n", encoding="utf-8")
    return load_database(path)


def told(found: Evaluation, kind: str) -> list[str]:
    return [note.text for note in found.notes if note.kind == kind]


# --- the user's own metals ----------------------------------------------------------------------


@pytest.mark.parametrize("deck", [DECK, "quotes_2026-06", "average_2024"])
@pytest.mark.parametrize(
    ("metal", "usd", "chemistry", "cathode"),
    [
        ("nickel", 40.0, "NMC811", "NMC811"),
        ("cobalt", 150.0, "NMC811", "NMC811"),
        ("lithium_carbonate", 25.0, "LFP", "LFP"),
    ],
)
def test_a_metal_laid_over_moves_a_cathode_as_one_given(
    db: MaterialsDB, tmp_path: Path, deck: str, metal: str, usd: float, chemistry: str, cathode: str
) -> None:
    mine = own(tmp_path, f"{metal},{usd},USD_2025/kg")
    laid = evaluate(mine, request_for(mine, chemistry, deck=deck))
    given = evaluate(db, request_for(db, chemistry, deck=deck, prices={metal: usd}))
    shipped = evaluate(db, request_for(db, chemistry, deck=deck))
    price = laid.case.prices[cathode].usd_per_kg
    assert price == pytest.approx(given.case.prices[cathode].usd_per_kg, rel=1e-12)
    assert price > shipped.case.prices[cathode].usd_per_kg + 0.5
    assert laid.cost.cell_usd_per_kwh == pytest.approx(given.cost.cell_usd_per_kwh, rel=1e-12)
    assert f"{cathode}: moved by your own price of {metal}" in told(laid, "own")
    assert "numbers of your file prices.csv" in told(laid, "own")
    assert f"{cathode}: moved by your own price of {metal}" in told(given, "own")
    assert not told(shipped, "own")


def test_a_cathode_and_a_metal_of_the_users_stand_side_by_side(tmp_path: Path) -> None:
    mine = own(tmp_path, "NMC811,30,USD_2025/kg", "nickel,40,USD_2025/kg")
    found = evaluate(mine, request_for(mine, "NMC811", deck=DECK))
    assert found.case.prices["NMC811"].usd_per_kg == pytest.approx(30.0)


# --- units --------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", ["LFP", "graphite", "electrolyte_LFP"])
def test_a_price_by_area_of_what_is_no_sheet_is_refused(tmp_path: Path, item: str) -> None:
    mine = own(tmp_path, f"{item},5,USD_2025/m2")
    with pytest.raises(InputError, match=f"^{item} is bought by mass; give USD per kg$"):
        evaluate(mine, request_for(mine, "LFP"))


def test_a_metal_of_a_formula_priced_by_area_is_refused(tmp_path: Path) -> None:
    mine = own(tmp_path, "nickel,5,USD_2025/m2")
    with pytest.raises(InputError, match="nickel is bought by mass; give USD per kg"):
        evaluate(mine, request_for(mine, "NMC811", deck=DECK))


@pytest.mark.parametrize("item", ["copper_foil", "aluminium_foil", "PE_ceramic_separator"])
@pytest.mark.parametrize("unit", ["kg", "m2"])
def test_a_sheet_is_priced_by_mass_or_area(tmp_path: Path, item: str, unit: str) -> None:
    mine = own(tmp_path, f"{item},5,USD_2025/{unit}")
    found = evaluate(mine, request_for(mine, "NMC811"))
    lines = [line for line in found.bill.lines if line.material == item]
    amount = sum(getattr(line, f"bought_{unit}_per_kwh") for line in lines)
    paid = sum(found.cost.materials_usd_per_kwh[line.component, item] for line in lines)
    assert amount > 0
    assert paid == pytest.approx(5.0 * amount)


# --- lists, wrong types and bounds --------------------------------------------------------------


def test_lists_are_draws_wherever_a_number_is_taken(db: MaterialsDB) -> None:
    lists: dict[str, Any] = {
        "volume_gwh_per_year": [10, 20],
        "cell": {"areal_capacity_mah_per_cm2": [3.0, 4.0], "positive_active_fraction": (0.9, 0.95)},
        "prices": {"LFP": [4, 5], "lithium_carbonate": [9.0, 12.0]},
        "yields": {"cell": [0.9, 0.95]},
        "rates": {"labour_usd_per_h": [5, 20]},
        "finance": Finance(discount_rate=[0.05, 0.1]),  # type: ignore[arg-type]
    }
    request = request_for(db, "LFP", **lists)
    found = evaluate(db, request)
    assert np.shape(found.cost.cell_usd_per_kwh) == (2,)
    assert np.shape(found.cost.view("levelised")) == (2,)
    drawn = evaluate_draws(db, request)
    np.testing.assert_allclose(drawn["cell_usd_per_kwh"], found.cost.cell_usd_per_kwh)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("3", "x is '3'; give a number"),
        (None, "x is None; give a number"),
        (True, "x is True; give a number"),
        ([], r"x is \[\]; give a number"),
        ([[1.0], [1.0, 2.0]], "give a number or a list of numbers"),
        (np.ones((2, 2)), "give a number or a list of numbers"),
        (float("inf"), "x must be finite"),
        ([1.0, float("nan")], "x must be finite"),
        (-1.0, "x must be finite and not below 0"),
    ],
)
def test_what_is_no_number_is_one_sentence(value: object, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        number("x", value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"region": "chn"}, "region 'chn' is no country; did you mean 'CHN'"),
        ({"region": "Germany"}, "region 'Germany' is no country"),
        ({"prices": {"nickle": 20.0}}, "prices: 'nickle' is no item .* did you mean 'nickel'"),
        ({"prices": {"nickel": "20"}}, "price of nickel is '20'; give a number"),
        ({"volume_gwh_per_year": 2e5}, "volume .* must lie above 0 and not above 100000"),
        ({"volume_gwh_per_year": float("inf")}, "volume .* must be finite"),
        ({"cell": {"utilisation": 1.2}}, "override utilisation must lie above 0 and not above"),
        ({"cell": {"n_p_ratio": 8.0}}, "override n_p_ratio must lie between 0.5 and 5"),
        ({"cell": {"n_p_ratio": 0.1}}, "override n_p_ratio must lie between 0.5 and 5"),
        ({"cell": {"utilization": 0.9}}, "did you mean 'utilisation'"),
        ({"yields": {"cel": 0.9}}, "unknown yield 'cel'; did you mean 'cell'"),
        ({"rates": {"labour_usd_per_h": "9"}}, "rate labour_usd_per_h is '9'; give a number"),
        ({"finance": Finance(discount_rate=8.0)}, "discount rate must lie between 0 and 1"),
        (
            {"yields": {"cell": [0.9, 0.95]}, "prices": {"LFP": [4.0, 5.0, 6.0]}},
            "lists of draws differ in length; give lists of one length",
        ),
    ],
)
def test_a_wrong_ask_is_one_sentence(db: MaterialsDB, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        evaluate(db, replace(request_for(db, "LFP"), **change))
    assert "\n" not in str(caught.value)


# --- the cell does not know its pack ------------------------------------------------------------


@pytest.mark.parametrize("chemistry", ["LFP", "NMC811", "ASSB-sulfide-Li"])
def test_a_cell_costs_the_same_in_any_pack(db: MaterialsDB, chemistry: str) -> None:
    found = [
        evaluate(db, request_for(db, chemistry, pack=PackTarget(kwh, 3 * kwh, volt)))
        for kwh, volt in ((20.0, 360.0), (75.0, 360.0), (75.0, 800.0), (300.0, 360.0))
    ]
    cells = [e.cost.cell_usd_per_kwh for e in found]
    assert cells == pytest.approx([cells[0]] * len(cells), rel=1e-12)
    assert len({e.pack.modules for e in found}) > 1
    for e in found:
        assert sum(e.cost.by_step().values()) == pytest.approx(e.cost.cell_usd_per_kwh, abs=1e-9)


# --- what is told -------------------------------------------------------------------------------


@pytest.mark.parametrize(("grams", "says"), [(3.0, "more than they hold"), (0.5, "stay dry")])
def test_liquid_far_from_the_pore_volume_is_told(db: MaterialsDB, grams: float, says: str) -> None:
    base = evaluate(db, request_for(db, "NMC811"))
    assert not told(base, "fill")
    off = evaluate(db, request_for(db, "NMC811", cell={"liquid_g_per_ah": grams}))
    (text,) = told(off, "fill")
    assert says in text
    assert f"{off.cell.pore_filling:.0%}" in text
    assert not told(evaluate(db, request_for(db, "ASSB-sulfide-Li")), "fill")


def test_a_small_cell_is_told_to_lie_outside_the_plant(db: MaterialsDB) -> None:
    small = evaluate(db, request_for(db, "NMC811", cell_format="cylindrical_21700"))
    ah = f"{small.cell.capacity_ah:.3g}"
    assert told(small, "range") == [
        f"cell of {ah} Ah lies outside the plant's range (fitted near 68 Ah)"
    ]
    assert not told(evaluate(db, request_for(db, "NMC811")), "range")


def test_a_pack_far_from_the_ask_is_told(db: MaterialsDB) -> None:
    one = evaluate(db, request_for(db, "LFP", pack=PackTarget(0.2, 0.6, 360.0)))
    energy, volt = told(one, "pack")
    assert energy == "whole cells give 0.626 kWh, not the 0.2 kWh asked"
    assert volt == "whole cells give 3.21 V, not the 360 V asked"
    assert not told(evaluate(db, request_for(db, "LFP")), "pack")
