"""A metal-indexed price equals the quote at the quote's own date."""

from __future__ import annotations

import pytest

from calculator.money import conversion
from materials_db.database import FoundPrice
from materials_db.load import load_database
from materials_db.schema import IndexedPrice
from materials_db.units import to

DB = load_database()
_CATHODES = [
    row for row in DB.indexed_prices if row.term == "fee" and row.locator == "quote less metals"
]


def _usd_per_kg(found: FoundPrice, year: int) -> float:
    """Price without value-added tax, in USD of the year a kilogram."""
    row = found.price
    tax = DB.vat_rate(row.region) if row.vat == "included" else 0.0
    money, _, per = row.unit.partition("/")
    return row.value / to(1.0, per, "kg") / (1 + tax) * conversion(DB, money, f"USD_{year}").factor


@pytest.mark.parametrize(
    "fee", _CATHODES, ids=[f"{r.item}-{r.deck or '2025-06'}" for r in _CATHODES]
)
def test_indexed_price_is_the_quote(fee: IndexedPrice) -> None:
    deck = fee.deck or "quotes_2025-06"
    year = DB.deck(deck).currency_year
    formula = DB.index_formula(fee.item, deck)
    assert formula is not None
    assert formula.fee == fee
    assert fee.unit == f"USD_{year}/kg"
    metals = sum(
        term.value * _usd_per_kg(DB.price(name, deck, "CHN"), year)
        for name, term in formula.terms.items()
    )
    quote = DB.price(fee.item, deck, "CHN")
    assert not quote.borrowed
    assert fee.value + metals == pytest.approx(_usd_per_kg(quote, year), rel=1e-5)
    assert fee.value > 0


def test_metals_are_paid_by_stoichiometry() -> None:
    formula = DB.index_formula("NMC811", "quotes_2025-06")
    assert formula is not None
    for element, name in (("Ni", "nickel"), ("Co", "cobalt"), ("Mn", "manganese_sulphate")):
        held = DB.element_mass_fractions("NMC811")[element]
        paid = formula.terms[name].value * DB.element_mass_fractions(name)[element]
        assert paid == pytest.approx(held, rel=1e-4)
    lithium = formula.terms["lithium_hydroxide"].value
    paid = lithium * DB.element_mass_fractions("lithium_hydroxide")["Li"]
    assert paid == pytest.approx(DB.element_mass_fractions("NMC811")["Li"], rel=1e-4)


def test_copper_foil_of_august_2025() -> None:
    """Cathode of the day and the conversion fee give back the quoted 6 um foil."""
    formula = DB.index_formula("copper_foil", "quotes_2025-06")
    assert formula is not None
    foil = DB.price("copper_foil", "quotes_2025-06")
    copper = DB.price("copper", "quotes_2025-06")
    fee = to(formula.fee.value, formula.fee.unit, "CNY_2025/t")
    assert copper.price.value / 1.13 + fee == pytest.approx(foil.price.value / 1.13, rel=1e-5)
