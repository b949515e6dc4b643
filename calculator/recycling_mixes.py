"""One sourcing question under several recycling mixes, side by side.

    mixes = recycling_mixes(db, scenario, year=2031, direct_discount=0.2)

No recycling, each route alone, all routes, and all routes under the recycled-content floors of
Regulation (EU) 2023/1542, Article 8, of a year. The cells and their needs are worked out once.

Recycled content of an element = (recycled where it is refined + held in directly recycled
cathodes) / (all refined + held in directly recycled cathodes). A cathode that comes back as a
compound is never refined, so a count at the refinery alone would miss it. With no direct
recycling this is the recycled share of what is refined, as `RecycledFloor` has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

from calculator.errors import InputError
from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Layout
from calculator.sourcing.plan import Plan
from calculator.sourcing.rules.recycled_law import eu_recycled_floors
from calculator.sourcing.rules.share import RecycledFloor
from calculator.supply.cathode_floor import CathodeFloor
from calculator.supply.recycled import BLACK_MASS, DIRECT, HYDROMET, PYROMET, RecyclingTerms
from calculator.supply.recycled_rows import RecyclingLine, recycling_lines
from calculator.supply.streams import MANUFACTURING, OLD_CELLS, POST_CONSUMER
from calculator.trace import plain

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario, Sourcing
    from calculator.scenario.sourcing import Stated
    from calculator.sourcing.rule_base import Rule
    from calculator.supply import RouteRow, SupplyNetwork
    from calculator.supply.chains import Chain
    from materials_db.database import MaterialsDB

NONE, ALL_ROUTES, FLOORED = "no recycling", "all routes", "all routes, EU floors"
ALONE: Mapping[str, str] = {
    HYDROMET: "hydrometallurgy alone",
    PYROMET: "pyrometallurgy alone",
    DIRECT: "direct recycling alone",
    BLACK_MASS: "black mass sold",
}
"""Name of the mix of each route alone."""
FIRST_YEAR, LAST_YEAR = 2020, 2100
_ACTIVE = "active_material"
_MET_WITHIN = 1e-6
_UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class Content:
    """Part of an element in a plan: primary, or of one stream by one route."""

    element: str
    waste: str
    """``manufacturing scrap``, ``post-consumer`` or ``primary``."""
    stream: str
    """Own scrap, market scrap or end-of-life cells; ``primary``."""
    route: str
    kg_per_year: float
    share: float
    """Of all of the element; the shares of an element add to 1."""


PRIMARY = "primary"


@dataclass(frozen=True)
class RecyclingMix:
    """The plan of one mix; money is US dollars of the network's year."""

    name: str
    routes: tuple[str, ...]
    """Routes it may use."""
    floors: Mapping[str, float]
    """Floor of the year by element, a fraction; every mix is held against them."""
    floored: bool
    """Whether the floors are rules of this mix."""
    supply: SupplyNetwork = field(repr=False)
    plan: Plan = field(repr=False)
    why: tuple[str, ...] = ()
    """Why there is no plan, in sentences."""
    cost_of_floors_usd_per_kwh: float | None = None
    """Cost less that of all routes without floors; None where this mix has no floors."""

    @property
    def solved(self) -> bool:
        """Whether there is a plan."""
        return self.plan.status == "optimal"

    @property
    def cost_usd_per_kwh(self) -> float:
        """Landed cost; not a number where there is no plan."""
        return self.plan.cost / self.supply.demand_kwh_per_year

    @property
    def carbon_kg_per_kwh(self) -> float:
        """CO2e of what has an emission figure; not a number where there is no plan."""
        return self.plan.emission_kg / self.supply.demand_kwh_per_year

    @property
    def energy_kwh_per_kwh(self) -> float:
        """Energy of the processes; not a number where there is no plan."""
        return self.plan.energy_kwh / self.supply.demand_kwh_per_year

    @property
    def chemistry_shares(self) -> Mapping[str, float]:
        """Share of each chemistry in the cells delivered; empty where there is no plan."""
        made = {product.chemistry: 0.0 for product in self.supply.products}
        of_good = {good: chemistry for chemistry, good in self.supply.cell_goods.items()}
        for row in self.plan.sources:
            if row.commodity in of_good:
                made[of_good[row.commodity]] += row.quantity
        total = sum(made.values())
        return {name: amount / total for name, amount in made.items()} if total > 0 else {}

    @cached_property
    def lines(self) -> tuple[RecyclingLine, ...]:
        """What is recycled by stream, route and country, and what each line costs."""
        return recycling_lines(self.supply, self.plan) if self.solved else ()

    @property
    def recycling_usd_per_kwh(self) -> float:
        """Feed, margin, collection and process less sales, each once."""
        total = sum(line.cost_usd_per_year for line in self.lines)
        return total / self.supply.demand_kwh_per_year

    @cached_property
    def contents(self) -> tuple[Content, ...]:
        """Every element that can be recycled by waste, stream and route; sums to 1 an element."""
        layout = self.plan.layout
        if not self.solved or layout is None:
            return ()
        chains = self.supply.chains.values()
        return tuple(c for chain in chains for c in _contents(self, chain, layout))

    def recycled_share(self, element: str, waste: str | None = None) -> float:
        """Recycled content of an element, of one kind of waste or of both; a fraction."""
        wastes = (MANUFACTURING, POST_CONSUMER) if waste is None else (waste,)
        mine = (c for c in self.contents if c.element == element and c.waste in wastes)
        return sum((c.share for c in mine), 0.0)

    def meets(self, element: str) -> bool | None:
        """Whether the floor of the year is met; None without a floor, a plan or the element."""
        used = any(content.element == element for content in self.contents)
        if not used or element not in self.floors:
            return None
        return self.recycled_share(element) >= self.floors[element] - _MET_WITHIN

    @property
    def floor_price_usd_per_kwh(self) -> Mapping[str, float]:
        """Change of the cost per further percentage point of each floor, by element.

        Empty where the floors are no rules, or the plan is best at something else than cost.
        """
        if not self.floored or not self.solved or self.plan.objective != "cost":
            return {}
        prices = {m.name: m.shadow_price for m in self.plan.marginals if m.kind == "rule"}
        kwh = self.supply.demand_kwh_per_year
        return {e: prices.get(_floor_name(e), 0.0) / kwh for e in self.floors}


