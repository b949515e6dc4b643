"""From a chemistry to design, bill, elements and cost: the facade of the product mode.

``prepare`` is the border: it reads records and converts units once. ``compute`` is pure numbers
and broadcasts, so that one call serves a slider or a million draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from calculator.bill import Bill, Yields, make_bill
from calculator.cost import Cost, Finance, material_costs
from calculator.design import CellDesign, design_cell
from calculator.economics import Rates, unit_cost
from calculator.errors import InputError
from calculator.intensity import Elements, count_elements
from calculator.maths import total
from calculator.numbers import FloatArray, Num
from calculator.pack import PackDesign, PackPlan, PackTarget, design_product_pack, plan_pack
from calculator.plant import combine
from calculator.prices import UnitPrice, price_book
from calculator.process import (
    CellPlant,
    Roles,
    Throughput,
    cell_plant,
    split_scopes,
    step_loads,
)
from calculator.spec import CellSpec, FormatSpec, cell_spec, format_spec
from materials_db.schema import Role

if TYPE_CHECKING:
    from calculator.regions import RegionFactors
    from materials_db.database import MaterialsDB
    from materials_db.schema import CellFormat, Chemistry, Datum

MJ_PER_KWH = 3.6
YIELDS = ("cell", "electrode", "foil", "separator", "electrolyte", "solid_electrolyte")
RATES = (
    "labour_usd_per_h",
    "building_usd_per_m2",
    "capital_multiplier",
    "electricity_usd_per_kwh",
)


@dataclass(frozen=True)
class Request:
    """What to compute for one chemistry.

    The mappings replace single numbers, by floats or arrays of draws of one length.
    """

    chemistry: Chemistry
    format: CellFormat
    deck: str
    region: str
    """Country of the cell plant."""
    year: int
    """Year of the money."""
    volume_gwh_per_year: Num = 30.0
    pack: PackTarget = field(default_factory=PackTarget)
    finance: Finance = field(default_factory=Finance)
    cell: Mapping[str, Num] = field(default_factory=dict)
    """Numbers of the chemistry, keyed as in ``calculator.spec.OVERRIDES``."""
    prices: Mapping[str, Num] = field(default_factory=dict)
    """USD of ``year`` by item, in the item's own unit."""
    yields: Mapping[str, Num] = field(default_factory=dict)
    """Keyed as in ``YIELDS``."""
    rates: Mapping[str, Num] = field(default_factory=dict)
    """Keyed as in ``RATES``, USD of ``year``."""


@dataclass(frozen=True)
class Case:
    """A request resolved to numbers."""

    spec: CellSpec
    fmt: FormatSpec
    yields: Yields
    prices: Mapping[str, UnitPrice]
    densities_g_per_cm3: Mapping[str, float]
    composition: Mapping[str, Mapping[str, float]]
    roles: Roles
    plant: CellPlant
    rates: Rates
    electricity_usd_per_kwh: Num
    heat_usd_per_kwh: Num
    """Heat from natural gas."""
    hardware_money: float
    """USD of the book's year per USD of 2022, for the reference's hardware prices."""
    volume_gwh_per_year: Num
    pack: PackPlan
    finance: Finance


@dataclass(frozen=True)
class Result:
    """Numbers of one case, each a float or an array of draws."""

    cell: CellDesign
    pack: PackDesign
    bill: Bill
    cost: Cost
    composition: Mapping[str, Mapping[str, float]]
    """Element mass fractions by material."""

    @cached_property
    def elements(self) -> Elements:
        """Element bill per kWh, counted when first asked for."""
        return count_elements(self.bill, self.composition)


@dataclass(frozen=True)
class Note:
    """Something the reader of a figure must know."""

    kind: str
    """``assumed``, ``borrowed``, ``money``, ``own`` or ``fallback``."""
    text: str


@dataclass(frozen=True)
class Evaluation:
    """A request, its numbers and what they rest on."""

    request: Request
    case: Case
    result: Result
    region: RegionFactors
    records: tuple[Datum, ...]
    """Every record the figures rest on."""
    notes: tuple[Note, ...]

    @property
    def chemistry(self) -> Chemistry:
        """The chemistry asked for."""
        return self.request.chemistry

    @property
    def cell(self) -> CellDesign:
        """The designed cell."""
        return self.result.cell

    @property
    def pack(self) -> PackDesign:
        """The designed pack."""
        return self.result.pack

    @property
    def bill(self) -> Bill:
        """Bill of materials per kWh."""
        return self.result.bill

    @property
    def elements(self) -> Elements:
        """Element bill per kWh."""
        return self.result.elements

    @property
    def cost(self) -> Cost:
        """Cost per kWh in USD of the request's year."""
        return self.result.cost


