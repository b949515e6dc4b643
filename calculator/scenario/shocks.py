"""The part of a scenario on shocks: events, stocks and what else softens a blow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from calculator.scenario.base import Country, Id, Name, Part
from calculator.scenario.quantity import Unit, plain
from calculator.scenario.rule_base import MoneyText, Percent, Stage, money_per

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _calendar_day(value: object) -> object:
    """A date as text; a bare number would otherwise pass for seconds since 1970."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value.strip()):
        raise ValueError(f"'{value}' is no date; write it such as '2026-11-22'")
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(f"'{value}' is not in the calendar; mend month or day") from None


def _price_of_good(text: str) -> str:
    """Money per kWh for what is counted in energy, such as cells; else per kg."""
    if "/" not in text:
        raise ValueError(f"'{text}' is not money per kg or kWh; write it such as '12 USD_2025/kg'")
    check = money_per("kWh" if "Wh" in text else "kg").func
    return str(check(text))  # type: ignore[call-arg]


def _cost_per_kwh(text: str) -> str:
    """Money per kWh."""
    if "/" not in text:
        raise ValueError(f"'{text}' is not money per kWh; write it such as '60 USD_2025/kWh'")
    return str(money_per("kWh").func(text))  # type: ignore[call-arg]


@dataclass(frozen=True)
class _Yearly(Unit):
    """A fraction of something a year: ``8 %/year``; ``8 %`` is read as the same."""

    def read(self, value: object, info: ValidationInfo) -> float:
        if isinstance(value, str):
            value = re.sub(r"\s*/\s*(year|yr|a|y)\s*$", "", value)
        return super().read(value, info)

    def write(self, value: float) -> str:
        return f"{plain(value)} {self.text}/year"


@dataclass(frozen=True)
class _DayCount(Unit):
    """Whole days; the key names the unit, so that ``120`` is read as ``120 day``."""

    def read(self, value: object, info: ValidationInfo) -> float:
        bare = isinstance(value, int | float) and not isinstance(value, bool)
        number = super().read(f"{value} day" if bare else value, info)
        if number != int(number):
            raise ValueError(f"'{value}' is no whole number of days; write it such as '120 day'")
        return number


Day = Annotated[date, BeforeValidator(_calendar_day)]
Span = Annotated[float, Unit("day", least=0, most=36_500)]
Rise = Annotated[float, Unit("%", least=0, most=10_000)]
Premium = Annotated[float, Unit("%", least=-100, most=10_000)]
PerYear = Annotated[float, _Yearly("%", least=0, most=100)]
Length = Annotated[float, _DayCount("day", least=1, most=36_500)]
CountryList = Annotated[tuple[Country, ...], Field(max_length=300)]
Names = Annotated[tuple[Name, ...], Field(max_length=300)]
Reach = Literal["exports", "output"]
_OWN_ONLY = ("origins", "owners", "destinations", "reach")
_SIZES = ("cut_percent", "delay_days", "refusal_percent", "price_rise_percent")