def _contents(mix: RecyclingMix, chain: Chain, layout: Layout) -> Iterator[Content]:
    if chain.refining is None:
        return
    end, plan = chain.end, mix.plan
    counted = CathodeFloor("content", 0.0, end.material, end.stage, symbol=chain.element)
    scope = counted.whole(layout)
    amounts: dict[tuple[str, str, str], float] = {}
    for column, kg in zip(scope.column, scope.weight * plan.x[scope.column], strict=True):
        key = _origin(mix.supply, layout.labels[column])
        amounts[key] = amounts.get(key, 0.0) + plain(kg)
    total = sum(amounts.values())
    for (waste, stream, route), kg in sorted(amounts.items(), key=lambda item: -item[1]):
        if kg > 0:
            yield Content(chain.element, waste, stream, route, kg, kg / total)


def _origin(supply: SupplyNetwork, label: str) -> tuple[str, str, str]:
    """Waste, stream and route behind a source, by its label in a plan."""
    one = supply.recycled.get(label.partition(" ")[2])
    if one is None:
        return PRIMARY, PRIMARY, PRIMARY
    waste = POST_CONSUMER if one.stream == OLD_CELLS else MANUFACTURING
    return waste, one.stream, one.route


# --- solving -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    name: str
    routes: tuple[str, ...]
    floored: bool = False


