"""Diversification projects as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from calculator.export import Report
from calculator.projects import (
    Choice,
    Coverage,
    Delivery,
    capacity_in,
    coverage,
    delivery_of,
    items_of,
    project_choices,
)
from calculator.tables.provenance import frame
from calculator.terminal import aligned, figure, shortened

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

_COLUMNS = (
    "project", "name", "country", "partner", "material", "stage", "status", "as_of", "start_year",
    "in_cell_plan", "needs", "supply_t_per_year", "delivered_t_per_year", "share_of_demand",
    "source", "note",
)  # fmt: skip
_NUMBER_COLUMNS = (
    "project", "item", "quantity", "value", "unit", "low", "high", "date", "basis", "confidence",
    "source", "locator", "note",
)  # fmt: skip
_LONGEST = 34


@dataclass(frozen=True)
class ProjectQuestion:
    """What is asked of the projects."""

    year: int | None = None
    material: str = ""
    """Good of a project, such as ``Dy``, ``DyTb`` or ``NdPr``, or part of its description."""
    demand_t: float | None = None
    """Demand for the material, tonnes a year."""
    ramp_years: float | None = None
    """Of every project; at most what is promised is shown where None."""
    before: float | None = None
    """Share of the demand from one country without the projects, a fraction."""


@dataclass(frozen=True)
class ProjectAnswer:
    """The projects that match, with their deliveries."""

    question: ProjectQuestion
    choices: tuple[Choice, ...]
    deliveries: dict[str, Delivery]
    """By id; those of which tonnes and a start are known."""

    @cached_property
    def coverage(self) -> Coverage | None:
        """Of the demand in the year; None where none is asked."""
        asked = self.question
        if asked.demand_t is None or asked.year is None:
            return None
        return coverage(self.deliveries.values(), asked.year, asked.demand_t, asked.before)


def project_answer(db: MaterialsDB, question: ProjectQuestion) -> ProjectAnswer:
    """The projects that make a material, and what each delivers.

    Raises:
        InputError: no project makes the material.
    """
    chosen = tuple(c for c in project_choices(db) if _matches(c, question.material))
    if not chosen:
        goods = sorted({n.item for n in db.project_numbers if n.item})
        raise InputError(
            f"no project makes '{question.material}'; name one of {', '.join(goods)}, "
            "or a word such as 'anode'"
        )
    pairs = ((c.id, _delivery(db, c, question)) for c in chosen)
    return ProjectAnswer(question, chosen, {name: d for name, d in pairs if d is not None})


def _matches(choice: Choice, material: str) -> bool:
    goods = {n.item for n in choice.numbers if n.item}
    return bool(
        not material
        or goods & {*items_of(material), material}
        or material.lower() in choice.row.material.lower()
    )


def _delivery(db: MaterialsDB, choice: Choice, question: ProjectQuestion) -> Delivery | None:
    """Nothing where no source states tonnes of the good, or a start."""
    known = {n.item for n in choice.numbers if n.quantity in {"supply", "capacity"}}
    wanted = question.material if known & set(items_of(question.material)) else ""
    if not known or choice.first_year is None or (question.material and not _same(known, wanted)):
        return None
    return delivery_of(db, choice.id, wanted, ramp_years=question.ramp_years or 0.0)


def _same(known: set[str], wanted: str) -> bool:
    """Whether tonnes are of the good asked, or the project has one good alone."""
    return bool(wanted) or known == {""}


def project_report(db: MaterialsDB, question: ProjectQuestion) -> Report:
    """Projects, their numbers, and the coverage asked for."""
    found = project_answer(db, question)
    rows = [_row(found, choice) for choice in found.choices]
    numbers = [_number_row(n) for c in found.choices for n in c.numbers]
    facts = {"data_version": db.data_version, **_asked(question)}
    sources = dict.fromkeys([c.row.source for c in found.choices] + [n["source"] for n in numbers])
    listed = [db.sources[name].model_dump(exclude={"layer", "file", "row"}) for name in sources]
    return Report(
        tables={
            "projects": frame(rows, _COLUMNS),
            "numbers": frame(numbers, _NUMBER_COLUMNS),
        },
        about=facts,
        carried=[("sources", s["id"], f"{s['author']}: {s['title']}") for s in listed],
        answer={
            **facts,
            "projects": rows,
            "numbers": numbers,
            "coverage": _coverage_row(found),
            "notes": list(_notes(found)),
            "sources": listed,
        },
    )


def _asked(question: ProjectQuestion) -> dict[str, str]:
    told = {
        "year": question.year,
        "material": question.material or None,
        "demand_t_per_year": question.demand_t,
        "ramp_years": question.ramp_years,
    }
    return {key: str(value) for key, value in told.items() if value is not None}


def _row(found: ProjectAnswer, choice: Choice) -> dict[str, Any]:
    row, one = choice.row, found.deliveries.get(choice.id)
    delivered = _delivered(found, choice)
    demand = found.question.demand_t
    return {
        "project": row.id,
        "name": row.name,
        "country": row.country,
        "partner": row.partner,
        "material": row.material,
        "stage": row.stage,
        "status": row.status,
        "as_of": row.as_of,
        "start_year": choice.first_year,
        "in_cell_plan": choice.in_cell_plan,
        "needs": ", ".join(choice.needs),
        "supply_t_per_year": one.most if one else None,
        "delivered_t_per_year": delivered,
        "share_of_demand": delivered / demand if demand and delivered is not None else None,
        "source": row.source,
        "note": row.note,
    }


def _delivered(found: ProjectAnswer, choice: Choice) -> float | None:
    one, year = found.deliveries.get(choice.id), found.question.year
    return float(capacity_in(one, year)) if one is not None and year is not None else None


def _number_row(number: Datum) -> dict[str, Any]:
    told = number.model_dump(mode="json")
    return {name: told[name] for name in _NUMBER_COLUMNS}


def _coverage_row(found: ProjectAnswer) -> dict[str, Any] | None:
    covered = found.coverage
    if covered is None:
        return None
    after = covered.after
    return {
        "supply_t_per_year": float(covered.supply[0]),
        "demand_t_per_year": float(covered.demand[0]),
        "share": float(covered.share[0]),
        "dependence_before": covered.before,
        "dependence_after": None if after is None else float(after[0]),
    }


def _notes(found: ProjectAnswer) -> Sequence[str]:
    """What the reader must know."""
    notes = []
    if found.question.year is not None and found.question.ramp_years is None:
        notes.append(
            "No source states how fast a project ramps: from its first year on at most the whole "
            "is shown; --ramp gives years."
        )
    unknown = [c.id for c in found.choices if c.id not in found.deliveries]
    if unknown and (found.question.year is not None or found.question.material):
        notes.append(f"Tonnes or start unknown, counted as nothing: {', '.join(unknown)}.")
    switched = [c.id for c in found.choices if c.in_cell_plan]
    if switched:
        notes.append(
            f"In a cell plan ('sourcing: projects:'): {', '.join(switched)}; the others make no "
            "material of the supply network."
        )
    return notes


def project_text(db: MaterialsDB, question: ProjectQuestion) -> str:
    """The projects as a table, the coverage, and what is not known."""
    found = project_answer(db, question)
    heads = ["project", "country", "material", "stage", "status", "from", "supply"]
    units = ["", "", "", "", "", "", "t/year"]
    if question.year is not None:
        heads, units = [*heads, str(question.year)], [*units, "t/year"]
    if question.demand_t is not None:
        heads, units = [*heads, "of demand"], [*units, "%"]
    table = aligned(heads, [_line(found, c) for c in found.choices], units, left=5)
    parts = [table, *_covered(found), *_notes(found)]
    return "\n\n".join([*parts, f"data version {db.data_version}"])


def _line(found: ProjectAnswer, choice: Choice) -> list[str]:
    row, one = choice.row, found.deliveries.get(choice.id)
    start = "-" if choice.first_year is None else str(choice.first_year)
    cells = [row.id, row.country, shortened(row.material)[:_LONGEST], row.stage, row.status]
    cells += [start, figure(one.most if one else None)]
    delivered, demand = _delivered(found, choice), found.question.demand_t
    if found.question.year is not None:
        cells.append(figure(delivered))
    if demand is not None:
        cells.append(figure(None if delivered is None else 100.0 * delivered / demand))
    return cells


def _covered(found: ProjectAnswer) -> Sequence[str]:
    row = _coverage_row(found)
    if row is None:
        return ()
    told = (
        f"Together {figure(row['supply_t_per_year'])} t of {figure(row['demand_t_per_year'])} t "
        f"of {found.question.material} in {found.question.year}: {figure(100 * row['share'])} %."
    )
    if row["dependence_after"] is None:
        return (told,)
    before, after = (100 * row[f"dependence_{at}"] for at in ("before", "after"))
    return (f"{told} Dependence on one country {figure(before)} -> {figure(after)} %.",)