def evaluate(db: MaterialsDB, request: Request) -> Evaluation:
    """Design, bill and cost of one chemistry.

    Raises:
        InputError: a number is missing or out of bounds, or an item has no price.
        UnknownNameError: a name is not in the database.
    """
    case, region, records, notes = prepare(db, request)
    return Evaluation(request, case, compute(case), region, records, notes)


def compute(case: Case) -> Result:
    """Numbers of a resolved case; pure and broadcasting."""
    design = design_cell(case.spec, case.fmt)
    bill = make_bill(
        case.spec, design, case.yields, case.roles.solid_electrolytes, case.roles.binders
    )
    kwh = case.volume_gwh_per_year * 1e6
    pack = design_product_pack(case.pack, design, case.fmt, case.hardware_money, kwh)
    cost = _cost(case, design, bill, pack)
    return Result(design, pack, bill, cost, case.composition)


def _cost(case: Case, design: CellDesign, bill: Bill, pack: PackDesign) -> Cost:
    kwh = case.volume_gwh_per_year * 1e6
    negative = case.spec.negative
    solvents = (case.spec.positive.solvent, negative.solvent if negative else None)
    year = Throughput(kwh, pack.cells, pack.modules)
    loads = step_loads(case.plant, design, bill, case.yields, case.roles, solvents, year)
    scoped = split_scopes(case.plant, loads)
    materials = material_costs(bill, case.prices, case.densities_g_per_cm3)
    energy = _energy_usd_per_kwh(case)
    hardware = {name: usd / pack.energy_kwh for name, usd in pack.hardware_usd.items()}
    in_cell = total(materials.values())
    power = total(energy.values())
    return Cost(
        cell=unit_cost(in_cell, scoped.by_scope["cell"], kwh, case.rates, electricity_usd=power),
        pack=unit_cost(
            in_cell + total(hardware.values()),
            combine(scoped.by_scope.values()),
            kwh,
            case.rates,
            electricity_usd=power,
        ),
        materials_usd_per_kwh=materials,
        hardware_usd_per_kwh=hardware,
        cell_steps=scoped.cell_steps,
        kwh_per_year=kwh,
        rates=case.rates,
        energy_usd_per_kwh=energy,
        finance=case.finance,
    )


def _energy_usd_per_kwh(case: Case) -> dict[str, Num]:
    """Electricity and heat of every step."""
    energy: dict[str, Num] = {}
    for use, price in (
        (case.plant.electricity_kwh_per_kwh, case.electricity_usd_per_kwh),
        (case.plant.heat_kwh_per_kwh, case.heat_usd_per_kwh),
    ):
        for step, kwh in use.items():
            energy[step] = energy.get(step, 0.0) + kwh * price
    return energy


# --- the border --------------------------------------------------------------------------


def prepare(
    db: MaterialsDB, request: Request
) -> tuple[Case, RegionFactors, tuple[Datum, ...], tuple[Note, ...]]:
    """Resolve a request: numbers for ``compute``, the records behind them and notes."""
    from calculator.regions import region_factors

    _check(request)
    spec = cell_spec(db, request.chemistry, request.cell)
    fmt = format_spec(db, request.format)
    book = price_book(db, request.deck, request.year, request.region, request.prices)
    materials = _materials(request)
    prices = {name: book[name] for name in materials}
    region = region_factors(db, request.region, f"USD_{request.year}")
    plant = cell_plant(db, request.chemistry.process)
    money = book.money_factor("USD_2022")
    case = Case(
        spec=spec,
        fmt=fmt,
        yields=_yields(db, request),
        prices=prices,
        densities_g_per_cm3={name: _density(db, name) for name in materials},
        composition=compositions(db, materials),
        roles=_roles(db, materials),
        plant=plant,
        rates=_region_rates(request, region, money),
        electricity_usd_per_kwh=request.rates.get(
            "electricity_usd_per_kwh", region.electricity_usd_per_kwh
        ),
        heat_usd_per_kwh=region.natural_gas_usd_per_mj * MJ_PER_KWH,
        hardware_money=money,
        volume_gwh_per_year=request.volume_gwh_per_year,
        pack=plan_pack(request.pack, typical_cell(spec, fmt)),
        finance=request.finance,
    )
    records = _records(db, request, prices, region, plant)
    return case, region, records, _notes(records, prices, region)


