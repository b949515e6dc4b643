"""Unit prices of the materials in a cell: the couple's own unless given."""

from __future__ import annotations

from dataclasses import dataclass, fields

from calculator.numbers import Num
from calculator.reference.couples import Couple


@dataclass(frozen=True, slots=True)
class Prices:
    """USD of 2022 a kg, m2 or L; None takes the couple's own price."""

    pos_active_usd_per_kg: Num | None = None
    pos_carbon_usd_per_kg: Num | None = None
    pos_binder_usd_per_kg: Num | None = None
    pos_solvent_usd_per_kg: Num | None = None
    neg_active_usd_per_kg: Num | None = None
    neg_carbon_usd_per_kg: Num | None = None
    neg_binder_usd_per_kg: Num | None = None
    neg_solvent_usd_per_kg: Num | None = None
    pos_foil_usd_per_m2: Num | None = None
    neg_foil_usd_per_m2: Num | None = None
    separator_usd_per_m2: Num | None = None
    electrolyte_usd_per_l: Num | None = None

    def resolved(self, couple: Couple) -> dict[str, Num]:
        """Every price by field name, the couple's own where none is given."""
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        return {n: _own_price(couple, n) if v is None else v for n, v in given.items()}


def _own_price(couple: Couple, name: str) -> float:
    sides = {"pos": couple.positive, "neg": couple.negative}
    side, _, item = name.partition("_")
    return float(getattr(sides[side], item) if side in sides else getattr(couple, name))
