"""What an importer has left without its largest origin, and its GeoPolRisk by year.

GeoPolRisk = HHI of world production x sum(q_i g_i) / (p + sum q_i) (Gemechu et al. 2016). Origins
that the source of the imports does not name are given the lowest, the mean and the highest
political risk of all countries, so that the score is an interval. What the importer makes at home
(p) counts as nothing: the tables hold shares of imports and no amounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calculator.concentration import geopolrisk, hhi_bounds
from calculator.dependence.shares import Risks, fraction, has_score, risks, world_shares
from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.trace import numbers, plain

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum
    from materials_db.schema_dependence import ImportShare

Interval = tuple[float, float, float]
"""Low, central and high."""


@dataclass(frozen=True)
class ImporterRisk:
    """GeoPolRisk of an importer for one good in one year, with one HHI of the world."""

    importer: str
    form: str
    material: str
    stage: str
    """Stage of the HHI."""
    year: str
    """Of the imports."""
    hhi: float
    hhi_year: str
    hhi_source: str
    published_hhi: bool
    """Whether the HHI is as published; else it is from the table of shares."""
    risk_year: int
    score: Interval
    published: float | None
    """Score as published for the same importer, good, year and stage."""
    records: tuple[Datum, ...]

    @property
    def off_centre(self) -> float | None:
        """Published score over the central one, less one; nothing where none is published."""
        return None if self.published is None else self.published / self.score[1] - 1.0


@dataclass(frozen=True)
class ImportDependence:
    """Imports of one good by one country in one year; shares are fractions of them."""

    importer: str
    form: str
    material: str
    stage: str
    year: str
    measured_by: str
    largest: str
    largest_share: float
    left: float
    """Of the imports, without the largest origin."""
    rest: float
    """Of origins not named."""
    hhi_low: float
    hhi_high: float
    risks: tuple[ImporterRisk, ...]
    """With every HHI that is known, that of the same stage and year first."""
    records: tuple[ImportShare, ...]

    @property
    def named(self) -> dict[str, float]:
        """Share of each origin named."""
        return {row.origin: fraction(row.value, row.unit) for row in self.records}


def import_dependence(
    db: MaterialsDB, importer: str, material: str | None = None, year: int | None = None
) -> tuple[ImportDependence, ...]:
    """Every good whose origins are known for an importer; empty where none is.

    Args:
        db: the materials database.
        importer: ISO 3166 alpha-3 code, or ``EUU``.
        material: only this one, as the table of shares names it.
        year: only imports of this year; every year if none.

    Raises:
        InputError: the importer is no country.
    """
    check_importer(importer)
    groups: dict[tuple[str, ...], list[ImportShare]] = {}
    for row in db.import_shares:
        asked = row.importer == importer and material in (None, row.material)
        if asked and year in (None, int(row.date[:4])):
            key = (row.form, row.date, row.measured_by, row.source)
            groups.setdefault(key, []).append(row)
    if not groups:
        return ()
    ours = _world_hhis(db)
    return tuple(_imports(db, tuple(rows), ours) for rows in groups.values())


def geopolrisk_by_year(
    db: MaterialsDB, importer: str, material: str | None = None
) -> tuple[ImporterRisk, ...]:
    """GeoPolRisk of an importer for each good and year with data; empty where there is none.

    Raises:
        InputError: the importer is no country.
    """
    found = import_dependence(db, importer, material)
    every = (risk for one in found for risk in one.risks)
    return tuple(sorted(every, key=lambda r: (r.material, r.form, r.year, r.stage, r.hhi_year)))


def check_importer(importer: str) -> None:
    """Refuse what is neither a country nor the European Union."""
    from materials_db.countries import COUNTRIES

    if importer not in COUNTRIES and importer != "EUU":
        raise InputError(
            f"'{importer[:40]}' is no country; use its ISO 3166 code, such as 'JPN', or 'EUU'"
        )


def _imports(
    db: MaterialsDB, rows: tuple[ImportShare, ...], ours: tuple[_Hhi, ...]
) -> ImportDependence:
    first = rows[0]
    shares = numbers([fraction(row.value, row.unit) for row in rows])
    shares = shares / max(1.0, plain(shares.sum()))
    top = int(shares.argmax())
    rest = max(0.0, 1.0 - plain(shares.sum()))
    low, high = hhi_bounds(shares, rest)
    scores = _risks_near(db, int(first.date[:4]))
    return ImportDependence(
        importer=first.importer,
        form=first.form,
        material=first.material,
        stage=first.stage,
        year=first.date,
        measured_by=first.measured_by,
        largest=rows[top].origin,
        largest_share=plain(shares[top]),
        left=plain(1.0 - shares[top]),
        rest=rest,
        hhi_low=plain(low),
        hhi_high=plain(high),
        risks=tuple(_scored(db, rows, shares, rest, scores, ours)),
        records=rows,
    )


def _risks_near(db: MaterialsDB, year: int) -> Risks:
    """Scores of the year of the imports; the newest where it has none."""
    try:
        return risks(db, year)
    except InputError:
        return risks(db)


@dataclass(frozen=True)
class _Hhi:
    material: str
    stage: str
    year: str
    value: float
    source: str
    published: bool
    records: tuple[Datum, ...]


def _scored(
    db: MaterialsDB,
    rows: tuple[ImportShare, ...],
    shares: FloatArray,
    rest: float,
    scores: Risks,
    ours: tuple[_Hhi, ...],
) -> Iterator[ImporterRisk]:
    first = rows[0]
    origins = tuple(row.origin for row in rows)
    q = np.append(shares, rest)
    risk = scores.of(origins)
    levels = np.stack([np.where(has_score(risk), risk, level) for level in scores.span])
    g = np.column_stack([levels, scores.span])
    known = list(_hhis(db, first.material, ours))
    known.sort(key=lambda one: (one.stage != first.stage, one.year != first.date, -int(one.year)))
    scored = tuple(scores.by_country[c] for c in origins if c in scores.by_country)
    for one in known:
        low, mid, high = (plain(v) for v in geopolrisk(one.value, q[None, :], g))
        yield ImporterRisk(
            importer=first.importer,
            form=first.form,
            material=first.material,
            stage=one.stage,
            year=first.date,
            hhi=one.value,
            hhi_year=one.year,
            hhi_source=one.source,
            published_hhi=one.published,
            risk_year=scores.year,
            score=(low, mid, high),
            published=_published(db, first, one),
            records=(*rows, *scored, *one.records),
        )


def _world_hhis(db: MaterialsDB) -> tuple[_Hhi, ...]:
    """HHI of every material and stage of the table of shares."""
    table = world_shares(db)
    low, _ = hhi_bounds(table.shares, table.rest)
    found = []
    for k, (material, stage) in enumerate(table.steps):
        rows = table.rows[(material, stage)]
        year = max(row.date or "0" for row in rows)[:4]
        found.append(_Hhi(material, stage, year, plain(low[k]), rows[0].source, False, tuple(rows)))
    return tuple(found)


def _hhis(db: MaterialsDB, material: str, ours: tuple[_Hhi, ...]) -> Iterator[_Hhi]:
    """Every HHI of world production of a material: ours, then those published."""
    own = [one for one in ours if one.material == material]
    yield from own
    held = {(one.stage, one.year) for one in own}
    for row in db.published_hhi:
        same = row.material == material and row.quantity == "hhi"
        if same and (row.stage, row.date[:4]) not in held:
            year = row.date[:4]
            yield _Hhi(material, row.stage, year, row.value, row.source, True, (row,))


def _published(db: MaterialsDB, imported: ImportShare, one: _Hhi) -> float | None:
    """Published score that rests on the same imports and an HHI of the same stage and year."""
    asked = (imported.importer, imported.form, imported.date, one.stage)
    for row in db.published_hhi:
        key = (row.importer, row.form, row.date, row.stage)
        if row.quantity == "geopolrisk" and key == asked and one.year == row.date[:4]:
            return row.value
    return None
