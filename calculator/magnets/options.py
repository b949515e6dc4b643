"""Motors with less, other or no rare-earth magnets side by side: what each costs over its life.

    cost = magnets + copper and steel x (1 + dV) + dE x battery price + lambda x supply risk

dV is the change in volume at equal peak torque, dE the further battery that keeps the range:
(loss - loss of the motor with magnets) of a driving cycle x cycles of a charge. Where no source
and no input states a term it stays unknown, and so does the sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.magnets.facts import check_amount, find_fact

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_projects import MagnetFact

BASE = "NdFeB"
OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        BASE: "sintered NdFeB with heavy rare earths",
        "hot_deformed": "hot-deformed NdFeB without heavy rare earths",
        "HRE_free_sintered": "sintered NdFeB without heavy rare earths",
        "Nd_reduced": "neodymium-reduced magnet",
        "recycled_NdFeB": "recycled NdFeB",
        "ferrite_PMSM": "ferrite, permanent-magnet synchronous",
        "ferrite_PMaSynRM": "ferrite-assisted synchronous reluctance",
        "EESM": "electrically excited, no magnets",
        "induction": "induction, no magnets",
    }
)
"""Name of each option; the first is the one the others are held against."""
_WITHOUT_MAGNETS = frozenset({"EESM", "induction"})
_WITHOUT_HEAVY = frozenset({"ferrite_PMSM", "ferrite_PMaSynRM", *_WITHOUT_MAGNETS})
_QUANTITIES = (
    "volume_change",
    "cost_change",
    "mass_change",
    "cycle_loss",
    "neodymium_change",
    "heavy_rare_earth_fraction",
)
_WH_PER_KWH = 1e3


@dataclass(frozen=True)
class MotorOption:
    """What sources state of one option; None where none does."""

    id: str
    name: str
    volume_change: float | None
    """At equal peak torque, a fraction; 0 for the one the others are held against."""
    cost_change: float | None
    """Of the motor against the one before it, a fraction."""
    mass_change: float | None
    cycle_loss_wh: float | None
    """Loss of the motor over the WLTP driving cycle."""
    neodymium_change: float | None
    heavy_rare_earth_free: bool | None
    records: tuple[MagnetFact, ...]


@dataclass(frozen=True)
class MotorCase:
    """The user's motor and prices, one money throughout; by option where options differ."""

    magnet_cost: Mapping[str, float]
    """Magnets of a motor; 0 is known for motors without."""
    copper_steel_cost: float
    """Of the motor with NdFeB magnets."""
    battery_cost_per_kwh: float
    cycles_per_charge: float | None = None
    """WLTP driving cycles of the range that is to be kept."""
    cycle_loss_wh: Mapping[str, float] = field(default_factory=dict)
    """Of NdFeB as well; goes before the table."""
    volume_change: Mapping[str, float] = field(default_factory=dict)
    """Goes before the table."""
    supply_risk: Mapping[str, float] = field(default_factory=dict)
    risk_price: float = 0.0
    """Lambda: what a unit of supply risk is worth; with 0 the term is 0."""


@dataclass(frozen=True)
class MotorCost:
    """Cost of one option, a motor; money of the case, None where unknown."""

    option: MotorOption
    magnets: float | None
    copper_steel: float | None
    battery: float | None
    battery_at_most: float | None
    """Where the loss of the motor with magnets is unknown: all of the option's loss."""
    risk: float | None
    unknown: tuple[str, ...]
    """What must be known before the sum is."""

    @property
    def total(self) -> float | None:
        """All terms; None while one is unknown."""
        return None if self.unknown else self.known_part

    @property
    def known_part(self) -> float:
        """Sum of the terms that are known."""
        terms = (self.magnets, self.copper_steel, self.battery, self.risk)
        return sum(term for term in terms if term is not None)


def motor_options(db: MaterialsDB) -> tuple[MotorOption, ...]:
    """Every option with what the table states of it."""
    return tuple(_option(db, name) for name in OPTIONS)


