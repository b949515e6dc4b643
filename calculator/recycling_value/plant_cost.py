"""Yearly cost of a recycling plant from its factors, as in the cost model of EverBatt (table 15).

Purchased inputs and wages are given; the rest are factors of capital, wages or the whole:
    fixed capital charges = (taxes + insurance) I + rent (building + land) I + interest x capital,
    overhead = o (wages + maintenance), administration = a x wages,
    distribution and research are shares of all that stands before them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calculator.errors import InputError


@dataclass(frozen=True)
class Factors:
    """Factors of a cost model; fractions."""

    maintenance: float
    """Of fixed capital a year."""
    overhead: float
    """Of wages and maintenance."""
    administration: float
    """Of wages."""
    distribution: float
    """Of product cost."""
    research: float
    """Of product cost."""
    taxes: float
    """Of fixed capital a year."""
    insurance: float
    """Of fixed capital a year."""
    rent: float
    """Of building and land a year."""
    building_and_land: float
    """Of fixed capital."""
    interest: float
    """Of total capital a year."""
    total_capital: float
    """Fixed and working capital over fixed capital."""
    life_years: float


@dataclass(frozen=True)
class PlantCost:
    """A plant's cost by line; money a year as given."""

    feed_kg_per_year: float
    by_line_per_year: Mapping[str, float]

    @property
    def per_kg(self) -> float:
        """All lines, per kg of feed."""
        return sum(self.by_line_per_year.values()) / self.feed_kg_per_year

    @property
    def operation_per_kg(self) -> float:
        """All lines but depreciation and fixed charges, per kg of feed."""
        capital = sum(self.by_line_per_year[line] for line in ("depreciation", "fixed charges"))
        return self.per_kg - capital / self.feed_kg_per_year


def plant_cost(
    feed_kg_per_year: float,
    inputs_per_kg: float,
    waste_per_kg: float,
    wages_per_year: float,
    fixed_capital: float,
    factors: Factors,
) -> PlantCost:
    """Cost of a plant by line.

    Args:
        feed_kg_per_year: cells taken.
        inputs_per_kg: chemicals and energy, money per kg of feed.
        waste_per_kg: disposal, money per kg of feed.
        wages_per_year: money.
        fixed_capital: money.
        factors: of the cost model.

    Raises:
        InputError: no feed, or negative money.
    """
    if feed_kg_per_year <= 0 or min(inputs_per_kg, waste_per_kg, wages_per_year, fixed_capital) < 0:
        raise InputError("the plant takes no feed or has negative money; give amounts of 0 or more")
    f = factors
    maintenance = f.maintenance * fixed_capital
    charges = (f.taxes + f.insurance + f.rent * f.building_and_land) * fixed_capital
    lines = {
        "inputs": inputs_per_kg * feed_kg_per_year,
        "wages": wages_per_year,
        "maintenance": maintenance,
        "overhead": f.overhead * (wages_per_year + maintenance),
        "administration": f.administration * wages_per_year,
        "depreciation": fixed_capital / f.life_years,
        "fixed charges": charges + f.interest * f.total_capital * fixed_capital,
    }
    product = sum(lines.values())
    selling = {"distribution": f.distribution * product, "research": f.research * product}
    waste = {"waste": waste_per_kg * feed_kg_per_year}
    return PlantCost(feed_kg_per_year, {**lines, **selling, **waste})
