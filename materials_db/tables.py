"""The tables of the database: file name, record class and key of each.

Others of the project add rows, not code: a new table is one line here and one record class.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from materials_db import (
    schema,
    schema_dependence,
    schema_events,
    schema_policy,
    schema_projects,
    schema_trade,
    schema_uncertainty,
)


@dataclass(frozen=True)
class Table:
    """A long CSV table."""

    name: str
    """Stem of the file, and of the sheet in a workbook."""
    record: type[schema.Filed]
    key: tuple[str, ...]
    """Fields that name a row; a second row of one key is a fault, or a conflict between sources."""
    unique: bool = False
    """Whether a key may stand once only, whatever its source."""

    def key_of(self, record: schema.Filed) -> tuple[Hashable, ...]:
        """Key of a record."""
        return tuple(getattr(record, field) for field in self.key)

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names a file may have; the file's own name and line are not columns."""
        hidden = schema.Filed.model_fields
        return tuple(name for name in self.record.model_fields if name not in hidden)

    @property
    def required(self) -> frozenset[str]:
        """Columns a file must have."""
        fields = self.record.model_fields
        return frozenset(name for name in self.columns if fields[name].is_required())


_TARIFF_KEY = (
    "measure", "quantity", "origins", "except_origins", "hs", "producer", "use", "quota",
    "unit_value_from_usd", "valid_from", "valid_to",
)  # fmt: skip
_POLICY_NUMBER_KEY = ("policy", "requirement", "subject", "valid_from")
_POLICY_MEMBER_KEY = ("policy", "list", "country", "firm")
_EVENT_NUMBER_KEY = ("event", "material", "stage", "quantity", "date", "locator")
_STOCKPILE_KEY = ("topic", "subject", "quantity", "country", "outage_months")
_VALUE_KEY = ("subject", "route", "item", "country", "quantity", "date")
_IMPORT_KEY = ("importer", "form", "origin", "date", "measured_by")
_INDEX_KEY = ("material", "stage", "quantity", "importer", "form", "date")
_VOLATILITY_KEY = ("series", "quantity", "first", "last")
_CORRELATION_KEY = ("series", "other", "first", "last")
_TABLES = (
    Table("sources", schema.Source, ("id",), unique=True),
    Table("materials", schema.Material, ("id",), unique=True),
    Table("properties", schema.Property, ("material", "property", "element")),
    Table("prices", schema.Price, ("item", "deck", "region", "kind", "thickness_um")),
    Table("indexed_prices", schema.IndexedPrice, ("item", "term", "deck")),
    Table("decks", schema.Deck, ("id",), unique=True),
    Table("plant", schema.PlantRow, ("process", "step", "quantity")),
    Table("yields", schema.ProcessYield, ("process", "item")),
    Table("vat_rates", schema.VatRate, ("country",)),
    Table("shares", schema.Share, ("material", "stage", "country")),
    Table("world_output", schema.WorldOutput, ("material", "stage", "quantity")),
    Table("element_materials", schema.ElementMaterial, ("element", "stage", "commodity")),
    Table("market_access", schema.MarketAccess, ("stage",)),
    Table("regions", schema.RegionFactor, ("country", "factor")),
    Table("governance", schema.Governance, ("country", "indicator", "date")),
    Table("critical_lists", schema.CriticalListing, ("list", "material"), unique=True),
    Table("exchange_rates", schema.ExchangeRate, ("currency", "year")),
    Table("price_levels", schema.PriceLevel, ("currency", "year")),
    Table("process_economics", schema.ProcessEconomics, ("process", "quantity", "locator")),
    Table("emission_factors", schema.EmissionFactor, ("subject", "quantity")),
    Table("freight", schema.Freight, ("mode", "commodity", "origin", "destination")),
    Table("trade_products", schema_trade.TradeProduct, ("id",), unique=True),
    Table("hs_codes", schema_trade.HsCode, ("product", "importer")),
    Table("customs_bases", schema_trade.CustomsBase, ("importer",)),
    Table("trade_measures", schema_trade.TradeMeasure, ("id",), unique=True),
    Table("tariffs", schema_trade.Tariff, _TARIFF_KEY),
    Table("export_rebates", schema_trade.ExportRebate, ("country", "product", "valid_from")),
    Table("events", schema_events.EventRow, ("id",), unique=True),
    Table("event_effects", schema_events.EventEffect, ("event", "material", "stage"), unique=True),
    Table("event_numbers", schema_events.EventNumber, _EVENT_NUMBER_KEY),
    Table("event_firms", schema_events.EventFirm, ("event", "firm"), unique=True),
    Table("price_effects", schema_events.PriceEffect, ("event", "material", "importer")),
    Table("policies", schema_policy.PolicyRow, ("id",), unique=True),
    Table("policy_numbers", schema_policy.PolicyNumber, _POLICY_NUMBER_KEY),
    Table("policy_members", schema_policy.PolicyMember, _POLICY_MEMBER_KEY, unique=True),
    Table("projects", schema_projects.ProjectRow, ("id",), unique=True),
    Table("project_numbers", schema_projects.ProjectNumber, ("project", "item", "quantity")),
    Table("magnets", schema_projects.MagnetFact, ("subject", "quantity", "country")),
    Table("stockpile_facts", schema_projects.StockpileFact, _STOCKPILE_KEY),
    Table("recycling_values", schema_projects.RecyclingValue, _VALUE_KEY),
    Table("import_shares", schema_dependence.ImportShare, _IMPORT_KEY),
    Table("published_hhi", schema_dependence.PublishedIndex, _INDEX_KEY),
    Table("n_minus_1_outlook", schema_dependence.Outlook, ("material", "quantity", "date")),
    Table("eu_criticality", schema_dependence.EuCriticality, ("material", "quantity", "date")),
    Table("price_volatility", schema_uncertainty.PriceVolatility, _VOLATILITY_KEY),
    Table("price_correlations", schema_uncertainty.PriceCorrelation, _CORRELATION_KEY),
    Table("recycling", schema.RecyclingRow, ("route", "material", "quantity", "country")),
)
TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _TABLES})
"""Tables by name, in the order they are read."""

Rows = dict[str, list[Any]]
"""Records read so far, by table."""
