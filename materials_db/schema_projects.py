"""Records of diversification projects, magnets, stockpiles and what recycling feeds are worth.

A project is a row of the registry; its numbers stand one a row beside it. A number that no source
states has no row: who switches the project on is asked for it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from materials_db.schema import Country, Datum, Filed, Identifier, PartialDate, Text

ProjectStage = Literal[
    "mining", "refining", "metal", "active_material", "electrolyte", "cell", "magnet"
]
ProjectStatus = Literal[
    "delivered", "contract", "building", "study", "announced", "pilot", "funding", "timeline"
]


class ProjectRow(Filed):
    """A project outside the dominant supplier, as it stood at ``as_of``."""

    id: Identifier
    name: Text
    country: Country
    """Where it produces."""
    partner: str = ""
    """Who pays or takes the goods."""
    material: Text
    """What it makes, in words."""
    stage: ProjectStage
    network_material: str = ""
    """Name under which the supply network counts it; empty where no cell plan holds it."""
    network_good: str = ""
    """Which of the goods counted under that name it makes; all of them where empty."""
    start_year: int | None = Field(default=None, ge=1990, le=2100)
    """Year of the first delivery, contract or demonstration; empty where none is stated."""
    status: ProjectStatus
    as_of: PartialDate
    """When the status was true."""
    source: Identifier
    locator: str = ""
    note: str = ""


class ProjectNumber(Datum):
    """One number of a project."""

    project: Identifier
    item: str = ""
    """Which of its goods, such as ``Dy`` or ``NdPr``; empty for all."""
    quantity: Literal[
        "capacity",
        "supply",
        "supply_threshold",
        "last_year",
        "output_share",
        "coverage",
        "dependence_before",
        "dependence_after",
        "content",
        "feed",
        "resource",
        "mine_life",
        "capital_ceiling",
        "funding",
        "ownership",
        "step_up",
        "step_up_price",
        "ownership_price",
        "test_rate",
        "water_depth",
        "cost",
        "cost_ratio",
        "demand_share",
    ]
    """``capacity`` is what it makes, ``supply`` what its partner may take; ``coverage`` is the part
    of the partner country's demand that its source says it covers."""


class MagnetFact(Datum):
    """One number of magnets, of motors with and without them, or of their rare earths."""

    subject: Identifier
    """Magnet, motor or substance."""
    quantity: Literal[
        "magnet_mass",
        "rare_earth_fraction",
        "dysprosium_mass_least",
        "dysprosium_mass_most",
        "heavy_rare_earth_fraction",
        "neodymium_change",
        "heavy_rare_earth_change",
        "cost_change",
        "mass_change",
        "volume_change",
        "torque_density_ratio",
        "cycle_loss",
        "share",
        "price",
        "price_least",
        "price_most",
        "price_floor",
        "price_ratio",
        "recycling_rate",
        "finished_share_least",
        "finished_share_most",
        "recovery",
        "recycled_share",
        "demand",
    ]
    country: str = ""
    """Where, for prices and shares."""


class StockpileFact(Datum):
    """One number of a public stock, what holding costs, or what an outage does."""

    topic: Literal["target", "budget", "holding_cost", "impact", "lead_time", "sensitivity"]
    subject: Identifier
    quantity: Literal[
        "days",
        "money",
        "start_year",
        "share_per_year_least",
        "share_per_year_most",
        "loss",
        "loss_share_of_gdp",
        "time",
        "time_least",
        "time_most",
        "cost_change",
    ]
    country: Country
    outage_months: float | None = Field(default=None, gt=0)
    """Length of the outage an impact is of."""


class RecyclingValue(Datum):
    """What a feed of recyclers is worth, and published costs and margins of whole routes."""

    subject: Identifier
    """Feed or case."""
    route: str = ""
    item: str = ""
    """Element paid for; empty for the whole."""
    country: Country
    quantity: Literal[
        "payable_least",
        "payable_most",
        "price_per_percent_least",
        "price_per_percent_most",
        "revenue_with_gate_fee",
        "conversion_cost",
        "margin_least",
        "margin_most",
        "repurposing_cost_least",
        "repurposing_cost_most",
        "price_least",
        "price_most",
        "discount_least",
        "discount_most",
        "testing_energy",
        "state_of_health",
    ]
    """``price_per_percent`` is money per tonne of feed for each percent of the item it holds."""
