"""The front between two objectives as a table to write and as text to read."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from calculator.export import Report
from calculator.network_answers import known
from calculator.tables.provenance import frame
from calculator.terminal import aligned, figure, printable

if TYPE_CHECKING:
    from calculator.sourcing.answers.pareto import Front, FrontPoint
    from calculator.sourcing.objectives import Objective

_COLUMNS = ("point", "first", "first_unit", "second", "second_unit", "cost", "currency", "unique")


def front_report(name: str, front: Front) -> Report:
    """Every point of a front with its two figures."""
    table = frame([_row(front, k, point) for k, point in enumerate(front.points, 1)], _COLUMNS)
    table.attrs["units"] = {
        "first": front.units[0], "second": front.units[1], "cost": "see column 'currency'",
    }  # fmt: skip
    facts = {
        "scenario": name,
        "status": front.status,
        "first": front.first.word,
        "second": front.second.word,
        "exact": str(front.exact).lower(),
    }
    notes = [("notes", str(k), text) for k, text in enumerate(front.notes, start=1)]
    return Report(
        tables={"points": table},
        about=facts,
        carried=(*(("about", key, text) for key, text in facts.items()), *notes),
        answer=front_answer(name, front),
    )


def front_answer(name: str, front: Front) -> dict[str, Any]:
    """A front as an object: each point with its figures and the rule that opens it.

    The scenario with ``rule`` added and ``objective`` set gives the plan of the point.
    """
    return {
        "scenario": name,
        "status": front.status,
        "first": {"kind": front.first.word, "unit": front.units[0]},
        "second": {"kind": front.second.word, "unit": front.units[1]},
        "exact": front.exact,
        "points": [_point(front, k, point) for k, point in enumerate(front.points, start=1)],
        "notes": list(front.notes),
    }


def _row(front: Front, k: int, point: FrontPoint) -> dict[str, Any]:
    return {
        "point": k,
        "first": point.values[0],
        "first_unit": front.units[0],
        "second": point.values[1],
        "second_unit": front.units[1],
        "cost": known(point.plan.cost),
        "currency": point.plan.currency,
        "unique": point.plan.unique,
    }


def _point(front: Front, k: int, point: FrontPoint) -> dict[str, Any]:
    shares = [
        {"material": r.material, "stage": r.stage, "country": r.country, "route": r.route,
         "share": r.share}
        for r in point.plan.shares
    ]  # fmt: skip
    rule = {
        "rule": "objective_at_most",
        "name": point.rule.name,
        "objective": stated(point.rule.objective),
        "limit_amount": point.rule.limit,
    }
    proof = point.plan.certificate
    return {
        **_row(front, k, point),
        "objective": stated(point.objective),
        "rule": rule,
        "proved": proof.ok if proof is not None else False,
        "shares": shares,
    }


def stated(objective: Objective) -> Any:
    """An objective as a file states it: its word, or its word with its keys."""
    own = {
        field.name: getattr(objective, field.name)
        for field in fields(objective)  # type: ignore[arg-type]
    }
    if objective.word == "weighted":
        parts = [{"weight": p.weight, "objective": stated(p.objective)} for p in own["parts"]]
        return {"weighted": parts}
    keys = {key: value for key, value in own.items() if value is not None}
    return {objective.word: keys} if keys else objective.word


def front_text(name: str, front: Front) -> str:
    """The points of a front, and what the second objective costs in the first."""
    parts = [printable(name), f"Status: {front.status}"]
    if front.points:
        slope = f"{front.first.word} for +1 of {front.second.word}"
        heads = ["point", front.first.word, front.second.word, slope]
        values = [point.values for point in front.points]
        slopes = [None, *(_slope(a, b) for a, b in pairwise(values))]
        body = [
            [str(k), figure(a), figure(b), "" if bend is None else figure(bend)]
            for k, ((a, b), bend) in enumerate(zip(values, slopes, strict=True), start=1)
        ]
        parts.append(aligned(heads, body, ["", *front.units, " per ".join(front.units)]))
        parts.append(_nature(front))
    parts += [f"{text[:1].upper()}{text[1:]}" for text in front.notes]
    return "\n\n".join(parts)


def _slope(a: tuple[float, float], b: tuple[float, float]) -> float | None:
    return (b[0] - a[0]) / (b[1] - a[1]) if b[1] != a[1] else None


def _nature(front: Front) -> str:
    if front.exact:
        return "These are all corners of the front: between two of them every mix can be had."
    return "These are points of the front; there are others between them."
