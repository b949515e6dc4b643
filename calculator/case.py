"""What is asked of the product mode, the same in numbers, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from calculator.bill import Bill, Yields
from calculator.cost import Cost, Finance
from calculator.design import CellDesign
from calculator.economics import Rates
from calculator.intensity import Elements, count_elements
from calculator.numbers import Num
from calculator.pack import PackDesign, PackPlan, PackTarget
from calculator.prices import UnitPrice
from calculator.process import CellPlant, Roles
from calculator.spec import CellSpec, FormatSpec

if TYPE_CHECKING:
    from materials_db.schema import CellFormat, Chemistry

YIELDS = ("cell", "electrode", "foil", "separator", "electrolyte", "solid_electrolyte")
RATES = (
    "labour_usd_per_h",
    "building_usd_per_m2",
    "capital_multiplier",
    "electricity_usd_per_kwh",
    "natural_gas_usd_per_mj",
)


@dataclass(frozen=True)
class Request:
    """What to compute for one chemistry.

    The mappings replace single numbers, by floats or arrays of draws of one length.
    """

    chemistry: Chemistry
    format: CellFormat
    deck: str
    region: str
    """Country of the cell plant."""
    year: int
    """Year of the money."""
    volume_gwh_per_year: Num = 30.0
    pack: PackTarget = field(default_factory=PackTarget)
    finance: Finance = field(default_factory=Finance)
    cell: Mapping[str, Num] = field(default_factory=dict)
    """Numbers of the chemistry, keyed as in ``calculator.spec.OVERRIDES``."""
    prices: Mapping[str, Num] = field(default_factory=dict)
    """USD of ``year`` by item, in the item's own unit; a fee beside the item stays on top."""
    yields: Mapping[str, Num] = field(default_factory=dict)
    """Keyed as in ``YIELDS``."""
    rates: Mapping[str, Num] = field(default_factory=dict)
    """Keyed as in ``RATES``, USD of ``year``."""


@dataclass(frozen=True)
class Case:
    """A request resolved to numbers."""

    spec: CellSpec
    fmt: FormatSpec
    yields: Yields
    prices: Mapping[str, UnitPrice]
    densities_g_per_cm3: Mapping[str, float]
    """Of materials priced by the litre."""
    composition: Mapping[str, Mapping[str, float]]
    roles: Roles
    plant: CellPlant
    rates: Rates
    electricity_usd_per_kwh: Num
    heat_usd_per_kwh: Num
    """Heat from natural gas."""
    hardware_money: float
    """USD of the book's year per USD of 2022, for the reference's hardware prices."""
    volume_gwh_per_year: Num
    pack: PackPlan
    finance: Finance


@dataclass(frozen=True)
class Result:
    """Numbers of one case, each a float or an array of draws."""

    cell: CellDesign
    pack: PackDesign
    bill: Bill
    cost: Cost
    composition: Mapping[str, Mapping[str, float]]
    """Element mass fractions by material."""

    @cached_property
    def elements(self) -> Elements:
        """Element bill per kWh, counted when first asked for."""
        return count_elements(self.bill, self.composition)


@dataclass(frozen=True)
class Note:
    """Something the reader of a figure must know."""

    kind: str
    """``assumed``, ``borrowed``, ``money``, ``own``, ``fallback``, ``format``, ``fill`` (of the
    pores), ``range`` (of the plant) or ``pack`` (what whole cells reach)."""
    text: str