def _option(db: MaterialsDB, name: str) -> MotorOption:
    found = {quantity: find_fact(db, name, quantity) for quantity in _QUANTITIES}
    value = {quantity: row.value if row else None for quantity, row in found.items()}
    heavy = value["heavy_rare_earth_fraction"]
    free = True if name in _WITHOUT_HEAVY else None if heavy is None else heavy == 0.0
    return MotorOption(
        id=name,
        name=OPTIONS[name],
        volume_change=0.0 if name == BASE else value["volume_change"],
        cost_change=value["cost_change"],
        mass_change=value["mass_change"],
        cycle_loss_wh=value["cycle_loss"],
        neodymium_change=value["neodymium_change"],
        heavy_rare_earth_free=False if name == BASE else free,
        records=tuple(row for row in found.values() if row is not None),
    )


def motor_costs(db: MaterialsDB, case: MotorCase) -> tuple[MotorCost, ...]:
    """Every option at the user's prices, with what stays unknown.

    Raises:
        InputError: no cost of the NdFeB magnets, an option that is none, or a negative amount.
    """
    if BASE not in case.magnet_cost:
        raise InputError(f"magnet_cost lacks {BASE}, which the others are held against; give it")
    _check_case(case)
    return tuple(_cost(option, case) for option in motor_options(db))


def _check_case(case: MotorCase) -> None:
    from materials_db.faults import did_you_mean

    given = (case.magnet_cost, case.cycle_loss_wh, case.volume_change, case.supply_risk)
    for name in (name for mapping in given for name in mapping):
        if name not in OPTIONS:
            raise InputError(f"'{name}' is no motor option; {did_you_mean(name, OPTIONS)}")
    for what, value in (
        ("copper and steel", case.copper_steel_cost),
        ("a battery price", case.battery_cost_per_kwh),
        ("cycles of a charge", case.cycles_per_charge or 0.0),
        *(("a magnet cost", value) for value in case.magnet_cost.values()),
        *(("a cycle loss", value) for value in case.cycle_loss_wh.values()),
    ):
        check_amount(what, value)


def _cost(option: MotorOption, case: MotorCase) -> MotorCost:
    magnets, copper = _motor(option, case)
    battery, at_most = _battery(option, case)
    risk = 0.0 if case.risk_price == 0.0 else _times(case.supply_risk.get(option.id), case)
    terms = {
        "magnets": magnets,
        "copper and steel": copper,
        "further battery": battery,
        "supply risk": risk,
    }
    unknown = tuple(name for name, value in terms.items() if value is None)
    return MotorCost(option, magnets, copper, battery, at_most, risk, unknown)


def _times(risk: float | None, case: MotorCase) -> float | None:
    return None if risk is None else case.risk_price * risk


def _motor(option: MotorOption, case: MotorCase) -> tuple[float | None, float | None]:
    """Magnets, and copper and steel.

    A stated change in the cost of the whole motor goes before its parts; it is booked on the
    magnets, since that is what was changed.
    """
    own = case.magnet_cost.get(option.id)
    if own is None and option.cost_change is not None:
        whole = case.magnet_cost[BASE] + case.copper_steel_cost
        return whole * (1.0 + option.cost_change) - case.copper_steel_cost, case.copper_steel_cost
    if own is None and option.id in _WITHOUT_MAGNETS:
        own = 0.0
    change = case.volume_change.get(option.id, option.volume_change)
    copper = None if change is None else case.copper_steel_cost * (1.0 + change)
    return own, copper


def _battery(option: MotorOption, case: MotorCase) -> tuple[float | None, float | None]:
    """Cost of the further battery, and the most it can be."""
    if option.id == BASE:
        return 0.0, 0.0
    loss = case.cycle_loss_wh.get(option.id, option.cycle_loss_wh)
    if loss is None or case.cycles_per_charge is None:
        return None, None
    price = case.battery_cost_per_kwh * case.cycles_per_charge / _WH_PER_KWH
    base = case.cycle_loss_wh.get(BASE)
    return None if base is None else (loss - base) * price, loss * price