class ShockEvent(Part):
    """One event: either a shipped one by its id (``event``), or one of your own (``name``).

    A shipped event brings its materials, origins and dates; where no source says how much it
    cuts, ``cut``, ``refusal`` or ``delay`` must be given. Numbers given here go before its own.
    """

    event: Id | None = Field(default=None, examples=["CHN_graphite_licence_2023"])
    """Id of a shipped event."""
    name: Name | None = Field(default=None, examples=["Port closed"])
    """Your name for an event of your own."""
    material: Id | None = Field(default=None, examples=["graphite"])
    """Material that is hit; every material if left out. Of a shipped event, its effects on this
    material alone."""
    stage: Stage | None = Field(default=None, examples=["refining"])
    """Stage that is hit; every stage if left out."""
    origins: CountryList = Field(default=(), examples=[["CHN"]])
    """Countries it comes from; all if left out."""
    owners: Names = Field(default=(), examples=[["Example Mining"]])
    """Owners of suppliers that are hit, where the network names owners; all if left out."""
    destinations: CountryList = Field(default=(), examples=[["JPN", "USA"]])
    """Countries the measure is aimed at; all if left out."""
    exempt: Names = Field(default=(), examples=[["DEU"]])
    """Countries of destination, or owners, that stay untouched."""
    reach: Reach = Field(default="exports", examples=["output"])
    """``exports``: what leaves the origin; ``output``: all that is made there."""
    start: Day | None = Field(default=None, examples=["2026-12-01"])
    """First day. If left out, an event of your own, and a shipped one in force on ``date``, begin
    on ``date``; a shipped one still to come keeps its own day. Give it to replay a past event."""
    end: Day | None = Field(default=None, examples=["2027-03-31"])
    """Last day; give this or ``days``."""
    days: Length | None = Field(default=None, examples=["120 day"])
    """How long it lasts; without it and ``end`` a shipped event lasts as it did, and any other to
    the end of the test."""
    cut_percent: Percent | None = Field(default=None, alias="cut", examples=["60 %"])
    """Share of what is touched that does not come at all while it lasts."""
    delay_days: Span | None = Field(default=None, alias="delay", examples=["45 day"])
    """Wait for a licence; what is not cut comes this much later."""
    refusal_percent: Percent | None = Field(default=None, alias="refusal", examples=["10 %"])
    """Share of the licences asked for that is refused."""
    price_rise_percent: Rise | None = Field(default=None, alias="price_rise", examples=["80 %"])
    """How much dearer the material is while it lasts."""
    probability_percent: PerYear | None = Field(
        default=None, alias="probability", examples=["5 %/year"]
    )
    """Chance that it comes in a year; for stockpiles and robust plans."""
    active: bool | None = Field(default=None, examples=[True])
    """Of a shipped event whose suspension has ended without a known renewal: whether it is taken
    to be in force again."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.event is None) == (self.name is None):
            raise ValueError(
                "an event is either shipped or your own; give 'event' with an id, or 'name'"
            )
        if self.event is not None:
            given = next((key for key in _OWN_ONLY if key in self.model_fields_set), None)
            if given:
                raise ValueError(
                    f"'{given}' of the shipped event '{self.event}' cannot be changed; "
                    "write an event of your own with 'name'"
                )
        return self

    @model_validator(mode="after")
    def _own_is_whole(self) -> Self:
        if self.name is None:
            return self
        if self.active is not None:
            raise ValueError(f"event '{self.name}' is your own; drop 'active', or drop the event")
        if all(getattr(self, size) is None for size in _SIZES):
            raise ValueError(
                f"event '{self.name}' says nothing of its size; "
                "give 'cut', 'delay', 'refusal' or 'price_rise'"
            )
        return self

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.end is not None and self.days is not None:
            raise ValueError("both 'end' and 'days' stand; keep one of them")
        if self.end is not None and self.start is not None and self.end < self.start:
            raise ValueError(
                f"the event ends on {self.end} before it starts on {self.start}; swap or mend them"
            )
        return self


class _OnGood(Part):
    """What is done for one material at one stage."""

    material: Id = Field(examples=["graphite"])
    """Material it is for."""
    stage: Stage | None = Field(default=None, examples=["refining"])
    """Stage; every stage at which the plan buys it if left out."""


class Stock(_OnGood):
    """A stock that stands when the test begins."""

    cover_days: Span = Field(alias="cover", examples=["60 day"])
    """Days of the plan's need it covers."""
    public: bool = Field(default=False, examples=[True])
    """Whether it is a public stock, counted apart and drawn after your own."""
    price: Annotated[MoneyText, AfterValidator(_price_of_good)] | None = Field(
        default=None, examples=["12 USD_2025/kg"]
    )
    """What a unit of it costs; the landed price of the plan if left out."""
    shelf_life_days: Span | None = Field(default=None, alias="shelf_life", examples=["180 day"])
    """How long it keeps; for ever if left out."""


