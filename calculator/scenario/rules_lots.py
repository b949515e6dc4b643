"""Rules of a scenario on suppliers as such: how many, how small, what one costs to take on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from calculator.scenario.base import Id
from calculator.scenario.quantity import Unit
from calculator.scenario.rule_base import MoneyText, Named, Stage, money_per


class _OnSuppliers(Named):
    """Who supplies a material at a stage is a supplier: a country, as the tables know them."""

    material: Id = Field(examples=["nickel"])
    """Material the rule is on."""
    stage: Stage | None = Field(default=None, examples=["refining"])
    """Stage the rule is on; every stage if left out."""


class MinimumLot(_OnSuppliers):
    """A supplier gives nothing, or at least a lot."""

    rule: Literal["minimum_lot"] = Field(examples=["minimum_lot"])
    """Kind of rule."""
    limit_kg_per_year: Annotated[float, Unit("kg/year", least=0)] = Field(
        alias="limit", examples=["500 t/year"]
    )
    """Smallest amount from one."""


class SupplierFee(_OnSuppliers):
    """Taking a supplier on costs a fixed sum a year: audits, samples, qualification."""

    rule: Literal["supplier_fee"] = Field(examples=["supplier_fee"])
    """Kind of rule."""
    fee: Annotated[MoneyText, money_per("")] = Field(examples=["2000000 USD_2025"])
    """Money a year for each supplier that is used."""


class SupplierCount(_OnSuppliers):
    """Between so many and so many suppliers are used."""

    rule: Literal["supplier_count"] = Field(examples=["supplier_count"])
    """Kind of rule."""
    at_least: int | None = Field(default=None, ge=1, le=100, examples=[3])
    """Fewest suppliers."""
    at_most: int | None = Field(default=None, ge=1, le=100, examples=[5])
    """Most suppliers."""
    least_share_percent: Annotated[float, Unit("%", above=0, most=100)] | None = Field(
        default=None, alias="least_share", examples=["5 %"]
    )
    """Share from which one counts as a supplier; 1 % if left out."""
