"""The rules of a scenario as rules of the optimiser, on the network that the database builds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from calculator.scenario.rule_base import OnThirdCountries
from calculator.scenario.rules import (
    CapCountryShare,
    CapGroupShare,
    CapHHI,
    Exclude,
    RecycledFloor,
)
from calculator.scenario.rules_footprint import CarbonCap, CarbonPrice, EnergyCap, IntensityCap
from calculator.scenario.rules_lots import MinimumLot, SupplierCount, SupplierFee
from calculator.scenario.rules_mix import ChemistryShare, EURecycledContent
from calculator.scenario.rules_risk import (
    CostShare,
    OutageCover,
    PassThrough,
    PriceSwing,
    RiskCap,
)

if TYPE_CHECKING:
    from calculator.scenario.rules import Rule as Wish
    from calculator.sourcing.rule_base import Rule
    from calculator.sourcing.rules.share import RecycledFloor as CoreFloor
    from calculator.supply import SupplyNetwork
    from materials_db.database import MaterialsDB

_EACH = "each"
_NOT_SINGLE = frozenset({"ROW", "WLD"})
_RISK = "political_stability_risk"
_LEAST_SHARE = 0.01
_WASTE = {"manufacturing_scrap": "manufacturing scrap", "post_consumer": "post-consumer"}
"""Group of the nodes that recycle a kind of waste."""


@dataclass(frozen=True)
class Known:
    """What rules are stated on: the network, and the database for money and risk."""

    db: MaterialsDB
    supply: SupplyNetwork

    @property
    def delivered(self) -> str:
        """The good that is demanded."""
        return self.supply.network.demands[-1].commodity

    def outside(self, wish: OnThirdCountries) -> str | None:
        """Group that a rule on third countries leaves out: that of the importer."""
        from calculator.supply.draft import home_group

        return home_group(self.supply.importer) if wish.third_countries else None

    @cached_property
    def risks(self) -> Mapping[str, float]:
        """Governance risk of each country, from 0 to 1."""
        return {row.country: row.value for row in self.db.governance if row.indicator == _RISK}

    @property
    def mean_risk(self) -> float | None:
        """Risk that stands for countries not known singly: the mean of all."""
        return sum(self.risks.values()) / len(self.risks) if self.risks else None

    def money(self, text: str, per: str) -> float:
        """Money as written, in that of the network, per what is counted."""
        from calculator.money import convert
        from materials_db.units import split_quantity

        amount, unit = split_quantity(text)
        target = f"{self.supply.money}/{per}" if per else self.supply.money
        return float(convert(self.db, amount, unit, target)[0])

    def access(self) -> float:
        """Share of a capacity that one buyer can get."""
        return self.supply.access.rule.limit if self.supply.access else 1.0


def rules_of(wish: Wish, known: Known) -> tuple[Rule, ...]:
    """The rule, or rules, of the optimiser that a wish stands for.

    Raises:
        InputError: it names what the network does not hold.
    """
    found = _MADE[type(wish)](wish, known)
    return found if isinstance(found, tuple) else (found,)


# --- shares of countries -----------------------------------------------------------------


def _hhi(wish: CapHHI, known: Known) -> Rule:
    from calculator.sourcing.rules import HHICap

    return HHICap(wish.name, wish.limit, **_at(wish), rest=wish.rest, outside=known.outside(wish))


def _ban(wish: Exclude, known: Known) -> Rule:
    from calculator.sourcing.rules import Ban

    return Ban(
        wish.name, country=countries(wish), **_at(wish), rest=wish.rest, outside=known.outside(wish)
    )


def _group(wish: CapGroupShare, known: Known) -> Rule:
    from calculator.sourcing.rules import ShareCap

    share = wish.limit_percent / 100.0
    return ShareCap(
        wish.name,
        share,
        country=countries(wish),
        **_at(wish),
        rest=wish.rest,
        outside=known.outside(wish),
    )


def _country(wish: CapCountryShare, known: Known) -> Rule:
    from calculator.sourcing.rules import ShareCap

    capped = single_countries(wish.name, (wish.country,)) if wish.country else _EACH
    share = wish.limit_percent / 100.0
    return ShareCap(
        wish.name, share, country=capped, **_at(wish), rest=wish.rest, outside=known.outside(wish)
    )


def _at(wish: Any) -> dict[str, Any]:
    return {"material": wish.material, "stage": wish.stage}


def countries(wish: CapGroupShare | Exclude | CostShare) -> tuple[str, ...]:
    """Single countries of a rule; the European Union stands for its members."""
    return single_countries(wish.name, wish.countries)


def single_countries(rule: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Countries of a list, the European Union as its members; an area is refused."""
    from calculator.regions import EU, EU_MEMBERS

    for code in codes:
        if code in _NOT_SINGLE:
            raise InputError(
                f"rule '{rule}': '{code}' is no single country, and supply from countries not "
                "known singly cannot be ruled on by name; name countries, or write 'rest: one'"
            )
    members = (sorted(EU_MEMBERS) if code == EU else [code] for code in codes)
    return tuple(dict.fromkeys(country for found in members for country in found))