def typical_cell(spec: CellSpec, fmt: FormatSpec) -> CellDesign:
    """The cell at the mean of every draw; it fixes the whole counts of the pack."""
    from calculator.draws import typical

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
    if np.any(np.asarray(request.volume_gwh_per_year) <= 0):
        raise InputError("volume must be above 0 GWh a year; give the plant's yearly output")


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


def _density(db: MaterialsDB, material: str) -> float:
    from materials_db.units import to

    row = db.find_property(material, "density")
    return 1.0 if row is None else to(row.value, row.unit, "g/cm3")


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


def _yields(db: MaterialsDB, request: Request) -> Yields:
    from materials_db.units import to

    rows = db.process_yields(request.chemistry.process)
    values: dict[str, Num] = {}
    for name in YIELDS:
        row = rows.get(name)
        if name in request.yields:
            values[name] = request.yields[name]
        elif row is not None:
            values[name] = to(row.value, row.unit, "1")
        else:
            values[name] = values.get("separator", 1.0)
    return Yields(**values)


def _region_rates(request: Request, region: RegionFactors, money: float) -> Rates:
    """Rates of the plant's country; equipment is the reference's, moved to the book's year."""
    given = request.rates
    return replace(
        Rates(),
        labour_usd_per_h=given.get("labour_usd_per_h", region.labour_usd_per_h),
        building_usd_per_m2=given.get("building_usd_per_m2", region.building_usd_per_m2),
        capital_multiplier=given.get("capital_multiplier", region.capital_multiplier) * money,
    )


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


def _notes(
    records: tuple[Datum, ...], prices: Mapping[str, UnitPrice], region: RegionFactors
) -> tuple[Note, ...]:
    assumed = sum(row.basis.value == "assumed" for row in records)
    notes = [Note("assumed", f"rests on {assumed} assumed of {len(records)} records")]
    for price in prices.values():
        if price.borrowed_from:
            notes.append(Note("borrowed", f"{price.item}: price of deck {price.borrowed_from}"))
        if price.own:
            notes.append(Note("own", f"{price.item}: your own price"))
        notes += [Note("money", text) for text in price.notes]
    notes += [Note("fallback", str(stand_in)) for stand_in in region.fallbacks]
    notes += [Note("money", text) for text in region.notes]
    own = {row.file for row in records if row.layer == "overlay"}
    notes += [Note("own", f"numbers of your file {name}") for name in sorted(own)]
    return tuple(dict.fromkeys(notes))


# --- draws -------------------------------------------------------------------------------

DRAW_OUTPUTS = (
    "cell_usd_per_kwh",
    "pack_usd_per_kwh",
    "specific_energy_wh_per_kg",
    "energy_density_wh_per_l",
)


def outputs(result: Result) -> dict[str, Num]:
    """The headline numbers of a result by name."""
    return {
        "cell_usd_per_kwh": result.cost.cell_usd_per_kwh,
        "pack_usd_per_kwh": result.cost.pack_usd_per_kwh,
        "specific_energy_wh_per_kg": result.cell.specific_energy_wh_per_kg,
        "energy_density_wh_per_l": result.cell.energy_density_wh_per_l,
    }


def evaluate_draws(
    db: MaterialsDB, request: Request, threads: int | None = None
) -> dict[str, FloatArray]:
    """Headline numbers for every draw in the request's arrays.

    Args:
        db: the materials database.
        request: a request whose mappings hold arrays of one length.
        threads: workers; all cores by default.

    Returns:
        ``DRAW_OUTPUTS`` by name, each of shape ``(draws,)``.

    Raises:
        InputError: no array, or arrays of several lengths.
    """
    from calculator.draws import run_blocks

    n = _draws(request)
    case, *_ = prepare(db, request)
    return run_blocks(lambda c: outputs(compute(c)), case, n, threads)


def _draws(request: Request) -> int:
    arrays = [
        value
        for group in (request.cell, request.prices, request.yields, request.rates)
        for value in group.values()
        if np.ndim(value)
    ]
    arrays += [request.volume_gwh_per_year] if np.ndim(request.volume_gwh_per_year) else []
    lengths = {np.shape(value) for value in arrays}
    if len(lengths) != 1 or len(next(iter(lengths))) != 1:
        raise InputError("draws need arrays of one length in one dimension; give at least one")
    return int(next(iter(lengths))[0])
