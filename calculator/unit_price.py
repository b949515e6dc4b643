"""The price of one item in every unit a bill counts, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from calculator.errors import InputError
from calculator.maths import interpolate
from calculator.numbers import Num

if TYPE_CHECKING:
    from materials_db.schema import Datum


@dataclass(frozen=True)
class Borrowed:
    """A number of another vintage than the deck asked."""

    what: str
    """Such as ``graphite``, or ``manganese_sulphate in NMC955``."""
    deck: str
    """Deck that answered; empty where the number belongs to none."""
    date: str
    """When the number was true."""

    def __str__(self) -> str:
        place = f", deck {self.deck}" if self.deck else ""
        return f"{self.what}: of {self.date or 'no stated date'}{place}"


@dataclass(frozen=True)
class Ladder:
    """What a sheet costs beyond the one shown, by thickness, in USD of the book's year."""

    basis: str
    """Field of ``UnitPrice`` the premium adds to."""
    thickness_um: tuple[float, ...]
    """Rising."""
    premium_usd: tuple[Num, ...]

    def premium(self, thickness_um: Num) -> Num:
        """Premium (USD per kg or m2) of a sheet of a thickness; the ends are held."""
        return interpolate(thickness_um, self.thickness_um, self.premium_usd)

    def against(self, thickness_um: float) -> Ladder:
        """The same steps against the sheet of another thickness."""
        start = self.premium(thickness_um)
        return replace(self, premium_usd=tuple(usd - start for usd in self.premium_usd))


@dataclass(frozen=True)
class UnitPrice:
    """Price of one item in USD of one year, per kg, m2 and litre; the terms add."""

    item: str
    usd_per_kg: Num = 0.0
    usd_per_m2: Num = 0.0
    usd_per_l: Num = 0.0
    records: tuple[Datum, ...] = ()
    """Price rows and formula coefficients it rests on."""
    borrowed: tuple[Borrowed, ...] = ()
    """What in it is of another deck or vintage."""
    indexed: bool = False
    """Whether a metal-indexed formula set it."""
    own: bool = False
    """Whether it is the user's own."""
    own_metals: tuple[str, ...] = ()
    """Raw materials of its formula whose price is the user's own."""
    notes: tuple[str, ...] = ()
    ladder: Ladder | None = None
    """By thickness, for a sheet quoted at several."""

    @property
    def is_own(self) -> bool:
        """Whether the user's own number set it, or moved it through its formula."""
        return self.own or bool(self.own_metals)

    @property
    def borrowed_from(self) -> str:
        """Deck that answered in place of the one asked, for the item or a metal of it."""
        return next((entry.deck for entry in self.borrowed if entry.deck), "")

    def at(self, thickness_um: Num) -> UnitPrice:
        """The price of a sheet of a thickness (um); the same for what is no sheet."""
        if self.ladder is None:
            return self
        basis = self.ladder.basis
        return replace(self, **{basis: getattr(self, basis) + self.ladder.premium(thickness_um)})


def refuse_area(price: UnitPrice) -> None:
    """Refuse a price by area of what is bought by mass.

    Raises:
        InputError: naming the item and the unit to give.
    """
    if np.any(np.asarray(price.usd_per_m2) != 0):
        raise InputError(f"{price.item} is bought by mass; give USD per kg")
