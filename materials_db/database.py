"""The database in memory: frozen tables and look-ups by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from materials_db import (
    schema,
    schema_dependence,
    schema_events,
    schema_policy,
    schema_projects,
    schema_trade,
    schema_uncertainty,
)
from materials_db.faults import UnknownNameError
from materials_db.formula import mass_fractions

Kind = TypeVar("Kind", bound=schema.Filed)
Key = TypeVar("Key")
_PriceIndex: TypeAlias = "Mapping[tuple[str, str], tuple[schema.Price, ...]]"


@dataclass(frozen=True)
class FoundPrice:
    """A price and the deck it was taken from."""

    price: schema.Price
    asked: str
    """Id of the deck that was asked."""

    @property
    def borrowed(self) -> bool:
        """Whether the asked deck lacked the item and a deck behind it answered."""
        return self.price.deck != self.asked


@dataclass(frozen=True)
class IndexFormula:
    """A metal-indexed price: fee + sum over terms of coefficient x price of the raw material."""

    item: str
    fee: schema.IndexedPrice
    """Constant term, money per kilogram."""
    terms: Mapping[str, schema.IndexedPrice]
    """Kilograms of raw material paid per kilogram of the item, by raw material."""


@dataclass(frozen=True)
class MaterialsDB:
    """Every record of the database; nothing in it can be changed.

    Tables of one record a name are mappings, long tables are tuples in the order of their
    files. Look-ups raise ``UnknownNameError`` with the nearest names.
    """

    data_version: str
    """Hash of all shipped data files, with the overlay's hash after a plus sign."""
    overlay: str = ""
    """Name of the user's file or folder laid over the shipped rows, if any."""
    sources: Mapping[str, schema.Source] = field(default_factory=dict)
    materials: Mapping[str, schema.Material] = field(default_factory=dict)
    decks: Mapping[str, schema.Deck] = field(default_factory=dict)
    chemistries: Mapping[str, schema.Chemistry] = field(default_factory=dict)
    formats: Mapping[str, schema.CellFormat] = field(default_factory=dict)
    properties: tuple[schema.Property, ...] = ()
    prices: tuple[schema.Price, ...] = ()
    indexed_prices: tuple[schema.IndexedPrice, ...] = ()
    plant: tuple[schema.PlantRow, ...] = ()
    yields: tuple[schema.ProcessYield, ...] = ()
    vat_rates: tuple[schema.VatRate, ...] = ()
    shares: tuple[schema.Share, ...] = ()
    world_output: tuple[schema.WorldOutput, ...] = ()
    element_materials: tuple[schema.ElementMaterial, ...] = ()
    market_access: tuple[schema.MarketAccess, ...] = ()
    regions: tuple[schema.RegionFactor, ...] = ()
    governance: tuple[schema.Governance, ...] = ()
    critical_lists: tuple[schema.CriticalListing, ...] = ()
    exchange_rates: tuple[schema.ExchangeRate, ...] = ()
    price_levels: tuple[schema.PriceLevel, ...] = ()
    process_economics: tuple[schema.ProcessEconomics, ...] = ()
    emission_factors: tuple[schema.EmissionFactor, ...] = ()
    freight: tuple[schema.Freight, ...] = ()
    trade_products: Mapping[str, schema_trade.TradeProduct] = field(default_factory=dict)
    hs_codes: tuple[schema_trade.HsCode, ...] = ()
    customs_bases: tuple[schema_trade.CustomsBase, ...] = ()
    trade_measures: Mapping[str, schema_trade.TradeMeasure] = field(default_factory=dict)
    tariffs: tuple[schema_trade.Tariff, ...] = ()
    export_rebates: tuple[schema_trade.ExportRebate, ...] = ()
    events: Mapping[str, schema_events.EventRow] = field(default_factory=dict)
    event_effects: tuple[schema_events.EventEffect, ...] = ()
    event_numbers: tuple[schema_events.EventNumber, ...] = ()
    event_firms: tuple[schema_events.EventFirm, ...] = ()
    price_effects: tuple[schema_events.PriceEffect, ...] = ()
    policies: Mapping[str, schema_policy.PolicyRow] = field(default_factory=dict)
    policy_numbers: tuple[schema_policy.PolicyNumber, ...] = ()
    policy_members: tuple[schema_policy.PolicyMember, ...] = ()
    recycling: tuple[schema.RecyclingRow, ...] = ()
    projects: Mapping[str, schema_projects.ProjectRow] = field(default_factory=dict)
    project_numbers: tuple[schema_projects.ProjectNumber, ...] = ()
    magnets: tuple[schema_projects.MagnetFact, ...] = ()
    stockpile_facts: tuple[schema_projects.StockpileFact, ...] = ()
    recycling_values: tuple[schema_projects.RecyclingValue, ...] = ()
    import_shares: tuple[schema_dependence.ImportShare, ...] = ()
    published_hhi: tuple[schema_dependence.PublishedIndex, ...] = ()
    n_minus_1_outlook: tuple[schema_dependence.Outlook, ...] = ()
    eu_criticality: tuple[schema_dependence.EuCriticality, ...] = ()
    price_volatility: tuple[schema_uncertainty.PriceVolatility, ...] = ()
    price_correlations: tuple[schema_uncertainty.PriceCorrelation, ...] = ()

    def with_sources(self, *sources: schema.Source) -> MaterialsDB:
        """The same database with further sources registered."""
        more = {source.id: source for source in sources}
        return replace(self, sources=MappingProxyType({**self.sources, **more}))

    # --- by name -----------------------------------------------------------------------

    def source(self, name: str) -> schema.Source:
        """Source by id."""
        return _named("source", name, self.sources)

    def material(self, name: str) -> schema.Material:
        """Material by id."""
        return _named("material", name, self.materials)

    def chemistry(self, name: str) -> schema.Chemistry:
        """Chemistry by id; ``load_chemistry`` of ``load`` takes a file as well."""
        return _named("chemistry", name, self.chemistries)

    def cell_format(self, name: str) -> schema.CellFormat:
        """Cell format by id."""
        return _named("format", name, self.formats)

    def deck(self, name: str) -> schema.Deck:
        """Price deck by id."""
        return _named("price deck", name, self.decks)

    # --- properties --------------------------------------------------------------------

    def find_property(self, material: str, name: str, element: str = "") -> schema.Property | None:
        """A property of a material, or nothing where none is recorded.

        Where two sources state it, the first row of the table is the one used.
        """
        return self._property_index.get((material, name, element))

    def property(self, material: str, name: str, element: str = "") -> schema.Property:
        """A property of a material."""
        found = self.find_property(self.material(material).id, name, element)
        if found is None:
            known = [key[1] for key in self._property_index if key[0] == material]
            raise UnknownNameError(f"property of {material}", name, known)
        return found

    def element_mass_fractions(self, material: str) -> Mapping[str, float]:
        """Mass fraction (kg/kg) of each element, from its rows or else from the formula.

        Empty where neither is given (polymers, solvents); mixtures list the counted
        elements only, so that the fractions may add to less than one.
        """
        rows = self._fractions_index.get(self.material(material).id)
        if rows is not None:
            return rows
        formula = self.materials[material].formula
        return mass_fractions(formula) if formula else MappingProxyType({})

    # --- prices ------------------------------------------------------------------------

    def price_chain(self, deck: str) -> tuple[schema.Deck, ...]:
        """The deck and the decks behind it, in the order they are asked."""
        chain = [self.deck(deck)]
        while chain[-1].fallback:
            chain.append(self.deck(chain[-1].fallback))
        return tuple(chain)

    def find_price(
        self, item: str, deck: str, region: str = "", *, borrow: bool = True
    ) -> FoundPrice | None:
        """Price of an item in a deck or, unless ``borrow`` is false, in the decks behind it.

        In a deck with several regions the asked region is taken, else the first row. Rows of
        kind ``fee`` are conversion fees on top of the price: see ``find_fee``.
        """
        return self._find(self._price_index, item, deck, region, borrow)

    def find_fee(self, item: str, deck: str, region: str = "") -> FoundPrice | None:
        """Fee charged on top of an item's price, for instance per m2 of thin lithium foil."""
        return self._find(self._fee_index, item, deck, region, borrow=True)

    def _find(
        self, index: _PriceIndex, item: str, deck: str, region: str, borrow: bool
    ) -> FoundPrice | None:
        chain = self.price_chain(deck)
        for entry in chain if borrow else chain[:1]:
            rows = index.get((item, entry.id), ())
            if rows:
                chosen = next((row for row in rows if row.region == region), rows[0])
                return FoundPrice(chosen, deck)
        return None

    def price(self, item: str, deck: str, region: str = "") -> FoundPrice:
        """Price of an item in a deck or the decks behind it."""
        found = self.find_price(item, deck, region)
        if found is None:
            raise UnknownNameError(f"a price in deck {deck} for", item, self.prices_of(deck))
        return found

    def prices_of(self, deck: str, region: str = "") -> Mapping[str, FoundPrice]:
        """Every price a deck can give, its own and the borrowed, by item."""
        chain = {entry.id for entry in self.price_chain(deck)}
        items = dict.fromkeys(row.item for row in self.prices if row.deck in chain)
        found = {item: self.find_price(item, deck, region) for item in items}
        return {item: price for item, price in found.items() if price is not None}

    def index_formula(self, item: str, deck: str) -> IndexFormula | None:
        """The metal-indexed price of an item, or nothing where none is recorded.

        A coefficient stated for the deck, or for a deck behind it, precedes the one for all.
        """
        rows = self._index_rows.get(item)
        if not rows:
            return None
        order = [entry.id for entry in self.price_chain(deck)] + [""]
        ranked = sorted(
            (row for row in rows if row.deck in order), key=lambda r: order.index(r.deck)
        )
        chosen = {row.term: row for row in reversed(ranked)}
        fee = chosen.pop("fee", None)
        return IndexFormula(item, fee, MappingProxyType(chosen)) if fee else None

    # --- plant and regions -------------------------------------------------------------

    def plant_rows(self, process: str) -> tuple[schema.PlantRow, ...]:
        """How a process class departs from ``baseline``, the reference plant; may be empty."""
        if process in self._yield_index:
            return self._plant_index.get(process, ())
        return _grouped("process", process, self._plant_index)

    def process_yields(self, process: str) -> Mapping[str, schema.ProcessYield]:
        """Yields of a process class by item; those it leaves out are the baseline's."""
        own = self._yield_index.get(process, ())
        if not own and process not in self._plant_index:
            raise UnknownNameError("process", process, {*self._yield_index, *self._plant_index})
        rows = (*self._yield_index.get("baseline", ()), *own)
        return {row.item: row for row in rows}

    def vat_rate(self, country: str) -> float:
        """Value-added tax (fraction) inside quotes of a country."""
        from materials_db.units import to

        row = _named("VAT rate of", country, {row.country: row for row in self.vat_rates})
        return to(row.value, row.unit, "1")

    # --- trade policy ------------------------------------------------------------------

    @cached_property
    def tariffs_of(self) -> Mapping[str, tuple[schema_trade.Tariff, ...]]:
        """Tariff rows by the importer of their measure, in the order of the table."""
        return _group(self.tariffs, lambda row: self.trade_measures[row.measure].importer)

    @cached_property
    def hs_code_of(self) -> Mapping[tuple[str, str], schema_trade.HsCode]:
        """Code by product and importer; the first row of a key is used."""
        return {(row.product, row.importer): row for row in reversed(self.hs_codes)}

    # --- indexes, built when first asked ---------------------------------------------

    @cached_property
    def price_rows_of(self) -> Mapping[str, tuple[schema.Price, ...]]:
        """Price rows by item, in the order of the table."""
        return _group(self.prices, lambda row: row.item)

    @cached_property
    def exchange_rate_of(self) -> Mapping[tuple[str, int], schema.ExchangeRate]:
        """Exchange rate by currency and year; the first row of a key is used."""
        return {(row.currency, row.year): row for row in reversed(self.exchange_rates)}

    @cached_property
    def price_level_of(self) -> Mapping[tuple[str, int], schema.PriceLevel]:
        """Price level by currency and year; the first row of a key is used."""
        return {(row.currency, row.year): row for row in reversed(self.price_levels)}

    @cached_property
    def _property_index(self) -> Mapping[tuple[str, str, str], schema.Property]:
        return {(row.material, row.property, row.element): row for row in reversed(self.properties)}

    @cached_property
    def _fractions_index(self) -> Mapping[str, Mapping[str, float]]:
        from materials_db.units import to

        found: dict[str, dict[str, float]] = {}
        for row in reversed(self.properties):
            if row.property == "element_mass_fraction":
                found.setdefault(row.material, {})[row.element] = to(row.value, row.unit, "1")
        return {name: MappingProxyType(rows) for name, rows in found.items()}

    @cached_property
    def _price_index(self) -> _PriceIndex:
        rows = (row for row in self.prices if row.kind != "fee")
        return _group(rows, lambda row: (row.item, row.deck))

    @cached_property
    def _fee_index(self) -> _PriceIndex:
        rows = (row for row in self.prices if row.kind == "fee")
        return _group(rows, lambda row: (row.item, row.deck))

    @cached_property
    def _index_rows(self) -> Mapping[str, tuple[schema.IndexedPrice, ...]]:
        return _group(self.indexed_prices, lambda row: row.item)

    @cached_property
    def _plant_index(self) -> Mapping[str, tuple[schema.PlantRow, ...]]:
        return _group(self.plant, lambda row: row.process)

    @cached_property
    def _yield_index(self) -> Mapping[str, tuple[schema.ProcessYield, ...]]:
        return _group(self.yields, lambda row: row.process)


def _named(kind: str, name: str, table: Mapping[str, Kind]) -> Kind:
    if name not in table:
        raise UnknownNameError(kind, name, table)
    return table[name]


def _grouped(kind: str, name: str, index: Mapping[str, tuple[Kind, ...]]) -> tuple[Kind, ...]:
    if name not in index:
        raise UnknownNameError(kind, name, index)
    return index[name]


def _group(rows: Iterable[Kind], key: Callable[[Kind], Key]) -> Mapping[Key, tuple[Kind, ...]]:
    groups: dict[Key, list[Kind]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: tuple(found) for name, found in groups.items()}
