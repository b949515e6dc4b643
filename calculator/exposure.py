"""What a cell is exposed to: shares by country and stage, concentration, political risk.

Shares are those of world production. A country's pass-through is the part of the product that
touched it at any stage, 1 - prod(1 - share), stages taken as independent; its bounds need no such
assumption (``calculator.concentration``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calculator.concentration import geopolrisk, hhi_bounds, pass_through, pass_through_bounds
from calculator.errors import InputError
from calculator.tables.provenance import frame, label, support
from calculator.trace import plain
from materials_db.schema import Role

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum, Share

STAGES = ("mining", "refining", "active_material", "cell")
CELL = ("battery_cell", "cell")
REST = "ROW"
_ACTIVE = {
    Role.POSITIVE_ACTIVE: "cathode_active_material",
    Role.NEGATIVE_ACTIVE: "anode_active_material",
}
_ROUNDING = 0.005
"""By how much published shares may sum to more than one."""
_RISK = "political_stability_risk"
Step = tuple[str, str]
"""Material and stage, as in the table of shares."""


@dataclass(frozen=True)
class StageExposure:
    """World production of a material at a stage, seen from one country; shares are fractions."""

    element: str
    """Element it stands for; empty for active materials and cells."""
    stage: str
    material: str
    share: float
    """Of the country asked; 0 where the table does not name it (it may stand in ``rest``)."""
    rest: float
    """Of the countries the table does not name."""
    largest: str
    largest_share: float
    hhi_low: float
    """As if the rest were many small countries."""
    hhi_high: float
    """As if the rest were one country."""
    geopolrisk: float
    """Least HHI x mean political risk of the named countries, for a buyer of the world's mix who
    makes none at home; not a number where no country has a risk score."""
    date: str
    """Newest among the shares."""
    records: tuple[Datum, ...]


@dataclass(frozen=True)
class PassThrough:
    """Part of an element, or of all elements followed, that touched a country; fractions."""

    element: str
    """``all followed`` for the whole cell, by mass."""
    bought_g_per_kwh: float
    share: float
    low: float
    high: float
    stages: tuple[str, ...]
    records: tuple[Datum, ...]


def stage_exposures(
    db: MaterialsDB, elements: Iterable[str], country: str
) -> tuple[StageExposure, ...]:
    """Exposure to a country at each stage of each element, then of active materials and cells.

    Args:
        db: the materials database.
        elements: symbols, or ``graphite``; those no share table follows are left out.
        country: ISO 3166 alpha-3 code.
    """
    table = _Shares(db)
    found = [
        _exposure(table, element, step, country)
        for element in elements
        for step in table.steps_of(element)
    ]
    ends = [key for key in table.by_step if key[1] in STAGES[2:]]
    return (*found, *(_exposure(table, "", step, country) for step in ends))


def pass_throughs(db: MaterialsDB, evaluation: Evaluation, country: str) -> tuple[PassThrough, ...]:
    """Pass-through of each element of a cell and, last, of all elements followed.

    Each element goes the way of the material it is bought in: mining and refining of the element,
    the active material if it is one, and the cell. Weights are the masses bought.
    """
    table = _Shares(db)
    ways: dict[str, list[tuple[float, tuple[Step, ...]]]] = {}
    for element, grams, way in _ways(db, evaluation, table):
        ways.setdefault(element, []).append((grams, way))
    parts = [_passed(table, element, found, country) for element, found in ways.items()]
    whole = [pair for found in ways.values() for pair in found]
    return (*parts, _passed(table, "all followed", whole, country)) if whole else ()


class _Shares:
    """The share table by material and stage, and political risk by country."""

    def __init__(self, db: MaterialsDB) -> None:
        self.by_step: dict[Step, tuple[Share, ...]] = {}
        for row in db.shares:
            key = (row.material, row.stage)
            self.by_step[key] = (*self.by_step.get(key, ()), row)
        self._links = db.element_materials
        scores = sorted(
            (r for r in db.governance if r.indicator == _RISK), key=lambda r: r.date or ""
        )
        self.risk = {row.country: row for row in scores}

    def steps_of(self, element: str) -> tuple[Step, ...]:
        """Stages of an element that the shares follow, in order."""
        steps = dict.fromkeys((r.material, r.stage) for r in self._links if r.element == element)
        return tuple(sorted((s for s in steps if s in self.by_step), key=_order))

    def named(self, step: Step) -> dict[str, float]:
        """Share of each named country, a fraction; a sum above 1 by rounding alone is scaled.

        Raises:
            InputError: the shares sum to clearly more than 100 %.
        """
        every = {row.country: _fraction(row) for row in self.by_step[step]}
        total = sum(every.values())
        if total > 1.0 + _ROUNDING:
            raise InputError(
                f"shares of {step[0]} at stage {step[1]} sum to {100 * total:.4g} %; "
                "mend the rows of shares.csv"
            )
        return {c: s / max(1.0, total) for c, s in every.items() if c != REST}

    def share(self, step: Step, country: str) -> float:
        """Share of a country, a fraction; 0 where it is not named."""
        return self.named(step).get(country, 0.0)

    def active(self, material: str, role: Role) -> tuple[Step, ...]:
        """Stage of an active material: under its own name, or that of its kind."""
        if role not in _ACTIVE:
            return ()
        names = (f"{material}_cathode", _ACTIVE[role])
        steps = [(name, "active_material") for name in names]
        return tuple(step for step in steps if step in self.by_step)[:1]


def _order(step: Step) -> int:
    return STAGES.index(step[1])


def _fraction(row: Share) -> float:
    from materials_db.units import to

    return to(row.value, row.unit, "1")


def _exposure(table: _Shares, element: str, step: Step, country: str) -> StageExposure:
    rows = table.by_step[step]
    named = table.named(step)
    shares = list(named.values())
    low, high = hhi_bounds(shares)
    scored = {c: s for c, s in named.items() if c in table.risk}
    risks = [table.risk[c].value for c in scored]
    score = geopolrisk(low, list(scored.values()), risks) if scored else float("nan")
    largest = max(named, key=lambda c: named[c], default="")
    return StageExposure(
        element=element,
        stage=step[1],
        material=step[0],
        share=named.get(country, 0.0),
        rest=max(0.0, 1.0 - sum(shares)),
        largest=largest,
        largest_share=named.get(largest, 0.0),
        hhi_low=plain(low),
        hhi_high=plain(high),
        geopolrisk=plain(score),
        date=max(row.date or "" for row in rows),
        records=(*rows, *(table.risk[c] for c in scored)),
    )


def _ways(
    db: MaterialsDB, evaluation: Evaluation, table: _Shares
) -> Iterator[tuple[str, float, tuple[Step, ...]]]:
    """Element, grams bought per kWh and the stages it passes, for each material of the bill."""
    end = (CELL,) if CELL in table.by_step else ()
    for line in evaluation.bill.lines:
        role = db.material(line.material).role
        for element, fraction in evaluation.case.composition.get(line.material, {}).items():
            steps = table.steps_of(element)
            if steps:
                way = (*steps, *table.active(line.material, role), *end)
                yield element, 1000.0 * plain(line.bought_kg_per_kwh) * fraction, way


def _passed(
    table: _Shares, element: str, ways: Sequence[tuple[float, tuple[Step, ...]]], country: str
) -> PassThrough:
    mass = sum(grams for grams, _ in ways)
    share = low = high = 0.0
    for grams, way in ways:
        part = grams / mass if mass else 0.0
        shares = [table.share(step, country) for step in way]
        bounds = pass_through_bounds(shares)
        share += part * plain(pass_through(shares))
        low += part * plain(bounds[0])
        high += part * plain(bounds[1])
    steps = sorted({step for _, way in ways for step in way}, key=_order)
    rows = (row for step in steps for row in table.by_step[step])
    stages = tuple(dict.fromkeys(step[1] for step in steps))
    return PassThrough(element, mass, share, low, high, stages, tuple(rows))


# --- tables ------------------------------------------------------------------------------

EXPOSURE_COLUMNS = (
    "element", "stage", "material", "country", "share", "rest_of_world", "largest_country",
    "largest_share", "hhi_low", "hhi_high", "geopolrisk", "date", "basis", "own_data", "sources",
)  # fmt: skip


def exposure_table(exposures: Iterable[StageExposure], country: str) -> pd.DataFrame:
    """Exposure by stage, one material a row; shares and indices are fractions of one."""
    rows = [
        {
            "element": e.element,
            "stage": e.stage,
            "material": e.material,
            "country": country,
            "share": e.share,
            "rest_of_world": e.rest,
            "largest_country": e.largest,
            "largest_share": e.largest_share,
            "hhi_low": e.hhi_low,
            "hhi_high": e.hhi_high,
            "geopolrisk": e.geopolrisk,
            "date": e.date,
            **support(e.records).columns(),
        }
        for e in exposures
    ]
    return frame(rows, EXPOSURE_COLUMNS)


PASS_THROUGH_COLUMNS = (
    "chemistry", "element", "country", "share", "low", "high", "bought_g_per_kwh", "stages",
    "basis", "own_data", "sources",
)  # fmt: skip


def pass_through_table(
    db: MaterialsDB, evaluations: Sequence[Evaluation], country: str
) -> pd.DataFrame:
    """Pass-through of each element and of the whole cell, by chemistry; fractions of one."""
    return frame(
        [row for e in evaluations for row in _pass_rows(db, e, country)], PASS_THROUGH_COLUMNS
    )


def _pass_rows(db: MaterialsDB, e: Evaluation, country: str) -> Iterator[dict[str, Any]]:
    for passed in pass_throughs(db, e, country):
        yield {
            "chemistry": label(e),
            "element": passed.element,
            "country": country,
            "share": passed.share,
            "low": passed.low,
            "high": passed.high,
            "bought_g_per_kwh": passed.bought_g_per_kwh,
            "stages": " ".join(passed.stages),
            **support(passed.records).columns(),
        }
