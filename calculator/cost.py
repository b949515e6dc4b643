"""Cost of a cell and a pack per kWh: by component, by process step, and in three views.

Full: the reference's roll-up with depreciation, overheads, profit and warranty (MODEL 1.8).
Marginal: one unit more in a plant that stands. Levelised: depreciation and profit replaced by
the annuity of what is invested (capital recovery factor r / (1 - (1 + r)^-n)).
Parts are linear in materials, electricity, labour, capital and area, so they sum to the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calculator.bill import Bill, BillLine
from calculator.economics import Rates, UnitCost, unit_cost
from calculator.errors import InputError
from calculator.maths import total
from calculator.numbers import Num
from calculator.plant import Load
from calculator.prices import UnitPrice

_LABELS = {"electricity": "electricity and heat"}
VIEWS = ("full", "marginal", "levelised")


@dataclass(frozen=True)
class Finance:
    """Terms of the levelised view."""

    discount_rate: Num = 0.08
    equipment_years: float = 10.0
    """As the reference depreciates equipment: 10 % a year."""
    building_years: float = 20.0
    """As the reference depreciates buildings: 5 % a year."""


@dataclass(frozen=True)
class Cost:
    """Cost per kWh in USD of the book's year."""

    cell: UnitCost
    pack: UnitCost
    """Whole pack: cells, module and pack hardware, all steps."""
    materials_usd_per_kwh: dict[tuple[str, str], Num]
    """Bought materials of the cell by (component, material)."""
    hardware_usd_per_kwh: dict[str, Num]
    """Purchased module and pack parts."""
    cell_steps: dict[str, Load]
    """Yearly load of each step that falls to the cell."""
    kwh_per_year: Num
    rates: Rates
    energy_usd_per_kwh: dict[str, Num]
    """Electricity and heat of the cell plant by step."""
    finance: Finance

    @property
    def cell_usd_per_kwh(self) -> Num:
        """Full cost of the cell with profit and warranty."""
        return self.cell.total_usd

    @property
    def pack_usd_per_kwh(self) -> Num:
        """Full cost of the pack with profit and warranty."""
        return self.pack.total_usd

    def view(self, name: str, scope: str = "cell") -> Num:
        """Cost per kWh in one view: ``full``, ``marginal`` or ``levelised``."""
        unit = self.cell if scope == "cell" else self.pack
        if name == "full":
            return unit.total_usd
        if name == "marginal":
            return unit.marginal_usd
        if name == "levelised":
            return levelised_usd(unit, self.rates, self.finance)
        raise InputError(f"unknown view {name!r}; choose from {', '.join(VIEWS)}")

    def by_component(self, scope: str = "cell") -> dict[str, Num]:
        """Materials by component, then conversion by kind; sums to the full cost."""
        unit = self.cell if scope == "cell" else self.pack
        parts: dict[str, Num] = {}
        for (component, _), usd in self.materials_usd_per_kwh.items():
            parts[component] = parts.get(component, 0.0) + usd
        if scope == "pack":
            parts.update(self.hardware_usd_per_kwh)
        rest = {name: usd for name, usd in unit.parts().items() if name != "materials"}
        return {
            **parts,
            **{_LABELS.get(name, name.replace("_", " ")): usd for name, usd in rest.items()},
        }

    def by_step(self) -> dict[str, Num]:
        """Full cell cost by process step, materials apart; sums to the full cost."""
        parts = {
            name: unit_cost(
                0.0,
                load,
                self.kwh_per_year,
                self.rates,
                electricity_usd=self.energy_usd_per_kwh.get(name, 0.0),
            ).total_usd
            for name, load in self.cell_steps.items()
        }
        for name, usd in self.energy_usd_per_kwh.items():
            if name not in parts:
                parts[f"energy of {name}"] = unit_cost(
                    0.0, Load(), self.kwh_per_year, self.rates, electricity_usd=usd
                ).total_usd
        materials = total(self.materials_usd_per_kwh.values())
        parts["materials"] = unit_cost(materials, Load(), self.kwh_per_year, self.rates).total_usd
        return parts


def annuity(rate: Num, years: float) -> Num:
    """Capital recovery factor: yearly payment that returns one unit over ``years``."""
    if isinstance(rate, float | int) and rate == 0:
        return 1.0 / years
    return rate / (1.0 - (1.0 + rate) ** -years)


def levelised_usd(unit: UnitCost, rates: Rates, finance: Finance) -> Num:
    """Cost with depreciation and profit replaced by the annuity of the investment."""
    r = finance.discount_rate
    invested = unit.investment
    equipment = annuity(r, finance.equipment_years)
    capital = (
        equipment * (invested.equipment_usd + invested.launch_usd)
        + annuity(r, finance.building_years) * invested.building_usd
        + r * invested.working_capital_usd
    )
    running = unit.variable_usd + unit.gsa_usd + unit.rnd_usd
    return (running + capital) * (1.0 + rates.warranty)


def line_usd_per_kwh(line: BillLine, price: UnitPrice, density_g_per_cm3: float = 0.0) -> Num:
    """Cost of one bill line: mass, area and volume terms of the price add.

    A sheet is priced at its own thickness. The density turns mass into litres; it is needed
    where the item is priced by volume.
    """
    price = price.at(line.thickness_um)
    litres = line.bought_kg_per_kwh / density_g_per_cm3 if density_g_per_cm3 else 0.0
    cost: Num = 0.0
    for amount, unit_price in (
        (line.bought_kg_per_kwh, price.usd_per_kg),
        (line.bought_m2_per_kwh, price.usd_per_m2),
        (litres, price.usd_per_l),
    ):
        if isinstance(unit_price, float | int) and unit_price == 0:
            continue
        cost = cost + amount * unit_price
    return cost


def material_costs(
    bill: Bill, prices: Mapping[str, UnitPrice], density_g_per_cm3: Mapping[str, float]
) -> dict[tuple[str, str], Num]:
    """USD per kWh of every bought material by (component, material)."""
    return {
        (line.component, line.material): line_usd_per_kwh(
            line, prices[line.material], density_g_per_cm3.get(line.material, 0.0)
        )
        for line in bill.lines
    }
