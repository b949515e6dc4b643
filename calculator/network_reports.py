"""The plan of a network of one's own as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from calculator.export import Report
from calculator.network_answers import (
    FLOW_COLUMNS,
    explanation_answer,
    flow_rows,
    marginal_rows,
    network_answer,
)
from calculator.tables import relaxation_table
from calculator.tables.provenance import frame
from calculator.terminal import aligned, figure, printable, shortened

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.network_file import NetworkScenario
    from calculator.sourcing.answers.explain import Explanation
    from calculator.sourcing.marginals import Marginal
    from calculator.sourcing.plan import Plan

_MARGINAL_COLUMNS = (
    "name", "kind", "limit", "level", "limit_unit", "shadow_price", "below", "above", "unit",
)  # fmt: skip
_SHARE_COLUMNS = (
    "material", "stage", "country", "route", "period", "outcome", "quantity", "unit", "share",
)  # fmt: skip
_SEE_UNIT = "see column 'unit'"
_SAME = 1e-6
_SHOWN = 40
"""Rows of a table on the screen; files hold them all."""


def network_report(scenario: NetworkScenario, plan: Plan, why: Explanation | None) -> Report:
    """Flows, shares, cost and limits of a plan, or what clashes, with what was asked."""
    tables = {
        "flows": _units(frame(list(flow_rows(plan)), FLOW_COLUMNS), quantity=_SEE_UNIT),
        "shares": _units(frame(_share_rows(plan), _SHARE_COLUMNS), share="1", quantity=_SEE_UNIT),
        "cost": _cost_table(plan),
        "limits": _limit_table(plan),
    }
    if why is not None:
        tables["relaxations"] = relaxation_table(why)
    inputs = list(flat(scenario.stated))
    notes = [*plan.notes, *(why.sentences() if why else ())]
    facts = _facts(scenario, plan)
    return Report(
        tables=tables,
        sheets={
            "notes": frame([{"note": text} for text in notes], ("note",)),
            "inputs": frame([{"key": k, "value": v} for k, v in inputs], ("key", "value")),
        },
        about=facts,
        carried=(
            *(("about", key, text) for key, text in facts.items()),
            *(("inputs", key, text) for key, text in inputs),
            *(("notes", str(k), text) for k, text in enumerate(notes, start=1)),
        ),
        answer=network_answer(scenario, plan, why),
    )


def explanation_report(name: str, why: Explanation) -> Report:
    """Why there is no plan, as a table and an object."""
    sentences = frame([{"sentence": text} for text in why.sentences()], ("sentence",))
    return Report(
        tables={"sentences": sentences, "relaxations": relaxation_table(why)},
        about={"scenario": name, "feasible": str(why.feasible).lower()},
        answer=explanation_answer(name, why),
    )


def flat(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every input of a file as key and text: ``network.suppliers.A.price``."""
    items: Iterable[tuple[Any, Any]]
    if isinstance(value, Mapping):
        items = value.items()
    elif isinstance(value, (list, tuple)):
        items = enumerate(value, start=1)
    else:
        yield where, "" if value is None else str(value)
        return
    for key, item in items:
        yield from flat(item, f"{where}.{key}" if where else str(key))


def _units(table: pd.DataFrame, **units: str) -> pd.DataFrame:
    table.attrs["units"] = units
    return table


def _facts(scenario: NetworkScenario, plan: Plan) -> dict[str, str]:
    proof = plan.certificate.sentence() if plan.certificate else "none"
    return {
        "scenario": scenario.name,
        "status": plan.status,
        "currency": plan.currency,
        "objective": plan.objective,
        "unique": str(plan.unique).lower(),
        "certificate": proof,
    }


def _share_rows(plan: Plan) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in _SHARE_COLUMNS} for row in plan.shares]


def _cost_table(plan: Plan) -> pd.DataFrame:
    rows = [
        {"item": kind, "value": value, "unit": plan.currency}
        for kind, value in plan.cost_by_kind.items()
    ]
    return frame(rows, ("item", "value", "unit"))


def _limit_table(plan: Plan) -> pd.DataFrame:
    rows = [{k: row[k] for k in _MARGINAL_COLUMNS} for row in marginal_rows(plan.marginals)]
    prices = dict.fromkeys(("shadow_price", "below", "above"), _SEE_UNIT)
    return _units(
        frame(rows, _MARGINAL_COLUMNS),
        **prices,
        **dict.fromkeys(("limit", "level"), "see column 'limit_unit'"),
    )


# --- text ------------------------------------------------------------------------------


def network_text(scenario: NetworkScenario, plan: Plan, why: Explanation | None) -> str:
    """Status, cost by kind, who supplies, what is shipped, what binds; or what clashes."""
    parts = [scenario.name, f"Status: {plan.status}"]
    if plan.status == "optimal":
        rows = list(flow_rows(plan))
        parts += [_cost(plan), _sources(plan, rows), *_ways(plan, rows), *_shares(plan)]
        parts += [_binding(plan)]
    if why is not None:
        parts.append("\n".join(map(_said, why.sentences())))
    parts.append("\n".join(_footer(plan)))
    return "\n\n".join(part for part in parts if part)


