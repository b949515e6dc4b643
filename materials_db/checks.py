"""Faults between records: ids that point nowhere, doubled keys, sums that do not close."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from materials_db import schema
from materials_db.bounds import FIELDS, FORMAT_FIELDS, Bound, datum_faults, row_faults
from materials_db.countries import PLACES
from materials_db.database import MaterialsDB
from materials_db.dependence_checks import dependence_faults
from materials_db.event_checks import event_faults
from materials_db.faults import Fault, did_you_mean
from materials_db.formula import ATOMIC_MASS, FormulaError, atoms
from materials_db.policy_checks import policy_faults
from materials_db.project_checks import project_faults
from materials_db.schema import Role
from materials_db.table_checks import money_faults, share_faults, vat_faults
from materials_db.tables import TABLES
from materials_db.trade_checks import trade_faults

_TOLERANCE = 1e-6
_PLACE_FIELDS = ("country", "region", "importer", "origin")
_RAW_ALIASES = frozenset({"all"})
_WORD = re.compile(r"[A-Za-z0-9_]+")


def database_faults(db: MaterialsDB) -> Iterator[Fault]:
    """Every fault that shows only when all files are read."""
    yield from chain(
        _table_faults(db),
        _material_faults(db),
        _deck_faults(db),
        _price_faults(db),
        share_faults(db),
        vat_faults(db),
        trade_faults(db),
        event_faults(db),
        policy_faults(db),
        project_faults(db),
        dependence_faults(db),
        money_faults(db, rows_of(db)),
        chain.from_iterable(chemistry_faults(db, entry) for entry in db.chemistries.values()),
        chain.from_iterable(format_faults(db, entry) for entry in db.formats.values()),
    )


def rows_of(db: MaterialsDB) -> Iterator[schema.Filed]:
    """Every row of every table."""
    for name in TABLES:
        table = getattr(db, name)
        yield from table.values() if isinstance(table, Mapping) else table


def data_of(record: schema.Record, path: str = "") -> Iterator[tuple[str, schema.Datum]]:
    """Every number inside a record, with its path such as ``positive.coating.porosity``."""
    for name in type(record).model_fields:
        value = getattr(record, name)
        parts = value if isinstance(value, tuple) else (value,)
        for part in parts:
            if isinstance(part, schema.Datum):
                yield f"{path}{name}", part
            elif isinstance(part, schema.Record):
                yield from data_of(part, f"{path}{name}.")


def _table_faults(db: MaterialsDB) -> Iterator[Fault]:
    yield from _unregistered(db, (row for row in rows_of(db) if hasattr(row, "source")))
    for record in rows_of(db):
        if isinstance(record, schema.Datum):
            yield from row_faults(record)
        for name, place in _places_of(record):
            if place not in PLACES:
                remedy = did_you_mean(place, PLACES)
                yield Fault(record.file, record.row, f"{name} '{place}' is not a country", remedy)


def _places_of(record: schema.Filed) -> Iterator[tuple[str, str]]:
    """Codes of countries a row names; freight lanes name continents and more."""
    if isinstance(record, schema.Freight):
        return
    for name in _PLACE_FIELDS:
        place = getattr(record, name, None)
        if place:
            yield name, place
    for name in ("countries", "origins", "except_origins"):
        for place in getattr(record, name, ()):
            yield name, place


def _unregistered(db: MaterialsDB, records: Iterable[schema.Filed]) -> Iterator[Fault]:
    """Sources that are not in the registry, each told once a file with its first line."""
    places: dict[tuple[str, str], set[int]] = defaultdict(set)
    for record in records:
        source = getattr(record, "source", "")
        if source not in db.sources:
            places[record.file, source].add(record.row)
    for (file, source), lines in places.items():
        more = f" (on {len(lines)} lines)" if len(lines) > 1 else ""
        remedy = f"{did_you_mean(source, db.sources)} or add it to sources"
        yield Fault(file, min(lines), f"source '{source}' is not registered{more}", remedy)


def _rows_of_materials(
    db: MaterialsDB,
) -> tuple[schema.Property | schema.Share | schema.WorldOutput | schema.ElementMaterial, ...]:
    return (*db.properties, *db.shares, *db.world_output, *db.element_materials)


def _rows_of_items(db: MaterialsDB) -> tuple[schema.Price | schema.IndexedPrice, ...]:
    return (*db.prices, *db.indexed_prices)


def _material_faults(db: MaterialsDB) -> Iterator[Fault]:
    for material in db.materials.values():
        if material.formula:
            try:
                atoms(material.formula)
            except FormulaError as error:
                what, _, remedy = str(error).partition("; ")
                yield Fault(material.file, material.row, what, remedy)
    for row in _rows_of_materials(db):
        yield from _unknown_material(db, row.material, row)
    for entry in db.recycling:
        if entry.material not in ATOMIC_MASS and entry.material not in _RAW_ALIASES:
            yield from _unknown_material(db, entry.material, entry)
    for form in db.element_materials:
        if form.price_item:
            yield from _unknown_material(db, form.price_item, form)
    yield from _element_faults(db)


def _element_faults(db: MaterialsDB) -> Iterator[Fault]:
    sums: dict[str, float] = defaultdict(float)
    for row in db.properties:
        is_element = row.property == "element_mass_fraction"
        if is_element and row.element not in ATOMIC_MASS:
            what = f"element '{row.element}' is unknown"
            yield Fault(row.file, row.row, what, "use a symbol of the periodic table, such as Ni")
        if row.element and not is_element:
            what = f"element '{row.element}' stands with {row.property}"
            yield Fault(row.file, row.row, what, "leave it empty except for element_mass_fraction")
        if is_element:
            sums[row.material] += row.value
            if sums[row.material] > 1 + _TOLERANCE:
                what = f"elements of '{row.material}' add to {sums[row.material]:g}"
                yield Fault(row.file, row.row, what, "mass fractions add to one at most")


def _unknown_material(db: MaterialsDB, name: str, record: schema.Filed) -> Iterator[Fault]:
    if name not in db.materials:
        remedy = f"{did_you_mean(name, db.materials)} or add it to materials"
        yield Fault(record.file, record.row, f"material '{name}' is not known", remedy)


def _deck_faults(db: MaterialsDB) -> Iterator[Fault]:
    for deck in db.decks.values():
        if deck.fallback and deck.fallback not in db.decks:
            remedy = did_you_mean(deck.fallback, db.decks)
            yield Fault(deck.file, deck.row, f"fallback '{deck.fallback}' is not a deck", remedy)
        elif _circular(db, deck):
            what = f"deck '{deck.id}' falls back on itself"
            yield Fault(deck.file, deck.row, what, "break the circle of fallbacks")


def _circular(db: MaterialsDB, deck: schema.Deck) -> bool:
    seen = {deck.id}
    step = deck.fallback
    while step in db.decks and step not in seen:
        seen.add(step)
        step = db.decks[step].fallback
    return bool(step) and step in seen


def _price_faults(db: MaterialsDB) -> Iterator[Fault]:
    for row in _rows_of_items(db):
        yield from _unknown_material(db, row.item, row)
        if row.deck and row.deck not in db.decks:
            what = f"deck '{row.deck}' is not known"
            remedy = f"{did_you_mean(row.deck, db.decks)} or add it to decks"
            yield Fault(row.file, row.row, what, remedy)
    for term in db.indexed_prices:
        if term.term != "fee":
            yield from _unknown_material(db, term.term, term)


# --- chemistries and formats -----------------------------------------------------------


def chemistry_faults(db: MaterialsDB, entry: schema.Chemistry) -> Iterator[Fault]:
    """Faults of one chemistry against the database."""
    yield from _number_faults(db, entry, FIELDS)
    processes = {row.process for row in db.plant} | {row.process for row in db.yields}
    if entry.process not in processes:
        what = f"process '{entry.process}' has no plant rows"
        yield Fault(entry.file, 1, what, did_you_mean(entry.process, processes))
    positive, negative = entry.positive, entry.negative
    if positive.coating.areal_capacity is None:
        what = "the positive coating has no areal_capacity"
        yield Fault(entry.file, 1, what, "give one, such as '4.0 mAh/cm2'")
    yield from _coating_faults(db, positive.coating, Role.POSITIVE_ACTIVE)
    if negative.coating:
        yield from _coating_faults(db, negative.coating, Role.NEGATIVE_ACTIVE)
    if negative.metal:
        metal = negative.metal
        yield from _role_faults(db, metal.material, {Role.METAL_ELECTRODE}, metal.excess_thickness)
    for foil in (positive.foil, negative.foil):
        yield from _role_faults(db, foil.material, {Role.FOIL}, foil.thickness)
    for layer in entry.separator:
        yield from _role_faults(
            db, layer.material, {Role.SEPARATOR, Role.SOLID_ELECTROLYTE}, layer.thickness
        )
    if entry.liquid:
        liquid = entry.liquid
        yield from _role_faults(db, liquid.material, {Role.LIQUID_ELECTROLYTE}, liquid.loading)


def format_faults(db: MaterialsDB, entry: schema.CellFormat) -> Iterator[Fault]:
    """Faults of one cell format against the database."""
    yield from _number_faults(db, entry, FORMAT_FIELDS)
    for material, place in (
        (entry.wall_material, entry.wall_thickness),
        (entry.terminal_material, entry.terminal_mass),
    ):
        yield from _role_faults(db, material, {Role.CASE, Role.FOIL}, place)


def _number_faults(
    db: MaterialsDB, entry: schema.Record, bounds: Mapping[str, Bound]
) -> Iterator[Fault]:
    data = list(data_of(entry))
    for path, datum in data:
        yield from datum_faults(datum, path, bounds[path.rpartition(".")[2]])
    yield from _unregistered(db, (datum for _, datum in data))


def _coating_faults(db: MaterialsDB, coating: schema.Coating, active: Role) -> Iterator[Fault]:
    first = coating.components[0].mass_fraction
    total = sum(_fraction(part.mass_fraction) for part in coating.components)
    if abs(total - 1.0) > _TOLERANCE:
        what = f"the mass fractions of the coating add to {total:.6g}"
        yield Fault(first.file, first.row, what, "change them to add to 1")
    known = [part for part in coating.components if part.material in db.materials]
    for part in coating.components:
        yield from _unknown_material(db, part.material, part.mass_fraction)
    for part in known:
        yield from _missing_property(db, part.material, "density", part.mass_fraction)
    actives = [part for part in known if db.materials[part.material].role is active]
    if not actives and len(known) == len(coating.components):
        what = f"the coating holds no material of role {active.value}"
        yield Fault(first.file, first.row, what, "add one to its components")
    if coating.specific_capacity is None:
        name = "specific_capacity" if active is Role.NEGATIVE_ACTIVE else "first_discharge_capacity"
        for part in actives:
            yield from _missing_property(db, part.material, name, part.mass_fraction)
    yield from _solvent_faults(db, coating)


def _fraction(datum: schema.Datum) -> float:
    return datum.value / 100 if datum.unit == "%" else datum.value


def _solvent_faults(db: MaterialsDB, coating: schema.Coating) -> Iterator[Fault]:
    name, place = coating.binder_solvent, coating.porosity
    if name is not None:
        yield from _unknown_material(db, name, place)
        if name in db.materials and db.materials[name].role is not Role.SOLVENT:
            what = f"binder_solvent '{name}' is a {db.materials[name].role.value}"
            yield Fault(place.file, place.row, what, "name a solvent such as NMP or water")


def _role_faults(
    db: MaterialsDB, name: str, roles: set[Role], place: schema.Datum
) -> Iterator[Fault]:
    yield from _unknown_material(db, name, place)
    if name not in db.materials:
        return
    if db.materials[name].role not in roles:
        wanted = " or ".join(sorted(role.value for role in roles))
        what = f"material '{name}' is a {db.materials[name].role.value}"
        yield Fault(place.file, place.row, what, f"name one of role {wanted}")
    yield from _missing_property(db, name, "density", place)


def _missing_property(
    db: MaterialsDB, material: str, name: str, place: schema.Datum
) -> Iterator[Fault]:
    if db.find_property(material, name) is None:
        what = f"material '{material}' has no {name}"
        yield Fault(place.file, place.row, what, f"add a {name} row for it to properties")


# --- loose ends ------------------------------------------------------------------------


def loose_ends(db: MaterialsDB) -> Iterator[Fault]:
    """Materials and sources of the shipped data that nothing refers to."""
    named = set(_materials_named(db))
    for material in db.materials.values():
        if material.id not in named and material.layer == "shipped":
            what = f"material '{material.id}' is used by no record"
            yield Fault(material.file, material.row, what, "use it or drop the row")
    cited = _sources_cited(db)
    for source in db.sources.values():
        if source.id not in cited and source.layer == "shipped":
            what = f"source '{source.id}' is cited by no record"
            yield Fault(source.file, source.row, what, "cite it or drop the row")


def _materials_named(db: MaterialsDB) -> Iterator[str]:
    yield from (row.material for row in (*_rows_of_materials(db), *db.recycling))
    yield from (row.item for row in _rows_of_items(db))
    yield from (row.term for row in db.indexed_prices)
    for entry in db.chemistries.values():
        yield from materials_of(entry)
    for cell_format in db.formats.values():
        yield cell_format.wall_material
        yield cell_format.terminal_material


def materials_of(record: schema.Record) -> Iterator[str]:
    """Ids of the materials a chemistry is made of."""
    for name in type(record).model_fields:
        value = getattr(record, name)
        if name in {"material", "binder_solvent"} and isinstance(value, str):
            yield value
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, schema.Record) and not isinstance(part, schema.Datum):
                yield from materials_of(part)


def _sources_cited(db: MaterialsDB) -> set[str]:
    """Ids in source fields, and ids named in notes and locators beside another source."""
    rows = list(rows_of(db))
    for entry in chain(db.chemistries.values(), db.formats.values()):
        rows += [entry, *(datum for _, datum in data_of(entry))]
    texts = {
        text
        for row in rows
        for text in (getattr(row, "note", ""), getattr(row, "locator", ""))
        if text and not isinstance(row, schema.Source)
    }
    named = {word for text in texts for word in _WORD.findall(text)}
    return {getattr(row, "source", "") for row in rows} | named