class _Mitigation(_OnGood):
    """What steps in after a while, up to a limit."""

    most_percent: Percent = Field(alias="most", examples=["50 %"])
    """Share of the plan's need it can give when it is up."""
    lead_time_days: Span = Field(default=0.0, alias="lead_time", examples=["180 day"])
    """Days from the start of the event to the first delivery."""
    ramp_days: Span = Field(default=0.0, alias="ramp", examples=["90 day"])
    """Days from the first delivery to the most it can give, in a straight line."""


class SecondSource(_Mitigation):
    """Other suppliers of the same material."""

    premium_percent: Premium = Field(default=0.0, alias="premium", examples=["15 %"])
    """How much dearer it is than the plan's mean landed price."""


class MoreRecycling(_Mitigation):
    """Recycled material beyond what the plan holds."""

    premium_percent: Premium = Field(default=0.0, alias="premium", examples=["5 %"])
    """How much dearer it is than the plan's mean landed price."""


class Substitution(_Mitigation):
    """Less of a material for the same product: another material, or thrift."""

    premium_percent: Premium = Field(default=0.0, alias="premium", examples=["10 %"])
    """What the way round costs, against the price of the material it replaces."""


class ChemistrySwitch(Part):
    """Part of the cells is made of another chemistry."""

    to: Id = Field(examples=["LFP"])
    """Chemistry that is switched to."""
    most_percent: Percent = Field(alias="most", examples=["30 %"])
    """Share of the cells that can be switched."""
    lead_time_days: Span = Field(default=0.0, alias="lead_time", examples=["120 day"])
    """Days from the start of the event to the first cell."""
    ramp_days: Span = Field(default=0.0, alias="ramp", examples=["60 day"])
    """Days from the first cell to the whole share, in a straight line."""


class Shocks(Part):
    """What befalls the plan, and what stands ready against it."""

    date: Day = Field(examples=["2026-11-22"])
    """First day of the test; the status of a shipped event is that of this day."""
    horizon_days: Annotated[float, _DayCount("day", least=1, most=3_660)] = Field(
        default=365.0, alias="horizon", examples=["365 day"]
    )
    """Length of the test."""
    events: tuple[ShockEvent, ...] = Field(default=(), max_length=200)
    """What happens; all at once where several stand."""
    stock: tuple[Stock, ...] = Field(default=(), max_length=200)
    """Stocks that stand when the test begins."""
    second_source: tuple[SecondSource, ...] = Field(default=(), max_length=200)
    """Suppliers that can step in."""
    recycling: tuple[MoreRecycling, ...] = Field(default=(), max_length=200)
    """Recycled supply that can step in."""
    substitution: tuple[Substitution, ...] = Field(default=(), max_length=200)
    """Need that can fall away."""
    switch: ChemistrySwitch | None = Field(default=None)
    """Chemistry that can take over part of the cells."""
    shortage_cost: Annotated[MoneyText, AfterValidator(_cost_per_kwh)] | None = Field(
        default=None, examples=["60 USD_2025/kWh"]
    )
    """What a kWh that is not delivered costs you, margin and penalty; not counted if left out."""
    holding_percent: PerYear | None = Field(default=None, alias="holding", examples=["8 %/year"])
    """What it costs to hold a stock, of its value."""

    @model_validator(mode="after")
    def _events_lie_in_the_test(self) -> Self:
        last = self.date + timedelta(days=int(self.horizon_days) - 1)
        for event in self.events:
            called = event.event or event.name
            if event.start is not None and event.start > last:
                raise ValueError(
                    f"event '{called}' starts on {event.start}, after the test ends on {last}; "
                    "lengthen 'horizon' or mend 'start'"
                )
            if event.end is not None and event.end < (event.start or self.date):
                raise ValueError(
                    f"event '{called}' ends on {event.end}, before the test begins on {self.date}; "
                    "give 'start', or mend 'end'"
                )
        return self

    @model_validator(mode="after")
    def _stocks_differ(self) -> Self:
        seen = set()
        for stock in self.stock:
            key = (stock.material, stock.stage, stock.public)
            if key in seen:
                kind = "public" if stock.public else "own"
                raise ValueError(
                    f"two {kind} stocks of '{stock.material}' stand; add them up in one"
                )
            seen.add(key)
        return self
