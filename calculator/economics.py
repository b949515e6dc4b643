"""From materials, labour and capital to the cost of one unit (reference README, 8; BatPaC 5.0).

A unit is whatever the plant's yearly output is counted in: a cell, a kWh, a module or a pack.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from calculator.numbers import Num
from calculator.plant import Load

_USD_PER_MUSD = 1.0e6


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates of cost; the defaults are BatPaC 5.0's (sheet Cost Input, USD of 2022)."""

    labour_usd_per_h: Num = 25.0
    building_usd_per_m2: Num = 3000.0
    overhead_on_labour: Num = 0.40
    """Variable overhead, share of direct labour."""
    overhead_on_depreciation: Num = 0.20
    """Variable overhead, share of depreciation."""
    gsa_on_labour: Num = 0.25
    """General, sales, administration: share of direct labour and variable overhead."""
    gsa_on_depreciation: Num = 0.25
    rnd_on_depreciation: Num = 0.40
    equipment_depreciation: Num = 0.10
    """Straight line, share of equipment a year."""
    building_depreciation: Num = 0.05
    launch_on_materials: Num = 0.05
    """Share of a year's materials invested to start the plant."""
    launch_on_labour: Num = 0.10
    """Share of a year's labour and variable overhead invested to start the plant."""
    working_capital: Num = 0.15
    """Share of a year's variable cost."""
    profit_on_investment: Num = 0.05
    warranty: Num = 0.056
    """Share of variable and fixed cost and profit."""
    capital_multiplier: Num = 1.0
    """Price of equipment in the plant's region relative to the baseline's."""


@dataclass(frozen=True, slots=True)
class Investment:
    """What a year of output ties up, USD per unit of yearly output."""

    equipment_usd: Num
    building_usd: Num
    launch_usd: Num
    working_capital_usd: Num

    @property
    def total_usd(self) -> Num:
        """All of it."""
        return self.equipment_usd + self.building_usd + self.launch_usd + self.working_capital_usd


@dataclass(frozen=True, slots=True)
class UnitCost:
    """Cost of one unit in USD; the parts sum to `total_usd`."""

    materials_usd: Num
    """Materials and purchased parts."""
    electricity_usd: Num
    labour_usd: Num
    overhead_on_labour_usd: Num
    overhead_on_capital_usd: Num
    gsa_on_labour_usd: Num
    gsa_on_capital_usd: Num
    rnd_usd: Num
    equipment_depreciation_usd: Num
    building_depreciation_usd: Num
    profit_usd: Num
    warranty_usd: Num
    investment: Investment

    def parts(self) -> dict[str, Num]:
        """Every part by name (without `_usd`), in USD."""
        names = [f.name for f in fields(self) if f.name != "investment"]
        return {name.removesuffix("_usd"): getattr(self, name) for name in names}

    @property
    def total_usd(self) -> Num:
        """Price of the unit: all parts."""
        return self.variable_usd + self.fixed_usd + self.profit_usd + self.warranty_usd

    @property
    def depreciation_usd(self) -> Num:
        """Equipment and building."""
        return self.equipment_depreciation_usd + self.building_depreciation_usd

    @property
    def variable_overhead_usd(self) -> Num:
        """Variable overhead on labour and on depreciation."""
        return self.overhead_on_labour_usd + self.overhead_on_capital_usd

    @property
    def gsa_usd(self) -> Num:
        """General, sales and administration on labour and on capital."""
        return self.gsa_on_labour_usd + self.gsa_on_capital_usd

    @property
    def variable_usd(self) -> Num:
        """Materials, electricity, labour and variable overhead."""
        return (
            self.materials_usd + self.electricity_usd + self.labour_usd + self.variable_overhead_usd
        )

    @property
    def fixed_usd(self) -> Num:
        """Depreciation, administration and research."""
        return self.depreciation_usd + self.gsa_usd + self.rnd_usd

    @property
    def marginal_usd(self) -> Num:
        """Cost of one unit more in a plant that stands: no capital, profit or warranty."""
        return (
            self.materials_usd
            + self.electricity_usd
            + self.labour_usd
            + self.overhead_on_labour_usd
            + self.gsa_on_labour_usd
        )

    @property
    def capital_usd(self) -> Num:
        """Depreciation and all that is charged on it."""
        return (
            self.depreciation_usd
            + self.overhead_on_capital_usd
            + self.gsa_on_capital_usd
            + self.rnd_usd
        )


def unit_cost(
    materials_usd: Num,
    load: Load,
    units_per_year: Num,
    rates: Rates,
    *,
    electricity_usd: Num = 0.0,
    charges_profit: bool = True,
) -> UnitCost:
    """Cost of one unit from its materials (USD per unit) and the plant's yearly load.

    Electricity (USD per unit) is a variable cost without overhead. Without `charges_profit` the
    cost to build is returned: profit and warranty are zero. Numbers and arrays broadcast.
    """
    labour = rates.labour_usd_per_h * load.labour_h / units_per_year
    equipment = rates.capital_multiplier * load.capex_musd * _USD_PER_MUSD / units_per_year
    building = rates.building_usd_per_m2 * load.area_m2 / units_per_year
    wear, ageing = rates.equipment_depreciation * equipment, rates.building_depreciation * building
    on_labour = rates.overhead_on_labour * labour
    on_capital = rates.overhead_on_depreciation * (wear + ageing)
    conversion = labour + on_labour + on_capital
    variable = materials_usd + electricity_usd + conversion
    investment = Investment(
        equipment,
        building,
        rates.launch_on_materials * materials_usd + rates.launch_on_labour * conversion,
        rates.working_capital * variable,
    )
    gsa_on_labour = rates.gsa_on_labour * (labour + on_labour)
    gsa_on_capital = rates.gsa_on_labour * on_capital + rates.gsa_on_depreciation * (wear + ageing)
    rnd = rates.rnd_on_depreciation * (wear + ageing)
    profit = rates.profit_on_investment * investment.total_usd if charges_profit else 0.0
    before_warranty = variable + gsa_on_labour + gsa_on_capital + rnd + wear + ageing + profit
    return UnitCost(
        materials_usd,
        electricity_usd,
        labour,
        on_labour,
        on_capital,
        gsa_on_labour,
        gsa_on_capital,
        rnd,
        wear,
        ageing,
        profit,
        rates.warranty * before_warranty if charges_profit else 0.0,
        investment,
    )