def explanation_text(name: str, why: Explanation) -> str:
    """Feasible, or the sentences that say why not."""
    head = "Feasible: the rules can hold together." if why.feasible else "No plan meets the rules."
    told = [] if why.feasible else ["\n".join(map(_said, why.sentences()))]
    return "\n\n".join([printable(name), head, *told])


def _said(text: str) -> str:
    line = printable(text)
    return line[:1].upper() + line[1:]


def _cost(plan: Plan) -> str:
    rows = [[kind, figure(value)] for kind, value in plan.cost_by_kind.items() if value]
    rows.append(["all", figure(plan.cost)])
    if plan.objective != "cost":
        rows.append([f"objective: {plan.objective} ({plan.unit})", figure(plan.value)])
    return aligned(["cost", plan.currency], rows)


def _sources(plan: Plan, rows: list[dict[str, Any]]) -> str:
    found = [row for row in rows if row["kind"] in ("supply", "process")]
    when = _when(found)
    heads = ["source", "good", "country", "route", *when, "quantity", "unit", "cost of one"]
    body = [
        [
            shortened(str(r["id"])),
            *(r["commodity"], r["country"] or "-", r["route"]),
            *(str(r[key] or "-") for key in when),
            *(figure(r["quantity"]), r["unit"], figure(r["unit_cost"])),
        ]
        for r in found[:_SHOWN]
    ]
    left = 4 + len(when)
    units = ["" for _ in heads[:-1]]
    return aligned(heads, body, [*units, plan.currency], left=left) + _more(found)


def _ways(plan: Plan, rows: list[dict[str, Any]]) -> Iterator[str]:
    found = [row for row in rows if row["kind"] in ("shipment", "storage")]
    if found:
        when = _when(found)
        heads = ["from", "to", "good", *when, "quantity", "unit", "cost of one"]
        body = [
            [
                *(shortened(r["node"]), shortened(r["to_node"]), r["commodity"]),
                *(str(r[key] or "-") for key in when),
                *(figure(r["quantity"]), r["unit"], figure(r["unit_cost"])),
            ]
            for r in found[:_SHOWN]
        ]
        units = ["" for _ in heads[:-1]]
        left = 3 + len(when)
        yield aligned(heads, body, [*units, plan.currency], left=left) + _more(found)


def _when(rows: list[dict[str, Any]]) -> list[str]:
    """Columns on time and turn of events, where there are any."""
    return [key for key in ("period", "outcome") if any(row[key] for row in rows)]


def _shares(plan: Plan) -> Iterator[str]:
    named = [row for row in plan.shares if row.country is not None]
    if named:
        rows = [asdict(row) for row in plan.shares]
        when = _when(rows)
        heads = ["material", "stage", "country", "route", *when]
        body = [
            [*(str(row[key] or "-") for key in heads), figure(100 * row["share"])]
            for row in rows[:_SHOWN]
        ]
        units = ["" for _ in heads]
        yield aligned([*heads, "share"], body, [*units, "%"], left=len(heads)) + _more(rows)


def _binding(plan: Plan) -> str:
    found = sorted(plan.binding, key=lambda m: m.kind != "rule")
    if not found:
        return "No limit binds."
    heads = ["limit that binds", "limit", "price of +1 of it", "unit"]
    body = [
        [shortened(m.name), _limit(m), _price(m), m.unit.replace(" per ", " per ", 1)]
        for m in found[:_SHOWN]
    ]
    return aligned(heads, body, left=1) + _more(found)


def _limit(m: Marginal) -> str:
    percent = m.unit.endswith("percentage point")
    return f"{figure(100 * m.limit)} %" if percent else figure(m.limit)


def _price(m: Marginal) -> str:
    """The price of a limit; at a corner those below and above it."""
    if m.below is None or m.above is None or _alike(m.below, m.above):
        return figure(m.shadow_price)
    return f"{figure(m.below)} below, {figure(m.above)} above"


def _alike(below: float, above: float) -> bool:
    return abs(below - above) <= _SAME * max(abs(below), abs(above))


def _more(rows: Any) -> str:
    left = len(rows) - _SHOWN
    return f"\nand {left} more: in a file (--out) and in --json" if left > 0 else ""


def _weights(plan: Plan) -> Iterator[str]:
    """What money is multiplied by, where it is not only added up."""
    network = plan.layout.network if plan.layout is not None else None
    if network is None:
        return
    by = ["the discount of its period"] * any(p.discount != 1 for p in network.periods)
    by += ["the probability of its outcome"] * (len(network.outcomes) > 1)
    if by:
        yield f"All money is shown times {' and '.join(by)}, costs of one and prices as well."


def _footer(plan: Plan) -> Iterator[str]:
    if plan.status == "optimal" and plan.unique is True:
        yield "No other plan is as good."
    if plan.unique is False:
        yield "Other plans are as good; of these the one with the most even shares is shown."
    if plan.status == "optimal":
        yield from _weights(plan)
    if plan.certificate is not None:
        yield _said(plan.certificate.sentence())
    yield from map(_said, plan.notes)
