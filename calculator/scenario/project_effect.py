"""What projects do to a plan: their use, and cost and dependence with and without them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from calculator.scenario.sourcing import Stated, stated_scenario

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from calculator.sourcing.plan import Plan
    from calculator.supply import SupplyNetwork
    from calculator.supply.projects import ProjectUse
    from materials_db.database import MaterialsDB

_T = 1000.0
_GWH = 1e6


@dataclass(frozen=True)
class SideShare:
    """Share of a country in a material at a stage, in both plans; None where there is no plan."""

    material: str
    stage: str
    country: str
    """``ROW`` for countries not known singly."""
    share_with: float
    share_without: float | None


@dataclass(frozen=True)
class ProjectEffect:
    """A plan with projects against the same question without; money of the network."""

    uses: tuple[ProjectUse, ...]
    money: str
    cost_with_per_kwh: float
    cost_without_per_kwh: float | None
    """None where there is no plan without them."""
    shares: tuple[SideShare, ...]
    """Of the materials and stages of the projects, the largest share without first."""

    @property
    def saved_per_kwh(self) -> float | None:
        """Cost without less cost with; at least 0 where cost is minimised."""
        without = self.cost_without_per_kwh
        return None if without is None else without - self.cost_with_per_kwh


def project_effect(
    db: MaterialsDB, scenario: Scenario, supply: SupplyNetwork, plan: Plan
) -> ProjectEffect | None:
    """Solve the question without its projects and lay the two plans side by side.

    Args:
        db: the materials database.
        scenario: with ``sourcing.projects``.
        supply: its network.
        plan: its plan.

    Returns:
        Nothing where the scenario has no projects, or no plan.
    """
    from calculator.sourcing import solve
    from calculator.sourcing.watch import step
    from calculator.supply.projects import project_uses

    if not supply.projects or plan.status != "optimal":
        return None
    step("the same without the projects")
    stated = stated_scenario(db, without_projects(scenario))
    other = solve(stated.supply.network, stated.rules, objective=stated.objective)
    access = supply.access.rule.limit if supply.access else 1.0
    kwh = supply.demand_kwh_per_year
    return ProjectEffect(
        uses=project_uses(supply.network, plan, supply.projects, access),
        money=supply.money,
        cost_with_per_kwh=plan.cost / kwh,
        cost_without_per_kwh=other.cost / kwh if isfinite(other.cost) else None,
        shares=tuple(_sides(supply, plan, other, stated)),
    )


def without_projects(scenario: Scenario) -> Scenario:
    """The same scenario with its projects switched off."""
    asked = scenario.sourcing
    if asked is None:
        return scenario
    return scenario.model_copy(update={"sourcing": asked.model_copy(update={"projects": ()})})


def _sides(supply: SupplyNetwork, plan: Plan, other: Plan, stated: Stated) -> Iterator[SideShare]:
    """Shares by country where a project stands, in both plans."""
    solved = other.status == "optimal"
    for material, stage in dict.fromkeys(_labels(supply)):
        ours, theirs = _by_country(plan, material, stage), _by_country(other, material, stage)
        names = sorted({*ours, *theirs}, key=lambda c: (-theirs.get(c, 0.0), -ours.get(c, 0.0), c))
        for country in names:
            without = theirs.get(country, 0.0) if solved else None
            yield SideShare(material, stage, country, ours.get(country, 0.0), without)


def _labels(supply: SupplyNetwork) -> Iterator[tuple[str, str]]:
    """Material and stage under which a plan counts what a project's node gives."""
    goods = {good.id: good for good in supply.network.commodities if good.counted}
    nodes = {one.node for one in supply.projects}
    made = [(s.node, s.commodity) for s in supply.network.supplies]
    made += [(p.node, good) for p in supply.network.processes for good in p.outputs]
    for node, good in made:
        if node in nodes and good in goods and goods[good].stage:
            yield goods[good].material_label, str(goods[good].stage)


def _by_country(plan: Plan, material: str, stage: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for row in plan.shares:
        if (row.material, row.stage) == (material, stage):
            name = row.country or "ROW"
            found[name] = found.get(name, 0.0) + row.share
    return found


def effect_notes(effect: ProjectEffect | None) -> tuple[str, ...]:
    """The effect in sentences."""
    if effect is None:
        return ()
    cost = f"{effect.cost_with_per_kwh:.4g} {effect.money}/kWh with the projects"
    without = effect.cost_without_per_kwh
    against = "there is no plan without them" if without is None else f"{without:.4g} without them"
    return (*map(_use_note, effect.uses), f"Cost {cost}; {against}.", *_share_notes(effect))


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _use_note(use: ProjectUse) -> str:
    one, scale, unit = use.project, _T, "t"
    if use.unit == "kWh":
        scale, unit = _GWH, "GWh"
    what = f"Project {one.name} ({one.material}, {one.stage}, {one.country})"
    if one.per_year <= 0:
        return f"{what}: delivers nothing in the year asked."
    return (
        f"{what}: {_amount(use.used / scale)} of {_amount(use.open_to_buyer / scale)} {unit} a "
        f"year open to you is used; it makes {_amount(one.per_year / scale)} {unit}."
    )


def _share_notes(effect: ProjectEffect) -> Iterator[str]:
    """The largest supplier without the projects, before and after."""
    told: set[tuple[str, str]] = set()
    for row in effect.shares:
        at = row.material, row.stage
        if at not in told and row.share_without is not None:
            told.add(at)
            yield (
                f"{row.country} supplies {100 * row.share_with:.3g} % of {row.material} at "
                f"{row.stage} with the projects, {100 * row.share_without:.3g} % without."
            )
