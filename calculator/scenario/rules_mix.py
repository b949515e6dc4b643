"""Rules of a scenario on the mix of chemistries, and on recycled content by law."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from calculator.scenario.base import Id
from calculator.scenario.rule_base import Named, Percent


class ChemistryShare(Named):
    """A chemistry makes up a share of the energy delivered, between two bounds."""

    rule: Literal["chemistry_share"] = Field(examples=["chemistry_share"])
    """Kind of rule."""
    chemistry: Id = Field(examples=["LFP"])
    """Id of a chemistry that is sourced."""
    at_least_percent: Percent | None = Field(default=None, alias="at_least", examples=["30 %"])
    """Smallest share."""
    at_most_percent: Percent | None = Field(default=None, alias="at_most", examples=["70 %"])
    """Largest share."""


class EURecycledContent(Named):
    """Recycled cobalt, lithium and nickel as Regulation (EU) 2023/1542, Article 8 asks.

    16 % of cobalt, 6 % of lithium and 6 % of nickel from August 2031; 26, 12 and 15 % from
    August 2036; nothing before. Manufacturing waste and post-consumer waste both count. Materials
    that the cells do not hold are passed over.
    """

    rule: Literal["eu_recycled_content"] = Field(examples=["eu_recycled_content"])
    """Kind of rule."""
    year: int = Field(ge=2020, le=2100, examples=[2031])
    """Year whose floors hold."""
