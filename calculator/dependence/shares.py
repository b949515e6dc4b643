"""Shares of the world's production as one matrix, and political risk by country and year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.trace import numbers, plain

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Governance, Share

REST = "ROW"
POLITICAL_RISK = "political_stability_risk"
_STAGES = ("mining", "refining", "active_material", "cell")
_ROUNDING = 0.005
"""By how much published shares may sum to more than one."""
Step = tuple[str, str]
"""Material and stage."""


@dataclass(frozen=True)
class WorldShares:
    """Production by step and country; what the named countries leave to one is the rest."""

    steps: tuple[Step, ...]
    countries: tuple[str, ...]
    shares: FloatArray
    """(steps, countries), fractions; 0 where a country is not named."""
    rows: Mapping[Step, tuple[Share, ...]]

    @property
    def rest(self) -> FloatArray:
        """(steps,): share of the countries that are not named."""
        return np.asarray(np.maximum(1.0 - self.shares.sum(axis=1), 0.0))


def world_shares(db: MaterialsDB) -> WorldShares:
    """Every material and stage of the table of shares, from mine to cell.

    Where two sources state a country's share the first row is used. Sums above one by rounding
    are scaled to one.

    Raises:
        InputError: shares of a step sum to clearly more than 100 %.
    """
    rows: dict[Step, dict[str, Share]] = {}
    for row in db.shares:
        rows.setdefault((row.material, row.stage), {}).setdefault(row.country, row)
    steps = tuple(sorted(rows, key=lambda step: (_STAGES.index(step[1]), step[0])))
    countries = tuple(sorted({c for step in steps for c in rows[step] if c != REST}))
    column = {country: k for k, country in enumerate(countries)}
    shares = [[0.0] * len(countries) for _ in steps]
    for k, step in enumerate(steps):
        for country, row in rows[step].items():
            if country != REST:
                shares[k][column[country]] = fraction(row.value, row.unit)
    scaled = _scaled(steps, numbers(shares).reshape(len(steps), len(countries)))
    return WorldShares(steps, countries, scaled, {s: tuple(rows[s].values()) for s in steps})


def _scaled(steps: tuple[Step, ...], shares: FloatArray) -> FloatArray:
    total = shares.sum(axis=1)
    for (material, stage), found in zip(steps, total, strict=True):
        if found > 1.0 + _ROUNDING:
            raise InputError(
                f"shares of {material} at stage {stage} sum to {100 * found:.4g} %; "
                "mend the rows of shares.csv"
            )
    return np.asarray(shares / np.maximum(total, 1.0)[:, None])


@dataclass(frozen=True)
class Risks:
    """Political risk by country in one year, from 0 to 1."""

    year: int
    by_country: Mapping[str, Governance]

    @property
    def span(self) -> FloatArray:
        """(3,): lowest, mean and highest risk of all countries."""
        values = [row.value for row in self.by_country.values()]
        mean = plain(numbers(values).sum()) / len(values)
        return np.asarray(numbers([min(values), mean, max(values)]))

    def of(self, countries: tuple[str, ...]) -> FloatArray:
        """(countries,): risk of each; not a number where it has no score."""
        rows = (self.by_country.get(country) for country in countries)
        return np.asarray(numbers([row.value if row else np.nan for row in rows]))


def risks(db: MaterialsDB, year: int | None = None) -> Risks:
    """Scores of a year; the newest where none is asked.

    Raises:
        InputError: the year has no scores.
    """
    by_year: dict[int, dict[str, Governance]] = {}
    for row in db.governance:
        if row.indicator == POLITICAL_RISK and row.date:
            by_year.setdefault(int(row.date[:4]), {}).setdefault(row.country, row)
    if not by_year:
        raise InputError("no country has a score of political risk; add rows to governance.csv")
    asked = max(by_year) if year is None else year
    if asked not in by_year:
        known = ", ".join(str(one) for one in sorted(by_year))
        raise InputError(f"no scores of political risk are known for {asked}; give {known}")
    return Risks(asked, by_year[asked])


def has_score(risk: FloatArray) -> NDArray[np.bool_]:
    """Return (countries,): whether each has a score of political risk."""
    return np.asarray(np.isfinite(risk.astype(float)), np.bool_)


def risk_of_mix(
    shares: FloatArray, rest: FloatArray, risk: FloatArray, span: FloatArray
) -> FloatArray:
    """Return (3, cases): mean political risk of a mix, its rest at each of three levels.

    Args:
        shares: (cases, countries), fractions of one mix.
        rest: (cases,), what the named countries leave to one.
        risk: (countries,), from 0 to 1; a country without a score counts with the rest.
        span: (3,), lowest, mean and highest risk of all countries.
    """
    scored = has_score(risk)
    known = shares[:, scored] @ risk[scored]
    unknown = rest + shares[:, ~scored].sum(axis=1)
    return np.asarray(known[None, :] + span[:, None] * unknown[None, :])


def fraction(value: float, unit: str) -> float:
    """A share as a fraction of one."""
    from materials_db.units import to

    return to(value, unit, "1")
