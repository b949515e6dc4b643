"""Records of events: export controls, bans, quotas and price shocks, with what is known of each.

An event stands in the registry with its dates, status and source; ``EventEffect`` says what it
touches, ``EventNumber`` holds what a source says of its size. An effect without a number is one
whose size no source states.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from materials_db.schema import Confidence, Country, Datum, Filed, Identifier, PartialDate, Text


def _words(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


Countries = Annotated[tuple[Country, ...], BeforeValidator(_words)]
"""Codes separated by spaces; all countries where empty."""
Reach = Literal["exports", "output"]
Stage = Literal["", "mining", "refining", "active_material", "cell"]
EventStatus = Literal[
    "in_force", "suspended", "announced", "proposed", "ended", "reported", "unknown"
]


class EventRow(Filed):
    """One measure or mishap of the registry, as it stood in the month ``as_of``."""

    id: Identifier
    name: Text
    issuer: Country
    """Who ordered it; ``WLD`` for a mishap of the market."""
    instrument: Text
    """Announcement, decision or law."""
    kind: Literal[
        "licence",
        "review",
        "ban",
        "suspension",
        "quota",
        "production_quota",
        "technology",
        "entity_list",
        "end_use",
        "waste",
        "authority",
        "understanding",
        "participation",
        "import_duty",
        "benchmark",
        "price",
    ]
    targets: Text
    """Whom it is aimed at, in words."""
    announced: PartialDate
    start: PartialDate
    """First day; of a month or year alone, its first day is taken."""
    end: PartialDate | None = None
    """Last day it held; empty where no end is known."""
    suspended_from: PartialDate | None = None
    suspended_to: PartialDate | None = None
    """Last day of the suspension."""
    resumes: Literal["", "yes", "no", "unknown"] = ""
    """Whether it held again after its suspension; empty without one."""
    status: EventStatus
    as_of: PartialDate
    """When the status was looked up."""
    source: Identifier
    locator: str = ""
    confidence: Confidence
    note: str = ""


class EventEffect(Filed):
    """A good that an event touches; its size, where a source states one, is an ``EventNumber``."""

    event: Identifier
    material: Identifier
    """As the supply network groups goods; a name of its own for what no network holds."""
    stage: Stage = ""
    """Every stage where empty."""
    item: Text
    """The good as the measure names it."""
    origins: Countries = ()
    destinations: Countries = ()
    """Countries it is aimed at."""
    exempt: Countries = ()
    """Countries of destination that stay untouched."""
    reach: Reach
    note: str = ""


class EventNumber(Datum):
    """A number that a source states of an event's effect."""

    event: Identifier
    material: Identifier
    stage: Stage = ""
    quantity: Literal[
        "cut",
        "delay_days",
        "refusal",
        "price_rise",
        "price_multiple",
        "quota",
        "quota_base",
        "quota_strategic",
        "quota_rest_of_2025",
        "quota_month",
        "quota_before",
        "quota_fall",
        "quota_fall_half_year",
        "output_before",
        "exports_before",
        "need",
        "entities",
        "compaction_pressure",
        "least_compaction_density",
        "least_tap_density",
        "least_specific_capacity",
        "least_first_cycle_efficiency",
        "least_voltage",
        "least_specific_energy",
        "least_value_share",
    ]
    """``cut``, ``delay_days``, ``refusal`` and ``price_rise`` size the effect; ``least_...`` are
    thresholds from which the measure holds; the rest is shown beside it."""


class EventFirm(Filed):
    """A firm on a list of a measure."""

    event: Identifier
    firm: Text
    country: Country
    tier: Literal["OEM", "tier_1", "tier_2"]
    item: Text
    """What it supplies."""
    listed_by: str = ""
    """Id of the announcement whose list names it; empty where that is not known."""
    source: Identifier
    locator: str = ""
    date: PartialDate
    """When it was listed."""
    confidence: Confidence
    note: str = ""


class PriceEffect(Datum):
    """Change of a unit value in customs data after a measure, in percent."""

    event: Identifier
    material: Identifier
    importer: Country
    p_value: Annotated[float, Field(ge=0, le=1)]
    """Probability of such a change by chance, as the study states it."""
    months_from: Annotated[int, Field(ge=0)]
    """First month after the measure that is counted."""
    months_to: Annotated[int, Field(ge=0)]
    """Last month after the measure that is counted."""
