"""Prices of one vintage: quotes, formulas, fees, sheets by thickness, and what is borrowed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.bill import BillLine
from calculator.cost import line_usd_per_kwh
from calculator.errors import InputError
from calculator.evaluation import evaluate, prepare
from calculator.prices import PriceBook, price_book
from calculator.requests import request_for
from materials_db.database import MaterialsDB
from materials_db.faults import UnknownNameError
from materials_db.load import load_database
from materials_db.schema import Role

METALS = ("lithium_carbonate", "lithium_hydroxide", "nickel", "cobalt")
DECKS = (
    "average_2021",
    "average_2022",
    "average_2023",
    "average_2024",
    "average_2025",
    "quotes_2025-06",
    "quotes_2026-06",
)


def book(db: MaterialsDB, deck: str, **prices: float) -> PriceBook:
    return price_book(db, deck, 2025, "CHN", prices)


# --- one vintage ----------------------------------------------------------------------------


@pytest.mark.parametrize("deck", DECKS)
def test_a_cathode_is_quoted_in_its_deck_or_follows_the_metals_of_it(
    db: MaterialsDB, deck: str
) -> None:
    """Only Prussian white, without a priced metal, is an older number as a whole."""
    prices = book(db, deck)
    for name, material in db.materials.items():
        if material.role is not Role.POSITIVE_ACTIVE or name == "PW":
            continue
        price = prices[name]
        own = db.find_price(name, deck, borrow=False) is not None
        assert own != price.indexed, name
        for entry in price.borrowed:
            assert not entry.what.startswith(METALS), f"{name}: {entry}"


@pytest.mark.parametrize("name", ["NCA", "NMC955", "NMC111", "LMFP60", "LNMO", "LMR"])
def test_cathodes_without_a_quote_of_2026_rise_with_lithium(db: MaterialsDB, name: str) -> None:
    old, new = (book(db, deck)[name] for deck in ("quotes_2025-06", "quotes_2026-06"))
    formula = db.index_formula(name, "quotes_2026-06")
    assert formula is not None
    metals = {
        deck: sum(t.value * book(db, deck)[m].usd_per_kg for m, t in formula.terms.items())
        for deck in ("quotes_2025-06", "quotes_2026-06")
    }
    rise = metals["quotes_2026-06"] - metals["quotes_2025-06"]
    assert new.usd_per_kg - old.usd_per_kg > rise > 0


@pytest.mark.parametrize(
    ("name", "peer"), [("NCA", "NMC811"), ("NMC955", "NMC811"), ("LMFP60", "LFP"), ("LNMO", "LMO")]
)
def test_a_fee_of_2026_moved_as_much_as_that_of_its_peer(
    db: MaterialsDB, name: str, peer: str
) -> None:
    def rise(item: str) -> float:
        old, new = (
            db.index_formula(item, deck).fee.value for deck in ("average_2025", "quotes_2026-06")
        )
        return new - old * up

    up = price_book(db, "quotes_2026-06", 2026).money_factor("USD_2025")
    assert rise(name) == pytest.approx(rise(peer), abs=1e-5)


@pytest.mark.parametrize("name", ["LNMO", "LMR", "NFM111"])
def test_an_estimate_is_given_back_at_its_own_date(db: MaterialsDB, name: str) -> None:
    estimate = db.price(name, "novel_2025").price
    assert estimate.unit == "USD_2025/kg"
    assert book(db, "quotes_2025-06")[name].usd_per_kg == pytest.approx(estimate.value, abs=1e-5)


def test_electrolytes_made_of_another_follow_it(db: MaterialsDB) -> None:
    for deck in DECKS:
        prices = book(db, deck)
        ternary, lfp = (prices[f"electrolyte_{kind}"].usd_per_kg for kind in ("ternary", "LFP"))
        assert prices["gel_electrolyte"].usd_per_kg == pytest.approx(ternary + 2.4)
        assert prices["electrolyte_sodium"].usd_per_kg == pytest.approx(lfp)


def test_lithium_metal_follows_carbonate_and_keeps_its_fee(db: MaterialsDB) -> None:
    cheap, dear = (
        book(db, "quotes_2026-06", lithium_carbonate=usd)["lithium_metal"] for usd in (10.0, 20.0)
    )
    assert dear.usd_per_kg - cheap.usd_per_kg == pytest.approx(53.236, abs=1e-2)
    assert dear.usd_per_m2 == cheap.usd_per_m2 == pytest.approx(8.0)
    own = book(db, "quotes_2026-06", lithium_metal=50.0)["lithium_metal"]
    assert (own.usd_per_kg, own.own) == (50.0, True)
    assert own.usd_per_m2 == pytest.approx(8.0)


def test_what_is_borrowed_names_number_deck_and_date(db: MaterialsDB) -> None:
    graphite = book(db, "average_2024")["graphite"]
    assert [str(entry) for entry in graphite.borrowed] == [
        "graphite: of 2025-01, deck quotes_2025-06"
    ]
    assert graphite.borrowed_from == "quotes_2025-06"
    lmfp = {str(entry) for entry in book(db, "quotes_2026-06")["LMFP60"].borrowed}
    assert lmfp == {"manganese_sulphate in LMFP60: of 2024-12-27, deck quotes_2025-06"}
    nmc = {str(entry) for entry in book(db, "average_2024")["NMC811"].borrowed}
    assert "conversion fee of NMC811: of 2025-06-16" in nmc
    assert not book(db, "quotes_2025-06")["NMC811"].borrowed
    notes = evaluate(db, request_for(db, "LMFP")).notes
    assert any(note.kind == "borrowed" and note.text in lmfp for note in notes)


def test_a_users_metal_moves_a_quote_by_what_it_differs(db: MaterialsDB) -> None:
    base = book(db, "quotes_2026-06")
    nickel = base["nickel"].usd_per_kg
    moved = book(db, "quotes_2026-06", nickel=nickel + 5.0)["NMC811"]
    formula = db.index_formula("NMC811", "quotes_2026-06")
    assert formula is not None
    change = 5.0 * formula.terms["nickel"].value
    assert moved.usd_per_kg == pytest.approx(base["NMC811"].usd_per_kg + change)
    assert moved.indexed and not base["NMC811"].indexed


# --- sheets by thickness ----------------------------------------------------------------------


@pytest.mark.parametrize(("um", "cny_per_t"), [(4.5, 108_000), (6.0, 97_300), (8.0, 96_300)])
def test_copper_foil_has_the_quote_of_its_thickness(
    db: MaterialsDB, um: float, cny_per_t: float
) -> None:
    prices = book(db, "quotes_2025-06")
    expected = cny_per_t / 1.13 / 1000 * prices.money_factor("CNY_2025")
    assert prices["copper_foil"].at(um).usd_per_kg == pytest.approx(expected)


@pytest.mark.parametrize("deck", DECKS)
def test_thin_foil_costs_the_same_premium_over_any_copper(db: MaterialsDB, deck: str) -> None:
    foil = book(db, deck)["copper_foil"]
    assert foil.at(6.0).usd_per_kg == pytest.approx(foil.usd_per_kg)
    if deck in ("average_2021", "average_2022"):
        quoted = book(db, "reference_2022")["copper_foil"]
        fall = quoted.usd_per_kg - quoted.at(6.0).usd_per_kg
        assert foil.at(10.0).usd_per_kg - foil.usd_per_kg == pytest.approx(fall)
        assert fall < 0
        return
    quoted = book(db, "quotes_2025-06")["copper_foil"]
    for um in (4.0, 4.5, 5.0, 7.0, 8.0, 12.0):
        premium = foil.at(um).usd_per_kg - foil.usd_per_kg
        assert premium == pytest.approx(quoted.at(um).usd_per_kg - quoted.usd_per_kg)


@settings(max_examples=40, deadline=None)
@given(um=st.floats(2.0, 30.0), more=st.floats(0.0, 10.0))
def test_thicker_is_never_dearer_a_kilogram_or_a_square_metre_of_separator(
    um: float, more: float
) -> None:
    prices = price_book(load_database(), "quotes_2025-06", 2025, "CHN")
    foil, separator = prices["copper_foil"], prices["PE_ceramic_separator"]
    assert foil.at(um + more).usd_per_kg <= foil.at(um).usd_per_kg
    assert separator.at(um + more).usd_per_m2 <= separator.at(um).usd_per_m2
    assert foil.at(30.0) == foil.at(8.0) and separator.at(16.0) == separator.at(40.0)


def test_thicker_foil_costs_more_a_kwh_and_less_a_kilogram(db: MaterialsDB) -> None:
    thin, thick = (
        evaluate(db, request_for(db, "LFP", cell={"negative_foil_um": um})) for um in (6.0, 8.0)
    )
    key = ("negative foil", "copper_foil")
    paid = [e.cost.materials_usd_per_kwh[key] for e in (thin, thick)]
    mass = [e.bill.bought_kg_per_kwh("copper_foil") for e in (thin, thick)]
    assert paid[1] > paid[0]
    assert paid[1] / mass[1] < paid[0] / mass[0]


def test_draws_of_a_thickness_are_priced_one_by_one(db: MaterialsDB) -> None:
    um = np.array([7.0, 9.0, 12.5, 20.0])
    drawn = evaluate(db, request_for(db, "NMC811", cell={"separator_thickness_um": um}))
    key = ("separator", "PE_ceramic_separator")
    together = drawn.cost.materials_usd_per_kwh[key]
    for i, one in enumerate(um):
        alone = evaluate(db, request_for(db, "NMC811", cell={"separator_thickness_um": float(one)}))
        assert together[i] == pytest.approx(alone.cost.materials_usd_per_kwh[key], rel=1e-12)


def test_the_users_own_price_holds_at_any_thickness(db: MaterialsDB) -> None:
    price = book(db, "quotes_2025-06", copper_foil=9.0)["copper_foil"]
    assert price.at(4.5).usd_per_kg == price.at(20.0).usd_per_kg == 9.0


def test_mass_and_area_terms_of_a_line_add() -> None:
    line = BillLine("separator", "LLZTO", 0.1, 0.2, 3.0, 20.0)
    price = replace(price_book(load_database(), "quotes_2025-06", 2025)["LLZTO"], usd_per_kg=100.0)
    assert price.usd_per_m2 > 0
    assert line_usd_per_kwh(line, price) == pytest.approx(0.2 * 100 + 3.0 * price.usd_per_m2)


# --- what cannot be priced ----------------------------------------------------------------------


def test_a_price_by_what_no_bill_counts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("item,value,unit\ngraphite,3,USD_2025/kWh\n", encoding="utf-8")
    db = load_database(str(path))
    with pytest.raises(InputError, match="price of graphite is given in USD_2025/kWh; give it per"):
        book(db, "quotes_2025-06")["graphite"]


def test_an_unpriced_item_is_one_sentence(db: MaterialsDB) -> None:
    with pytest.raises(InputError, match="no price of bauxite in deck reference_2022"):
        book(db, "reference_2022")["bauxite"]


def test_a_wound_ceramic_is_told(db: MaterialsDB) -> None:
    def said(chemistry: str, cell_format: str) -> list[str]:
        notes = prepare(db, request_for(db, chemistry, cell_format=cell_format))[3]
        return [note.text for note in notes if note.kind == "format"]

    assert said("ASSB-oxide-Li", "cylindrical_4680") == [
        "a sheet of LLZTO is wound here; such sheets are stacked"
    ]
    assert said("ASSB-oxide-Li", "prismatic_wound_EV")
    assert not said("ASSB-oxide-Li", "prismatic_EV")
    assert not said("SSL-LFP", "cylindrical_4680")


def by_litre(tmp_path: Path, item: str) -> MaterialsDB:
    path = tmp_path / "prices.csv"
    path.write_text(f"item,value,unit\n{item},3,USD_2025/L\n", encoding="utf-8")
    return load_database(str(path))


def test_a_price_by_the_litre_needs_a_density(tmp_path: Path) -> None:
    db = by_litre(tmp_path, "electrolyte_LFP")
    found = evaluate(db, request_for(db, "LFP"))
    bought = found.bill.bought_kg_per_kwh("electrolyte_LFP")
    paid = found.cost.materials_usd_per_kwh["electrolyte", "electrolyte_LFP"]
    assert paid == pytest.approx(3.0 * bought / 1.2)
    with pytest.raises(UnknownNameError, match="property of NMP 'density'"):
        solvent = by_litre(tmp_path, "NMP")
        evaluate(solvent, request_for(solvent, "LFP"))
