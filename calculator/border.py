"""From records to plain numbers: look-ups, units and overrides, once for each request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from calculator.bill import Yields
from calculator.case import RATES, YIELDS, Case, Note, Request
from calculator.design import CellDesign, design_cell
from calculator.draws import typical
from calculator.economics import Rates
from calculator.errors import InputError
from calculator.numbers import Num
from calculator.pack import plan_pack
from calculator.prices import UnitPrice, price_book
from calculator.process import CellPlant, Roles, cell_plant
from calculator.regions import RegionFactors, region_factors
from calculator.spec import CellSpec, FormatSpec, cell_spec, format_spec
from materials_db.schema import Role

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

MJ_PER_KWH = 3.6


def prepare(
    db: MaterialsDB, request: Request
) -> tuple[Case, RegionFactors, tuple[Datum, ...], tuple[Note, ...]]:
    """Resolve a request: numbers for ``compute``, the records behind them and notes.

    Raises:
        InputError: a number is missing or out of bounds, or an item has no price.
        UnknownNameError: a name is not in the database.
    """
    _check(request)
    spec, fmt = cell_spec(db, request.chemistry, request.cell), format_spec(db, request.format)
    book = price_book(db, request.deck, request.year, request.region, request.prices)
    materials = _materials(request)
    prices = {name: book[name] for name in materials}
    region = region_factors(db, request.region, f"USD_{request.year}")
    plant = cell_plant(db, request.chemistry.process)
    money = book.money_factor("USD_2022")
    power, gas = _energy_prices(request, region)
    case = Case(
        spec=spec,
        fmt=fmt,
        yields=_yields(db, request),
        prices=prices,
        densities_g_per_cm3=_densities(db, prices),
        composition=compositions(db, materials),
        roles=_roles(db, materials),
        plant=plant,
        rates=_region_rates(request, region, money),
        electricity_usd_per_kwh=power,
        heat_usd_per_kwh=gas * MJ_PER_KWH,
        hardware_money=money,
        volume_gwh_per_year=request.volume_gwh_per_year,
        pack=plan_pack(request.pack, _typical_cell(spec, fmt)),
        finance=request.finance,
    )
    records = _records(db, request, prices, region, plant)
    return case, region, records, _notes(case, records, region)


def _typical_cell(spec: CellSpec, fmt: FormatSpec) -> CellDesign:
    """The cell at the mean of every draw; it fixes the whole counts of the pack."""
    return design_cell(typical(spec), typical(fmt))


def _check(request: Request) -> None:
    for name, allowed in (("yields", YIELDS), ("rates", RATES)):
        for key, value in getattr(request, name).items():
            if key not in allowed:
                raise InputError(f"unknown {name} {key!r}; choose from {', '.join(allowed)}")
            if not np.all(np.isfinite(value)) or np.any(np.asarray(value) < 0):
                raise InputError(f"{name} {key} must be finite and not negative; mend the value")
    for key, value in request.yields.items():
        if np.any(np.asarray(value) > 1) or np.any(np.asarray(value) <= 0):
            raise InputError(f"yield {key} must lie above 0 and not above 1; give a fraction")
    if not np.all(np.asarray(request.volume_gwh_per_year) > 0):
        raise InputError("volume must be above 0 GWh a year; give the plant's yearly output")


# --- what stands on the bill ---------------------------------------------------------------


def _materials(request: Request) -> tuple[str, ...]:
    """Ids of every material that can stand on the bill."""
    chem, fmt = request.chemistry, request.format
    names: list[str] = []
    for coating in (chem.positive.coating, chem.negative.coating):
        if coating is not None:
            names += [part.material for part in coating.components]
            names += [coating.binder_solvent] if coating.binder_solvent else []
    names += [chem.positive.foil.material, chem.negative.foil.material]
    names += [layer.material for layer in chem.separator]
    if chem.negative.metal is not None:
        names.append(chem.negative.metal.material)
    if chem.liquid is not None:
        names.append(chem.liquid.material)
    names += [fmt.wall_material, fmt.terminal_material]
    return tuple(dict.fromkeys(names))


def _densities(db: MaterialsDB, prices: Mapping[str, UnitPrice]) -> dict[str, float]:
    """Density (g/cm3) of every material priced by the litre."""
    from materials_db.units import to

    by_litre = [name for name, price in prices.items() if np.any(np.asarray(price.usd_per_l) != 0)]
    rows = {name: db.property(name, "density") for name in by_litre}
    return {name: to(row.value, row.unit, "g/cm3") for name, row in rows.items()}


def compositions(db: MaterialsDB, materials: tuple[str, ...]) -> dict[str, Mapping[str, float]]:
    """Element mass fractions by material; a form that lists name (graphite) counts as itself.

    Process solvents leave the cell and their elements are not counted.
    """
    forms = {name for entry in db.critical_lists for name in entry.elements if name.islower()}
    found: dict[str, Mapping[str, float]] = {}
    for name in materials:
        if db.material(name).role is Role.SOLVENT:
            continue
        fractions = dict(db.element_mass_fractions(name))
        if name in forms:
            fractions[name] = 1.0
        found[name] = fractions
    return found


def _roles(db: MaterialsDB, materials: tuple[str, ...]) -> Roles:
    def of(role: Role) -> frozenset[str]:
        return frozenset(name for name in materials if db.material(name).role is role)

    return Roles(
        of(Role.POSITIVE_ACTIVE),
        of(Role.NEGATIVE_ACTIVE),
        of(Role.BINDER),
        of(Role.SOLID_ELECTROLYTE),
    )


# --- yields and rates ------------------------------------------------------------------------


def _yields(db: MaterialsDB, request: Request) -> Yields:
    from materials_db.units import to

    rows = db.process_yields(request.chemistry.process)
    shipped = {name: to(rows[name].value, rows[name].unit, "1") for name in YIELDS}
    return Yields(**{**shipped, **request.yields})


def _region_rates(request: Request, region: RegionFactors, money: float) -> Rates:
    """Rates of the plant's country; equipment is the reference's, moved to the book's year."""
    given = request.rates
    return replace(
        Rates(),
        labour_usd_per_h=given.get("labour_usd_per_h", region.labour_usd_per_h),
        building_usd_per_m2=given.get("building_usd_per_m2", region.building_usd_per_m2),
        capital_multiplier=given.get("capital_multiplier", region.capital_multiplier) * money,
    )


