"""Records of trade policy: products, their codes, measures, their rates, rebates of exporters.

A measure (a tariff, a countervailing duty, a surtax) is one row of ``trade_measures``: what it
is called, who charges it, what the law says of it. Its numbers are rows of ``tariffs``, one
component a row, for some origins, codes, producers and days.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from materials_db.schema import Country, Datum, Filed, Identifier, PartialDate, Text

Code = Annotated[str, StringConstraints(pattern=r"^\d{2}(\d{2}(\.\d{2}(\.\d{2,4}){0,2})?)?$")]
"""Code of the Harmonized System: ``85``, ``8507``, ``8507.60`` or longer, as ``8507.60.0010``."""


def _words(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


Places = Annotated[tuple[Country, ...], BeforeValidator(_words)]
"""Countries, separated by spaces in a table; ``WLD`` stands for any."""
Codes = Annotated[tuple[Code, ...], BeforeValidator(_words)]
"""Beginnings of codes, separated by spaces in a table."""
Names = Annotated[tuple[Identifier, ...], BeforeValidator(_words)]
"""Ids, separated by spaces in a table."""


class TradeProduct(Filed):
    """A thing that crosses a border under a code of its own."""

    id: Identifier
    name: Text
    kind: Literal["material", "cell", "pack", "part", "magnet", "vehicle"]
    """Duty is on the thing as it travels: a pack inside a car is part of the vehicle."""
    unit: Literal["kg", "kWh", "vehicle", "piece"]
    """What its price is per."""
    use: Literal["", "automotive", "other"] = ""
    """Use taken where none is asked, for goods whose duty depends on it."""
    aliases: Names = ()
    note: str = ""


class HsCode(Filed):
    """Code under which an importer classes a product."""

    product: Identifier
    importer: Country
    """``WLD`` for the code of every importer without a row of its own."""
    hs: Code
    source: Identifier
    locator: str = ""
    note: str = ""


class CustomsBase(Filed):
    """Whether an importer charges duty on freight and insurance as well."""

    importer: Country
    """``WLD`` for every importer without a row of its own."""
    base: Literal["fob", "cif"]
    source: Identifier
    locator: str = ""


class TradeMeasure(Filed):
    """A measure of trade policy and what the law says of it."""

    id: Identifier
    name: Text
    importer: Country
    kind: Literal[
        "mfn",
        "preference",
        "concession",
        "countervailing",
        "section_301",
        "section_232",
        "section_338",
        "section_122",
        "emergency",
        "surtax",
        "quota",
        "additional",
    ]
    status: Literal["in_force", "suspended", "proposed", "ended", "not_imposed", "unknown"]
    """Only ``in_force`` counts unasked; ``proposed`` counts where proposals are asked for."""
    suspended_from: PartialDate | None = None
    suspended_to: PartialDate | None = None
    """Last day of the suspension; empty where its end is not known."""
    source: Identifier
    locator: str = ""
    date: PartialDate | None = None
    """When the status was true."""
    note: str = ""

    @model_validator(mode="after")
    def _suspension_has_days(self) -> TradeMeasure:
        if (self.status == "suspended") != (self.suspended_from is not None):
            raise ValueError(
                "status 'suspended' and suspended_from go together; give both or neither"
            )
        if self.suspended_to and self.suspended_to < (self.suspended_from or ""):
            raise ValueError("the suspension ends before it begins; swap or mend its days")
        return self


class Tariff(Datum):
    """One number of a measure: a rate, a least duty per unit, or a quota.

    Of several rows of one measure and quantity the one that names the goods most closely counts:
    the origin before ``WLD``, the producer before all others, the longer code, the newer start.
    """

    measure: Identifier
    quantity: Literal["rate", "minimum_duty", "quota"]
    treatment: Literal["mfn", "replaces_mfn", "adds", "all_in", ""] = ""
    """Of a rate. ``adds``: on top; ``all_in``: it and the base rate (most-favoured-nation or
    preferential) come to this much together; ``replaces_mfn``: instead of the base rate."""
    origins: Places = Field(min_length=1)
    except_origins: Places = ()
    hs: Codes = Field(min_length=1)
    producer: str = ""
    """Producer it is for; ``all_others`` for those without a row; empty for any."""
    use: Literal["", "automotive", "other"] = ""
    quota: Literal["", "in", "over"] = ""
    """Whether it holds inside or beyond the quota of the measure; empty for both."""
    unit_value_from_usd: Annotated[float, Field(ge=0)] | None = None
    """Least customs value of a unit it is for."""
    unit_value_below_usd: Annotated[float, Field(gt=0)] | None = None
    """Customs value of a unit below which it is."""
    valid_from: PartialDate | None = None
    """First day; empty where the start is not recorded and only ``date`` is known."""
    valid_to: PartialDate | None = None
    """Last day; empty where no end is set."""
    ask: str = ""
    """What the user must settle where the row counts."""
    recalled: bool = False
    """Whether the rate is recalled and was not read again at its source."""

    @model_validator(mode="after")
    def _dated(self) -> Tariff:
        if not (self.valid_from or self.date):
            raise ValueError(
                "the duty has no date; give valid_from, or the date on which it was read"
            )
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("the duty ends before it begins; swap or mend its days")
        return self

    @model_validator(mode="after")
    def _treated(self) -> Tariff:
        if (self.quantity == "rate") != bool(self.treatment):
            raise ValueError("a rate has a treatment and nothing else has; give or drop it")
        return self


class ExportRebate(Datum):
    """Share of the price without VAT that an exporter gets back on its value-added tax."""

    country: Country
    product: Identifier
    valid_from: PartialDate | None = None
    """First day; empty where the start is not recorded and it holds until the next row."""
