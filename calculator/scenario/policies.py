"""A law that a sourcing mix is held to, as a scenario file states it."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import Field, model_validator

from calculator.scenario.base import Country, Id, Name, Part
from calculator.scenario.quantity import Unit
from calculator.scenario.rule_base import Percent

_SHORT = re.compile(r"\s*([^\s@]+)\s*@\s*(\d{4})\s*")


class PolicyChoice(Part):
    """A law as of a year; ``EU_CRMA @ 2030`` is short for its two keys.

    ``battcalc policies`` lists the laws. Its rules join your own, each named after the law.
    """

    policy: Id = Field(examples=["US_MACR"])
    """Id of the law."""
    year: int = Field(ge=2020, le=2100, examples=[2027])
    """Year whose step holds, as it stands on 31 December."""
    product: Name | None = Field(default=None, examples=["energy storage"])
    """Product, where the law has a step for each; of a grant, the project."""
    credit: bool = Field(default=False, examples=[True])
    """Whether the credit on cells made there hangs on the law: then it need not be met, and pays
    if it is."""
    cap_kg_per_kwh: Annotated[float, Unit("kgCO2e/kWh", above=0)] | None = Field(
        default=None, alias="cap", examples=["60 kgCO2e/kWh"]
    )
    """Largest carbon footprint, where the law's own is not sourced."""
    threshold_percent: Percent | None = Field(default=None, alias="threshold", examples=["60 %"])
    """Share in place of the law's own, or where none is sourced."""
    trusted: tuple[Country, ...] = Field(default=(), max_length=300, examples=[["JPN", "KOR"]])
    """Trusted partners, whose share counts as domestic."""
    materials: tuple[Id, ...] = Field(default=(), max_length=100, examples=[["lithium", "cobalt"]])
    """The materials it is applied to; all that it covers if left out."""
    requirements: tuple[Id, ...] = Field(default=(), max_length=20, examples=[["refining"]])
    """The requirements that are applied; all if left out."""
    rate_percent: Annotated[float, Unit("%", least=0, most=100)] | None = Field(
        default=None, alias="rate", examples=["6 %"]
    )
    """Yearly interest at which a grant is spread; that of the plant model if left out."""
    life_years: Annotated[float, Unit("year", above=0, most=100)] | None = Field(
        default=None, alias="life", examples=["10 year"]
    )
    """Years over which a grant is spread; those of the plant model's equipment if left out."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = _SHORT.fullmatch(value)
        if found is None:
            raise ValueError(f"'{value}' names no law and year; write it such as 'EU_CRMA @ 2030'")
        return {"policy": found[1], "year": int(found[2])}

    @property
    def label(self) -> str:
        """Law, year and product, as its rules are named."""
        product = "" if self.product is None else f" {self.product}"
        return f"{self.policy} {self.year}{product}"

    @property
    def added(self) -> frozenset[str]:
        """Keys given beside the law, its year and product, as a file holds them."""
        fields = type(self).model_fields
        given = (n for n in self.model_fields_set if getattr(self, n) != fields[n].default)
        return frozenset(fields[n].alias or n for n in given) - {"policy", "year", "product"}