def _energy_prices(request: Request, region: RegionFactors) -> tuple[Num, Num]:
    """Electricity (USD/kWh) and natural gas (USD/MJ) of the plant's country, or the caller's."""
    return (
        request.rates.get("electricity_usd_per_kwh", region.electricity_usd_per_kwh),
        request.rates.get("natural_gas_usd_per_mj", region.natural_gas_usd_per_mj),
    )


# --- what it rests on -----------------------------------------------------------------------


def _records(
    db: MaterialsDB,
    request: Request,
    prices: Mapping[str, UnitPrice],
    region: RegionFactors,
    plant: CellPlant,
) -> tuple[Datum, ...]:
    from calculator.records import datums_of

    records: list[Datum] = [*datums_of(request.chemistry), *datums_of(request.format)]
    for name in prices:
        records += [row for row in db.properties if row.material == name]
    for price in prices.values():
        records += price.records
    records += region.records.values()
    records += plant.records
    records += db.process_yields(request.chemistry.process).values()
    return tuple(dict.fromkeys(records))


def _notes(case: Case, records: tuple[Datum, ...], region: RegionFactors) -> tuple[Note, ...]:
    assumed = sum(row.basis.value == "assumed" for row in records)
    notes = [Note("assumed", f"rests on {assumed} assumed of {len(records)} records")]
    for price in case.prices.values():
        notes += [Note("borrowed", str(entry)) for entry in price.borrowed]
        if price.own:
            notes.append(Note("own", f"{price.item}: your own price"))
        notes += [Note("money", text) for text in price.notes]
    notes += [Note("fallback", str(stand_in)) for stand_in in region.fallbacks]
    notes += [Note("money", text) for text in region.notes]
    own = {row.file for row in records if row.layer == "overlay"}
    notes += [Note("own", f"numbers of your file {name}") for name in sorted(own)]
    notes += _wound_solids(case)
    return tuple(dict.fromkeys(notes))


def _wound_solids(case: Case) -> list[Note]:
    """A dense sheet in a wound format: computed as asked, and told."""
    if case.fmt.shape != "cylindrical" and case.fmt.rolls is None:
        return []
    return [
        Note("format", f"a sheet of {sheet.material} is wound here; such sheets are stacked")
        for sheet in case.spec.separator
        if sheet.material in case.roles.solid_electrolytes and np.all(np.equal(sheet.porosity, 0.0))
    ]
