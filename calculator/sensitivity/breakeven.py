"""At which value of a number a figure reaches a target, or two chemistries are even."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calculator.errors import InputError
from calculator.sensitivity.crossing import Crossing, Scan, crossings
from calculator.sensitivity.model import chemistry_for, is_better_low
from calculator.sensitivity.unknown import Unknown, constant, curve, unknown_of

if TYPE_CHECKING:
    from calculator.case import Request
    from materials_db.database import MaterialsDB

TARGET = "target"
_FLAT = 1e-12


@dataclass(frozen=True)
class Range:
    """Where the unknown is looked for; what is not given is that of its record."""

    low: float | None = None
    high: float | None = None
    widen: float = 1.0


@dataclass(frozen=True)
class BreakEven:
    """Two curves over one number, where they cross, and who is better where."""

    unknown: Unknown
    output: str
    left: str
    """The chemistry."""
    right: str
    """The one it is held against, or ``target``."""
    now_left: float
    now_right: float
    scan: Scan

    @property
    def crossings(self) -> tuple[Crossing, ...]:
        """In rising order of the unknown."""
        return self.scan.crossings

    @property
    def ends(self) -> tuple[float, float]:
        """Where it was looked for."""
        return float(self.scan.at[0]), float(self.scan.at[-1])

    @property
    def still(self) -> tuple[str, ...]:
        """Chemistries that the unknown does not move."""
        curves = ((self.left, self.scan.left), (self.right, self.scan.right))
        flat = [name for name, curve in curves if not np.ptp(curve) > _FLAT * abs(curve[0])]
        return tuple(name for name in flat if name != TARGET)

    def better(self, gap: float) -> str:
        """Who is better at a gap of the two figures; nobody where they are equal."""
        if gap == 0.0:
            return ""
        return self.left if (gap < 0.0) == is_better_low(self.output) else self.right

    def better_below(self, k: int) -> str:
        """Who is better between the k-th crossing and the one before it, or the low end."""
        before = self.crossings[k - 1].at if k else self.ends[0]
        return self._between(before, self.crossings[k].at)

    def better_above(self, k: int) -> str:
        """Who is better between the k-th crossing and the one after it, or the high end."""
        last = k + 1 == len(self.crossings)
        return self._between(
            self.crossings[k].at, self.ends[1] if last else self.crossings[k + 1].at
        )

    def _between(self, low: float, high: float) -> str:
        """By the widest gap among the points looked at between two values."""
        at, gap = self.scan.at, self.scan.gap
        inside = gap[(at > low) & (at < high)]
        if not len(inside):
            inside = gap[(at >= low) & (at <= high)]
        return self.better(float(inside[abs(inside).argmax()])) if len(inside) else ""


def break_even(
    db: MaterialsDB,
    request: Request,
    name: str,
    output: str,
    *,
    against: Request | None = None,
    target: float | None = None,
    within: Range | None = None,
) -> BreakEven:
    """Find every value of a number at which a figure equals a target or that of another.

    Args:
        db: the materials database.
        request: the chemistry.
        name: of the number, as ``unknown`` tells.
        output: the figure.
        against: the other chemistry, in the same money.
        target: in the unit of the output (USD of the request's year); instead of ``against``.
        within: where it is looked for.

    Raises:
        InputError: names or ranges that will not do, or a figure that is not finite.
        UnknownNameError: a name is not in the database.
    """
    if (against is None) == (target is None):
        raise InputError("a break-even needs one aim; give --against a chemistry or --target")
    found = chemistry_for(db, request, output)
    other = None if against is None else chemistry_for(db, against, output)
    if other is not None and other.name == found.name:
        raise InputError(f"{found.name} is even with itself; name another after --against")
    unknown = unknown_of(db, [found] if other is None else [found, other], name)
    low, high = _within(unknown, within or Range())
    if other is not None:
        right, level, aim = curve(other, unknown, output), other.nominal[output], other.name
    else:
        level, aim = float(target or 0.0), TARGET
        right = constant(level)
    scan = crossings(curve(found, unknown, output), right, low, high)
    return BreakEven(unknown, output, found.name, aim, found.nominal[output], level, scan)


def _within(unknown: Unknown, within: Range) -> tuple[float, float]:
    return unknown.range(within.low, within.high, within.widen)
