"""What the world has left of each material without its largest supplier, and its concentration.

Shares are of world production, taken as equal to demand: what is left is then the share of demand
that the other countries cover without making more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calculator.concentration import hhi_bounds, weighted_hhi
from calculator.dependence.shares import (
    Risks,
    Step,
    WorldShares,
    fraction,
    has_score,
    risk_of_mix,
    risks,
    world_shares,
)
from calculator.numbers import FloatArray
from calculator.trace import numbers, plain

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum
    from materials_db.schema_dependence import EuCriticality, Outlook

_OUTLOOK_STAGE = "refining"
"""The outlook of 2035 is on refined supply."""


@dataclass(frozen=True)
class StageDependence:
    """A material at a stage; shares and indices are fractions of one."""

    material: str
    stage: str
    largest: str
    """Country that makes most among those named."""
    largest_share: float
    left: float
    """Of demand, without the largest country."""
    left_low: float
    """The same if the countries not named were one, where that would be the largest."""
    rest: float
    """Of countries not named."""
    hhi_low: float
    """As if the rest were many small countries."""
    hhi_high: float
    """As if the rest were one country."""
    hhi_governance: float
    """Sum of political risk x share squared, over the countries with a score."""
    geopolrisk: tuple[float, float, float]
    """Of a buyer of the world's mix that makes none: the rest at the lowest, mean and highest
    political risk of all countries; the last with ``hhi_high``, the others with ``hhi_low``."""
    eu_supply_risk: float | None
    """Latest published; the highest where the Union assesses several goods of it."""
    eu_trend: str
    """Published supply risk by year; the method changed in 2017."""
    outlook: Outlook | None
    """Published outlook on what is left in 2035."""
    date: str
    """Newest among the shares."""
    risk_year: int
    records: tuple[Datum, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loss:
    """What the loss of one country takes from world supply."""

    country: str
    worst_material: str
    worst_stage: str
    worst_share: float
    largest_of: int
    """Materials and stages in which it is the largest supplier."""
    above_quarter: int
    """Materials and stages in which it makes more than a quarter."""
    mean_share: float
    """Over all materials and stages of the table."""


def world_dependence(
    db: MaterialsDB, year: int | None = None, material: str | None = None
) -> tuple[StageDependence, ...]:
    """Every material and stage of the table of shares, from mine to cell.

    Args:
        db: the materials database.
        year: of the scores of political risk; the newest if none.
        material: only this one.

    Raises:
        InputError: no scores of the year, or shares above 100 %.
        UnknownNameError: a material without shares.
    """
    table, scores = world_shares(db), risks(db, year)
    check_material(table, material)
    s, rest, risk = table.shares, table.rest, scores.of(table.countries)
    low, high = hhi_bounds(s, rest)
    mixed = risk_of_mix(s, rest, risk, scores.span) * np.stack([low, low, high])
    weighted = weighted_hhi(s, np.where(has_score(risk), risk, 0.0))
    found = []
    for k, step in enumerate(table.steps):
        if material in (None, step[0]):
            indices = (plain(low[k]), plain(high[k]), plain(weighted[k]))
            found.append(_row(db, table, scores, k, indices, mixed[:, k]))
    return tuple(found)


def check_material(table: WorldShares, material: str | None) -> None:
    """Refuse a material that the table of shares does not name."""
    from materials_db.faults import UnknownNameError

    known = dict.fromkeys(step[0] for step in table.steps)
    if material is not None and material not in known:
        raise UnknownNameError("material with shares", material, known)


def losses(db: MaterialsDB, material: str | None = None) -> tuple[Loss, ...]:
    """Every country with a share, the one whose loss takes most of any step first.

    Raises:
        InputError: shares above 100 %.
        UnknownNameError: a material without shares.
    """
    table = world_shares(db)
    check_material(table, material)
    kept = [k for k, step in enumerate(table.steps) if material in (None, step[0])]
    steps, s = [table.steps[k] for k in kept], table.shares[kept]
    top = s.argmax(axis=1)
    worst = s.argmax(axis=0)
    rows = [
        Loss(
            country=country,
            worst_material=steps[worst[c]][0],
            worst_stage=steps[worst[c]][1],
            worst_share=plain(s[worst[c], c]),
            largest_of=int((top == c).sum()),
            above_quarter=int((s[:, c] > 0.25).sum()),
            mean_share=plain(s[:, c].sum()) / len(steps),
        )
        for c, country in enumerate(table.countries)
        if s[:, c].any()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.above_quarter, -row.worst_share, row.country)))


def left_without(shares: FloatArray) -> FloatArray:
    """Return (steps, countries): what is left of each step without each country."""
    return np.asarray(1.0 - numbers(shares))


def _row(
    db: MaterialsDB,
    table: WorldShares,
    scores: Risks,
    k: int,
    indices: tuple[float, float, float],
    mixed: FloatArray,
) -> StageDependence:
    step, shares, rest = table.steps[k], table.shares[k], plain(table.rest[k])
    top = int(shares.argmax())
    rows = table.rows[step]
    assessed = eu_rows(db, step[0])
    scored = (scores.by_country[r.country] for r in rows if r.country in scores.by_country)
    return StageDependence(
        material=step[0],
        stage=step[1],
        largest=table.countries[top],
        largest_share=plain(shares[top]),
        left=plain(left_without(shares)[top]),
        left_low=min(plain(left_without(shares)[top]), 1.0 - rest),
        rest=rest,
        hhi_low=indices[0],
        hhi_high=indices[1],
        hhi_governance=indices[2],
        geopolrisk=(plain(mixed[0]), plain(mixed[1]), plain(mixed[2])),
        eu_supply_risk=_latest(assessed),
        eu_trend=_trend(assessed),
        outlook=_outlook(db, step),
        date=max(row.date or "" for row in rows),
        risk_year=scores.year,
        records=(*rows, *scored),
        notes=_notes(table, k, assessed),
    )


def _notes(table: WorldShares, k: int, assessed: tuple[EuCriticality, ...]) -> tuple[str, ...]:
    rest, top = float(table.rest[k]), float(table.shares[k].max())
    dates = sorted({row.date or "" for row in table.rows[table.steps[k]]})
    goods = sorted({row.material for row in assessed})
    said = []
    if rest > top:
        said.append("countries not named hold more together than the largest that is")
    if len(dates) > 1:
        said.append(f"shares of {' and '.join(dates)}")
    if len(goods) > 1:
        said.append(f"EU supply risk: highest of {', '.join(goods)}".replace("_", " "))
    return tuple(said)


def eu_rows(db: MaterialsDB, material: str) -> tuple[EuCriticality, ...]:
    """Assessments of supply risk that cover a material, by year."""
    found = [r for r in db.eu_criticality if material in r.covers and r.quantity == "supply_risk"]
    return tuple(sorted(found, key=lambda row: (row.material, row.date)))


def _latest(rows: tuple[EuCriticality, ...]) -> float | None:
    newest = max((row.date for row in rows), default="")
    return max((row.value for row in rows if row.date == newest), default=None)


def _trend(rows: tuple[EuCriticality, ...]) -> str:
    by_year: dict[str, float] = {}
    for row in rows:
        by_year[row.date] = max(by_year.get(row.date, 0.0), row.value)
    return ", ".join(f"{year} {value:g}" for year, value in sorted(by_year.items()))


def _outlook(db: MaterialsDB, step: Step) -> Outlook | None:
    rows = (row for row in db.n_minus_1_outlook if row.quantity == "left")
    return next((r for r in rows if (r.material, _OUTLOOK_STAGE) == step), None)


def outlook_text(row: Outlook | None) -> str:
    """Outlook in words: ``35 to 40 %``, ``below 55 %``; empty for none."""
    if row is None:
        return ""
    low, high = (
        100 * fraction(v, row.unit) if v is not None else None for v in (row.low, row.high)
    )
    if low is not None and high is not None:
        return f"{low:g} to {high:g} %"
    return f"{row.bound} {100 * fraction(row.value, row.unit):g} %".strip()