# --- recycled content and chemistries ----------------------------------------------------


def _recycled(wish: RecycledFloor, known: Known) -> Rule:
    from calculator.sourcing.rules import RecycledFloor

    share = wish.limit_percent / 100.0
    groups = None if wish.waste is None else (_WASTE[wish.waste],)
    floor = RecycledFloor(wish.name, share, element=wish.material, stage=wish.stage, groups=groups)
    return _with_cathodes(floor, known)


def _by_law(wish: EURecycledContent, known: Known) -> tuple[Rule, ...]:
    from dataclasses import replace

    floors = recycled_floors(wish.year, known)
    return tuple(replace(floor, name=f"{wish.name}: {floor.element}") for floor in floors)


def recycled_floors(year: int, known: Known) -> tuple[CoreFloor, ...]:
    """Floors of Regulation (EU) 2023/1542 in force in a year, on the materials of the network."""
    from calculator.sourcing.rules.recycled_law import eu_recycled_floors

    held = {good.material_label for good in known.supply.network.commodities}
    named = [m for m in ("cobalt", "lithium", "nickel") if m in held]
    floors = eu_recycled_floors(year, named, db=known.db)
    return tuple(_with_cathodes(floor, known) for floor in floors)


def _with_cathodes(floor: CoreFloor, known: Known) -> CoreFloor:
    """The same floor, directly recycled cathodes counted where there can be any."""
    from calculator.supply.cathode_floor import with_cathodes

    return with_cathodes(floor, known.supply)


def _chemistry(wish: ChemistryShare, known: Known) -> tuple[Rule, ...]:
    from calculator.sourcing.rules import DeliveryAtLeast, DeliveryAtMost

    goods = known.supply.cell_goods
    if wish.chemistry not in goods:
        raise InputError(
            f"rule '{wish.name}' is on {wish.chemistry}, which is not sourced; "
            f"name one of {', '.join(goods)}"
        )
    bounds = (
        (DeliveryAtLeast, wish.at_least_percent, "at least"),
        (DeliveryAtMost, wish.at_most_percent, "at most"),
    )
    stated = [(kind, percent, told) for kind, percent, told in bounds if percent is not None]
    if not stated:
        raise InputError(f"rule '{wish.name}' has no bound; give 'at_least' or 'at_most'")
    both = len(stated) > 1
    return tuple(
        kind(
            f"{wish.name} ({told})" if both else wish.name,
            percent / 100.0,
            goods[wish.chemistry],
            among=tuple(goods.values()),
        )
        for kind, percent, told in stated
    )


# --- carbon, energy, minerals ------------------------------------------------------------


def _carbon(wish: CarbonCap, known: Known) -> Rule:
    from calculator.sourcing.rules import CarbonCap

    return CarbonCap(wish.name, wish.limit_kg_per_kwh, per=known.delivered)


def _carbon_price(wish: CarbonPrice, known: Known) -> Rule:
    from calculator.sourcing.rules import CarbonPrice

    return CarbonPrice(wish.name, known.money(wish.price, "kg"))


def _energy(wish: EnergyCap, known: Known) -> Rule:
    from calculator.sourcing.rules import EnergyCap

    return EnergyCap(wish.name, wish.limit_kwh_per_kwh, per=known.delivered)


