"""The plan of a network as plain objects, for ``--json`` and files that end in ``.json``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from calculator.tables.plans import limit_unit, unit_of_limit

if TYPE_CHECKING:
    from calculator.scenario.network_file import NetworkScenario
    from calculator.sourcing.answers.explain import Explanation
    from calculator.sourcing.marginals import Marginal
    from calculator.sourcing.network import Process, Supply
    from calculator.sourcing.plan import Plan
    from calculator.sourcing.solving.certificate import Certificate

_MONEY = re.compile(r"[A-Z]{3}_\d{4}")
FLOW_COLUMNS = (
    "id", "kind", "commodity", "node", "to_node", "country", "owner", "period", "outcome",
    "route", "quantity", "unit", "unit_cost",
)  # fmt: skip


def network_answer(
    scenario: NetworkScenario, plan: Plan, why: Explanation | None
) -> dict[str, Any]:
    """A plan of a network of one's own: status, cost, flows, limits, proof, or why there is none.

    ``flows`` has a row for each supply, output of a process, shipment and delivery that is used;
    ``unit_cost`` is money per unit, as it counts today and by probability: the price or
    conversion cost of what is made, freight, duty and holding of what is shipped or stored, and
    what a delivery earns, negative. Quantity x unit cost sums to the cost of all flows.
    """
    network = scenario.ask.network
    return {
        "scenario": scenario.name,
        "status": plan.status,
        "cost": known(plan.cost),
        "cost_by_kind": dict(plan.cost_by_kind),
        "currency": network.currency,
        "objective": {
            "kind": plan.objective,
            "value": known(plan.value),
            "unit": plan.unit,
        },
        "emission_kg_co2e": known(plan.emission_kg),
        "energy_kwh": known(plan.energy_kwh),
        "flows": list(flow_rows(plan)),
        "shares": [asdict(row) for row in plan.shares],
        "marginals": marginal_rows(plan.marginals),
        "certificate": certificate_row(plan.certificate),
        "unique": plan.unique,
        "notes": list(plan.notes),
        **why_not(why),
    }


def flow_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """One row for each supply, output, shipment and delivery that is used, in that order."""
    layout = plan.layout
    if layout is None or plan.status != "optimal":
        return
    yield from _made(plan)
    yield from _shipped(plan)
    yield from _delivered(plan)


def _made(plan: Plan) -> Iterator[dict[str, Any]]:
    layout = plan.layout
    assert layout is not None
    nodes = {node.id: node for node in layout.network.nodes}
    for row in plan.sources:
        kind, node = row.id.partition(" ")[0], nodes[row.node]
        yield _flow(
            id=_own_id(row.id), kind=kind, commodity=row.commodity,
            node=row.node, to_node=None, country=row.country, owner=row.owner,
            period=node.period, outcome=node.outcome, route=row.route,
            quantity=row.quantity, unit=row.unit, unit_cost=row.unit_cost,
        )  # fmt: skip
    yield from _passed_on(plan, {row.id for row in plan.sources})


def _passed_on(plan: Plan, told: set[str]) -> Iterator[dict[str, Any]]:
    """Supplies and processes that are no source of a good: stores, relays, what is built."""
    layout = plan.layout
    assert layout is not None
    network = layout.network
    nodes = {node.id: node for node in network.nodes}
    records: tuple[Supply | Process, ...] = (*network.supplies, *network.processes)
    for k, record in enumerate(records):
        amount = float(plan.x[k])
        if amount <= 0 or layout.labels[k] in told:
            continue
        node = nodes[record.node]
        yield _flow(
            id=_own_id(layout.labels[k]), kind="passing", commodity=_goods_of(record),
            node=node.id, to_node=None, country=node.country, owner=node.owner,
            period=node.period, outcome=node.outcome, route=record.route, quantity=amount,
            unit=layout.unit_of(k), unit_cost=float(layout.cost[k]),
        )  # fmt: skip


def _goods_of(record: Supply | Process) -> str:
    good = getattr(record, "commodity", None)
    return str(good) if good is not None else " + ".join(getattr(record, "outputs", ()))


def _shipped(plan: Plan) -> Iterator[dict[str, Any]]:
    layout = plan.layout
    assert layout is not None
    nodes = {node.id: node for node in layout.network.nodes}
    for k, arc in enumerate(layout.network.arcs):
        column = layout.first_arc + k
        amount = float(plan.x[column])
        if amount <= 0:
            continue
        start, end = nodes[arc.source], nodes[arc.target]
        yield _flow(
            id=_own_id(layout.labels[column]), commodity=arc.commodity,
            kind="storage" if start.period != end.period else "shipment",
            node=arc.source, to_node=arc.target, country=start.country, owner=start.owner,
            period=start.period, outcome=start.outcome, route=None, quantity=amount,
            unit=layout.unit_of(column), unit_cost=float(layout.cost[column]),
        )  # fmt: skip


def _delivered(plan: Plan) -> Iterator[dict[str, Any]]:
    layout = plan.layout
    assert layout is not None
    nodes = {node.id: node for node in layout.network.nodes}
    for k, demand in enumerate(layout.network.demands):
        column = layout.first_use + k
        amount, node = float(plan.x[column]), nodes[demand.node]
        if amount > 0:
            yield _flow(
                id=_own_id(layout.labels[column]), kind="delivery", commodity=demand.commodity,
                node=node.id, to_node=None, country=node.country, owner=node.owner,
                period=node.period, outcome=node.outcome, route=None, quantity=amount,
                unit=layout.unit_of(column), unit_cost=float(layout.cost[column]) + 0.0,
            )  # fmt: skip


def _own_id(label: str) -> str:
    """The id a record has, or what stands for it, without the kind before it."""
    return label.partition(" ")[2]


def _flow(**values: Any) -> dict[str, Any]:
    return {name: values[name] for name in FLOW_COLUMNS}


def marginal_rows(found: Sequence[Marginal], factor: float = 1.0, money: str = "") -> list[Any]:
    """Every limit with its price; ``below`` and ``above`` where the two sides are known to differ.

    Args:
        found: the marginals of a plan.
        factor: by which its money is multiplied to be shown.
        money: the money shown, where it is another than that of the plan.
    """
    return [_marginal(m, factor, money) for m in found]


def _marginal(m: Marginal, factor: float, money: str) -> dict[str, Any]:
    of, _, per = m.unit.partition(" per ")
    if not money or not _MONEY.fullmatch(of):  # of carbon or energy, say, nothing is converted
        factor, unit = 1.0, m.unit
    else:
        unit = f"{money} per {per}"
    return {
        "name": m.name,
        "kind": m.kind,
        "limit": m.limit,
        "level": m.level,
        "limit_unit": unit_of_limit(m),
        "shadow_price": m.shadow_price * factor + 0.0,  # no -0
        "unit": unit,
        "below": None if m.below is None else m.below * factor + 0.0,
        "above": None if m.above is None else m.above * factor + 0.0,
        "parts": {name: price * factor + 0.0 for name, price in m.parts},
    }


def certificate_row(proof: Certificate | None) -> dict[str, Any] | None:
    """The proof of a plan; None where there is no plan."""
    if proof is None:
        return None
    return {
        "primal_residual": proof.primal_residual,
        "dual_residual": proof.dual_residual,
        "gap": proof.gap,
        "tolerance": proof.tolerance,
        "ok": proof.ok,
        "sentence": proof.sentence(),
    }


def why_not(why: Explanation | None) -> dict[str, Any]:
    """The rules that clash and what each would have to give; empty where there is a plan."""
    rows = [
        {
            "rule": r.rule,
            "limit": r.limit,
            "least": r.least,
            "limit_unit": limit_unit(r.unit),
            "change": r.change,
            "unit": r.unit,
        }
        for r in (why.relaxations if why else ())
    ]
    return {
        "conflict": list(why.conflict) if why else [],
        "reasons": list(why.sentences()) if why and not why.feasible else [],
        "relaxations": rows,
    }


def explanation_answer(name: str, why: Explanation) -> dict[str, Any]:
    """What ``explain`` answers: feasible or not, and the three answers to why not."""
    return {
        "scenario": name,
        "feasible": why.feasible,
        "sentences": list(why.sentences()),
        "data_checks": list(why.reasons),
        "conflict": list(why.conflict),
        "smallest": why.smallest,
        "data": list(why.data),
        "further": [list(names) for names in why.further],
        "demand_met": why.demand_met,
        "relaxations": why_not(why)["relaxations"],
    }


def known(value: float | None) -> float | None:
    """A figure that is a number, or nothing."""
    return value if value is not None and math.isfinite(value) else None
