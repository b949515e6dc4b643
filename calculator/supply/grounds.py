"""What a number of the supply network rests on: its records, and what was assumed beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from materials_db.schema import Datum

_STRENGTH = ("measured", "reported", "derived", "assumed")


@dataclass(frozen=True)
class Ground:
    """One number of the network (a price, a capacity, a cost, a duty) and where it comes from."""

    quantity: str
    """``price``, ``capacity``, ``conversion``, ``emission``, ``freight``, ``duty`` or
    ``recipe``."""
    basis: str
    """The weakest basis among the records; ``assumed`` where something stands in."""
    text: str
    """How the number was made."""
    records: tuple[Datum, ...] = ()
    assumptions: tuple[str, ...] = ()
    """One sentence for each thing that no record states."""


def ground(
    quantity: str,
    text: str,
    records: Iterable[Datum] = (),
    assumptions: Iterable[str] = (),
    at_least: str = "reported",
) -> Ground:
    """A ground whose basis is the weakest of its records, or ``assumed`` with an assumption."""
    rows = tuple(dict.fromkeys(records))
    said = tuple(dict.fromkeys(assumptions))
    bases = [at_least, *(row.basis.value for row in rows), *(["assumed"] if said else [])]
    return Ground(quantity, weakest(bases), text, rows, said)


def weakest(bases: Iterable[str]) -> str:
    """The least certain of several bases; ``reported`` for none."""
    return max(bases, key=_STRENGTH.index, default="reported")


@dataclass
class Ledger:
    """Grounds collected while a network is built, by id of supply, process or arc."""

    rows: dict[str, list[Ground]] = field(default_factory=dict)

    def note(self, name: str, *grounds: Ground) -> None:
        """Put grounds under an id."""
        self.rows.setdefault(name, []).extend(grounds)

    def closed(self) -> Mapping[str, tuple[Ground, ...]]:
        """What was collected, by id."""
        return {name: tuple(found) for name, found in self.rows.items()}
