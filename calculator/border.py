"""From records to plain numbers: look-ups, units and overrides, once for each request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from calculator.asked import number, one_number
from calculator.bill import Yields
from calculator.case import RATES, YIELDS, Case, Note, Request
from calculator.cost import Finance
from calculator.design import CellDesign, design_cell
from calculator.draws import typical
from calculator.economics import Rates
from calculator.errors import InputError
from calculator.notes import notes_on
from calculator.numbers import Num
from calculator.pack import PackPlan, plan_pack
from calculator.prices import UnitPrice, price_book, refuse_area
from calculator.process import CellPlant, Roles, cell_plant
from calculator.regions import RegionFactors, region_factors
from calculator.spec import CellSpec, FormatSpec, cell_spec, format_spec, override
from materials_db.countries import PLACES
from materials_db.faults import did_you_mean
from materials_db.schema import Role

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Chemistry, Datum

MJ_PER_KWH = 3.6


def prepare(
    db: MaterialsDB, request: Request
) -> tuple[Case, RegionFactors, tuple[Datum, ...], tuple[Note, ...]]:
    """Resolve a request: numbers for ``compute``, the records behind them and notes.

    Raises:
        InputError: a number is missing or out of bounds, or an item has no price.
        UnknownNameError: a name is not in the database.
    """
    case, region, cell = _resolved(db, request, None)
    records = _records(db, request, case.prices, region, case.plant)
    return case, region, records, notes_on(case, cell, records, region)


def prepare_drawn(db: MaterialsDB, request: Request, pack: PackPlan) -> Case:
    """The numbers alone, with the whole counts of a pack that is planned already.

    Raises:
        InputError: a number is missing or out of bounds, or an item has no price.
        UnknownNameError: a name is not in the database.
    """
    return _resolved(db, request, pack)[0]


def _resolved(
    db: MaterialsDB, request: Request, pack: PackPlan | None
) -> tuple[Case, RegionFactors, CellDesign]:
    request = _checked(request)
    spec, fmt = cell_spec(db, request.chemistry, request.cell), format_spec(db, request.format)
    cell = _typical_cell(spec, fmt)
    book = price_book(db, request.deck, request.year, request.region, request.prices)
    materials = _materials(request)
    prices = {name: book[name] for name in materials}
    _check_units(request.chemistry, prices)
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
        pack=pack or plan_pack(request.pack, cell, typical(fmt)),
        finance=request.finance,
    )
    return case, region, cell


def _typical_cell(spec: CellSpec, fmt: FormatSpec) -> CellDesign:
    """The cell at the mean of every draw; it fixes the whole counts of the pack."""
    return design_cell(typical(spec), typical(fmt))


def _checked(request: Request) -> Request:
    """The request with every number a float or an array, within its bounds."""
    region, volume = request.region, "volume (GWh a year)"
    if region not in PLACES:
        remedy = did_you_mean(str(region), sorted(PLACES))
        raise InputError(f"region '{region}' is no country; {remedy}")
    found = replace(
        request,
        volume_gwh_per_year=number(volume, request.volume_gwh_per_year, 0.0, 1e5, above=True),
        finance=_finance(request.finance),
        cell={name: override(name, value) for name, value in request.cell.items()},
        prices={item: number(f"price of {item}", v) for item, v in request.prices.items()},
        yields=_known(request.yields, "yield", YIELDS, 1.0),
        rates=_known(request.rates, "rate", RATES),
    )
    if len(draw_lengths(found)) > 1:
        raise InputError("lists of draws differ in length; give lists of one length")
    return found


def _known(
    given: Mapping[str, Num], kind: str, allowed: tuple[str, ...], high: float = inf
) -> dict[str, Num]:
    """Numbers of known names; what has a highest value must lie above zero too."""
    for name in given:
        if name not in allowed:
            raise InputError(f"unknown {kind} '{name}'; {did_you_mean(name, allowed)}")
    return {
        name: number(f"{kind} {name}", value, 0.0, high, above=high < inf)
        for name, value in given.items()
    }


def _finance(terms: Finance) -> Finance:
    return Finance(
        number("discount rate", terms.discount_rate, 0.0, 1.0),
        one_number("equipment years", terms.equipment_years, 1.0, 100.0),
        one_number("building years", terms.building_years, 1.0, 100.0),
    )


def draw_lengths(request: Request) -> set[int]:
    """Lengths of the lists of draws in a request."""
    groups = (request.cell, request.prices, request.yields, request.rates)
    values = [value for group in groups for value in group.values()]
    values += [request.volume_gwh_per_year, request.finance.discount_rate]
    return {len(np.asarray(value)) for value in values if np.ndim(value)}


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


def _check_units(chemistry: Chemistry, prices: Mapping[str, UnitPrice]) -> None:
    """Refuse a price by area of what is no sheet: a bill counts no area of it."""
    metal = chemistry.negative.metal
    sheets = {chemistry.positive.foil.material, chemistry.negative.foil.material}
    sheets |= {layer.material for layer in chemistry.separator}
    sheets |= {metal.material} if metal is not None else set()
    for name, price in prices.items():
        if name not in sheets:
            refuse_area(price)


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
    from calculator.records import datums_of, each_once

    records: list[Datum] = [*datums_of(request.chemistry), *datums_of(request.format)]
    for name in prices:
        records += [row for row in db.properties if row.material == name]
    for price in prices.values():
        records += price.records
    records += region.records.values()
    records += plant.records
    records += db.process_yields(request.chemistry.process).values()
    return each_once(records)
