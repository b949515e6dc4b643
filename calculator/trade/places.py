"""Customs areas, and whether an importer charges duty on freight and insurance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from calculator.errors import InputError
from calculator.regions import EU, EU_MEMBERS, WORLD

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

REST = "ROW"
Base = Literal["fob", "cif"]


def customs_area(country: str) -> str:
    """The area whose border counts: the European Union for its members."""
    return EU if country in EU_MEMBERS else country


def known_area(country: str, role: str) -> str:
    """The customs area of a code the user gave.

    Raises:
        InputError: no country has the code; ``role`` says whose code it was.
    """
    from materials_db.countries import PLACES
    from materials_db.faults import did_you_mean

    code = country.strip().upper()
    if code not in PLACES or code == WORLD:
        alike = sorted(place for place in PLACES - {WORLD} if place[:2] == code[:2])
        near = did_you_mean(country, alike, shown=0)
        hint = f"; {near}" if near.startswith("did") else ""
        raise InputError(f"{role} '{country}' is no country; give its ISO code, as CHN{hint}")
    return customs_area(code)


def customs_base(db: MaterialsDB, importer: str) -> Base:
    """``fob`` where duty is on the goods alone, ``cif`` where on freight and insurance as well.

    Raises:
        InputError: the table has neither a row of the importer nor one for any.
    """
    rows = {row.importer: row for row in reversed(db.customs_bases)}
    row = rows.get(customs_area(importer)) or rows.get(WORLD)
    if row is None:
        raise InputError(
            f"customs_bases has no row for {importer} and none for {WORLD}; add one of the two"
        )
    return row.base
