"""The tables of the database: file name, record class and key of each.

Others of the project add rows, not code: a new table is one line here and one record class.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from materials_db import schema


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
    Table("duties", schema.Duty, ("importer", "origin", "commodity", "hs", "valid_from", "status")),
    Table("recycling", schema.RecyclingRow, ("route", "material", "quantity", "country")),
)
TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _TABLES})
"""Tables by name, in the order they are read."""

Rows = dict[str, list[Any]]
"""Records read so far, by table."""