def _intensity(wish: IntensityCap, known: Known) -> Rule:
    from calculator.sourcing.rules import IntensityCap

    chain = next((c for c in known.supply.chains.values() if c.end.material == wish.material), None)
    if chain is None:
        raise InputError(
            f"rule '{wish.name}' is on {wish.material}, which these cells do not hold; "
            "leave the rule out or source another chemistry"
        )
    stage = wish.stage or chain.end.stage
    limit = wish.limit_kg_per_kwh
    return IntensityCap(wish.name, limit, chain.element, per=known.delivered, stage=stage)


# --- risk --------------------------------------------------------------------------------


def _risk(wish: RiskCap, known: Known) -> Rule:
    from calculator.sourcing.rules import RiskCap

    return RiskCap(wish.name, wish.limit, known.risks, **_at(wish), missing=known.mean_risk)


def _outage(wish: OutageCover, known: Known) -> Rule:
    from calculator.sourcing.rules import NMinusOne

    return NMinusOne(
        wish.name, wish.limit_percent / 100.0, **_at(wish), access=known.access(), rest=wish.rest
    )


def _passing(wish: PassThrough, known: Known) -> Rule:
    from calculator.sourcing.rules import PassThrough

    touched = single_countries(wish.name, (wish.country,))
    return PassThrough(wish.name, wish.limit_percent / 100.0, touched, known.delivered)


def _cost_share(wish: CostShare, known: Known) -> Rule:
    from calculator.sourcing.rules import CostShare

    credit = None if wish.credit is None else known.money(wish.credit, "kWh")
    return CostShare(
        wish.name,
        wish.limit_percent / 100.0,
        country=countries(wish),
        credit=credit,
        credit_on=known.delivered if credit is not None else None,
    )


def _swing(wish: PriceSwing, known: Known) -> Rule:
    from calculator.sourcing.rules import PriceBudget

    swing = wish.swing_percent / 100.0
    named = {s.id: swing * max(s.price_per_unit, 0.0) for s in known.supply.network.supplies}
    return PriceBudget(wish.name, wish.budget, {name: v for name, v in named.items() if v > 0})


# --- suppliers ---------------------------------------------------------------------------


def _lot(wish: MinimumLot, known: Known) -> Rule:
    from calculator.sourcing.rules import MinimumLot

    return MinimumLot(wish.name, wish.limit_kg_per_year, each="country", **_at(wish))


def _fee(wish: SupplierFee, known: Known) -> Rule:
    from calculator.sourcing.rules import SupplierFee

    return SupplierFee(wish.name, known.money(wish.fee, ""), each="country", **_at(wish))


def _count(wish: SupplierCount, known: Known) -> tuple[Rule, ...]:
    from calculator.sourcing.rules import SupplierCountAtLeast, SupplierCountAtMost

    both = wish.at_least is not None and wish.at_most is not None
    found: list[Rule] = []
    if wish.at_least is not None:
        percent = wish.least_share_percent
        share = _LEAST_SHARE if percent is None else percent / 100.0
        name = f"{wish.name} (at least)" if both else wish.name
        found.append(
            SupplierCountAtLeast(name, wish.at_least, "country", **_at(wish), least_share=share)
        )
    if wish.at_most is not None:
        name = f"{wish.name} (at most)" if both else wish.name
        found.append(SupplierCountAtMost(name, wish.at_most, "country", **_at(wish)))
    if not found:
        raise InputError(f"rule '{wish.name}' has no bound; give 'at_least' or 'at_most'")
    return tuple(found)


_MADE: Mapping[type, Callable[[Any, Known], Any]] = {
    CapCountryShare: _country,
    CapGroupShare: _group,
    CapHHI: _hhi,
    CarbonCap: _carbon,
    CarbonPrice: _carbon_price,
    ChemistryShare: _chemistry,
    CostShare: _cost_share,
    EURecycledContent: _by_law,
    EnergyCap: _energy,
    Exclude: _ban,
    IntensityCap: _intensity,
    MinimumLot: _lot,
    OutageCover: _outage,
    PassThrough: _passing,
    PriceSwing: _swing,
    RecycledFloor: _recycled,
    RiskCap: _risk,
    SupplierCount: _count,
    SupplierFee: _fee,
}