def recycling_mixes(
    db: MaterialsDB, scenario: Scenario, year: int, direct_discount: float | None = None
) -> tuple[RecyclingMix, ...]:
    """The scenario's sourcing question under each recycling mix.

    Args:
        db: the materials database.
        scenario: holds the sourcing question; its own rules and objective hold in every mix.
        year: whose floors every mix is held against; before 2031 there are none, and the mix
            under floors is left out.
        direct_discount: by which a directly recycled cathode sells below a new one, a fraction;
            without it there is no direct recycling.

    Returns:
        No recycling first, then each route alone, all routes, all routes under the floors.

    Raises:
        InputError: as ``source_scenario``; a year or a discount out of bounds.
        CancelledError: the user stopped it.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(f"year {year} has no known floors; give {FIRST_YEAR} to {LAST_YEAR}")
    every = RecyclingTerms(direct_discount=direct_discount).asked_routes
    question = _Question.of(db, scenario, direct_discount)
    floors = _floors(question.base.supply, year)
    mixes = [question.answer(asked, floors) for asked in _asked(every, bool(floors))]
    return tuple(_with_cost_of_floors(mix, mixes) for mix in mixes)


def _asked(every: tuple[str, ...], floors: bool) -> Iterator[_Asked]:
    yield _Asked(NONE, ())
    for route, name in ALONE.items():
        if route in every:
            yield _Asked(name, (route,))
    yield _Asked(ALL_ROUTES, every)
    if floors:
        yield _Asked(FLOORED, every, floored=True)


def _with_cost_of_floors(mix: RecyclingMix, mixes: Sequence[RecyclingMix]) -> RecyclingMix:
    free = next(other for other in mixes if other.name == ALL_ROUTES)
    if not (mix.floored and mix.solved and free.solved):
        return mix
    return replace(mix, cost_of_floors_usd_per_kwh=mix.cost_usd_per_kwh - free.cost_usd_per_kwh)


def _floors(supply: SupplyNetwork, year: int) -> dict[str, RecycledFloor]:
    """Floors in force by element, of those that the cells hold."""
    chains = {c.end.material: c for c in supply.chains.values() if c.refining is not None}
    law = eu_recycled_floors(year, [name for name in chains if name in _BY_LAW])
    found = {chains[floor.element].element: floor for floor in law}
    return {
        e: CathodeFloor(
            _floor_name(e), floor.share, floor.element, supply.chains[e].end.stage, symbol=e
        )
        for e, floor in found.items()
    }


_BY_LAW = frozenset({"cobalt", "lithium", "nickel"})


def _floor_name(element: str) -> str:
    return f"EU floor on recycled {element}"


@dataclass(frozen=True)
class _Question:
    """What all mixes share: cells and needs, prices, and the scenario's own rules."""

    db: MaterialsDB
    scenario: Scenario
    asked: Sourcing
    base: Stated
    direct_discount: float | None
    networks: dict[tuple[str, ...], SupplyNetwork]

    @classmethod
    def of(cls, db: MaterialsDB, scenario: Scenario, discount: float | None) -> Self:
        from calculator.scenario.sourcing import stated_scenario

        base = stated_scenario(db, scenario)
        default = RecyclingTerms().asked_routes
        return cls(db, scenario, _asked_of(scenario), base, discount, {default: base.supply})

    def network(self, routes: tuple[str, ...]) -> SupplyNetwork:
        """The network of a mix; built once for each set of routes."""
        if routes not in self.networks:
            self.networks[routes] = self._built(routes)
        return self.networks[routes]

    def _built(self, routes: tuple[str, ...]) -> SupplyNetwork:
        from calculator.scenario.run import scenario_request
        from calculator.supply import Terms, build_network

        base, asked = self.base.supply, self.asked
        request = scenario_request(self.db, self.scenario, base.products[0].chemistry)
        percent = asked.market_access_percent
        terms = Terms(
            deck=self.scenario.deck,
            year=self.scenario.year,
            recyclers=asked.recyclers if routes else (),
            prices=request.prices,
            market_access=None if percent is None else percent / 100.0,
            recycling=RecyclingTerms(routes or None, self.direct_discount),
        )
        gwh = base.demand_kwh_per_year / 1e6
        return build_network(self.db, base.products, base.importer, gwh, terms=terms)

    def rules(self, supply: SupplyNetwork) -> tuple[Rule, ...]:
        """The scenario's own rules on a network, and what one buyer can get of it."""
        from calculator.scenario.wishes import Known, rules_of

        known = Known(self.db, supply)
        own = (rule for wish in self.asked.rules for rule in rules_of(wish, known))
        return (*own, *((supply.access.rule,) if supply.access else ()))

    def answer(self, asked: _Asked, floors: Mapping[str, RecycledFloor]) -> RecyclingMix:
        """The plan of one mix, or why there is none."""
        from calculator.sourcing.watch import step

        step(f"mix '{asked.name}'")
        supply = self.network(asked.routes)
        plan, why = self._plan(supply, tuple(floors.values()) if asked.floored else ())
        shares = {e: floor.share for e, floor in floors.items()}
        return RecyclingMix(asked.name, asked.routes, shares, asked.floored, supply, plan, why)

    def _plan(
        self, supply: SupplyNetwork, floors: tuple[Rule, ...]
    ) -> tuple[Plan, tuple[str, ...]]:
        from calculator.sourcing import explain, solve

        try:
            rules = (*floors, *self.rules(supply))
            plan = solve(supply.network, rules, objective=self.base.objective)
            if plan.status == "infeasible":
                return plan, explain(supply.network, rules).sentences()
        except SourcingError as error:  # a rule that this mix has nothing for
            return Plan(_UNSTATED, supply.money), error.faults or (str(error),)
        return plan, () if plan.status == "optimal" else plan.notes


def mixes_on(
    db: MaterialsDB,
    scenario: Scenario,
    direct_discount: float | None,
    mixes: Sequence[RecyclingMix],
    replanned: Callable[[Plan, SupplyNetwork], Plan],
) -> tuple[RecyclingMix, ...]:
    """Solved mixes on networks of another database that differs in no number, such as a traced one.

    Args:
        db: the other database.
        scenario: what was asked.
        direct_discount: as it was asked.
        mixes: the answer of ``recycling_mixes``.
        replanned: the plan of a mix on its new network.
    """
    question = _Question.of(db, scenario, direct_discount)
    again = []
    for mix in mixes:
        supply = question.network(mix.routes)
        again.append(replace(mix, supply=supply, plan=replanned(mix.plan, supply)))
    return tuple(_with_cost_of_floors(mix, again) for mix in again)


def mix_routes(
    db: MaterialsDB, scenario: Scenario, direct_discount: float | None = None
) -> dict[str, tuple[RouteRow, ...]]:
    """Every route for scrap and old cells in the importer's country, by chemistry.

    Raises:
        InputError: as ``recycling_routes``.
    """
    from calculator.scenario.run import scenario_request
    from calculator.sourcing.watch import step
    from calculator.supply import recycling_routes

    asked = _asked_of(scenario)
    names = asked.chemistries or (asked.chemistry or scenario.chemistries[0],)
    terms = RecyclingTerms(direct_discount=direct_discount)
    found = {}
    for name in names:
        step(f"recycling routes of {name}")
        request = scenario_request(db, scenario, name)
        found[name] = recycling_routes(db, request, asked.importer, terms=terms)
    return found


def _asked_of(scenario: Scenario) -> Sourcing:
    if scenario.sourcing is None:
        raise InputError(
            "the scenario asks no sourcing question; add 'sourcing:' with an 'importer'"
        )
    return scenario.sourcing
