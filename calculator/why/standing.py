"""What a figure stands on: how many records of which basis lie below it, and the weakest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from materials_db.schema import Basis, Confidence, Datum

if TYPE_CHECKING:
    from calculator.why.tree import Derivation

_WEAKEST_FIRST = (Basis.ASSUMED, Basis.DERIVED, Basis.REPORTED, Basis.MEASURED)
_SPOKEN = {
    Basis.ASSUMED: ("estimate", "estimates"),
    Basis.DERIVED: ("derived value", "derived values"),
    Basis.REPORTED: ("reported value", "reported values"),
    Basis.MEASURED: ("measurement", "measurements"),
}


@dataclass(frozen=True)
class Standing:
    """Counts of the records below a figure."""

    by_basis: tuple[tuple[Basis, int], ...]
    """The weakest first; only what is there."""
    recalled: int
    """Rates that the curators remember and no source at hand states."""
    unsure: int
    """Records of low confidence."""
    own: int
    """Records of the user's."""

    @property
    def records(self) -> int:
        """All records."""
        return sum(count for _, count in self.by_basis)

    @property
    def weakest(self) -> str:
        """The weakest basis; empty where no record lies below."""
        return self.by_basis[0][0].value if self.by_basis else ""

    @property
    def sentence(self) -> str:
        """Such as ``rests on 2 estimates, 1 recalled value and 14 reported values``."""
        parts = [_counted(n, *_SPOKEN[basis]) for basis, n in self.by_basis]
        if self.recalled:
            parts.insert(1, _counted(self.recalled, "recalled value", "recalled values"))
        if not parts:
            return "rests on no record of the database"
        told = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
        sure = f"; {self.unsure} of low confidence" if self.unsure else ""
        return f"rests on {told}{sure}" + (f"; {self.own} yours" if self.own else "")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def standing(records: Iterable[Datum]) -> Standing:
    """Counts of a set of records, each once."""
    rows = tuple(dict.fromkeys(records))
    recalled = [row for row in rows if is_recalled(row)]
    counts = Counter(row.basis for row in rows if not is_recalled(row))
    return Standing(
        tuple((basis, counts[basis]) for basis in _WEAKEST_FIRST if counts[basis]),
        len(recalled),
        sum(row.confidence is Confidence.LOW for row in rows),
        sum(row.layer == "overlay" for row in rows),
    )


def is_recalled(record: Datum) -> bool:
    """Whether the curators remember the number and no source at hand states it."""
    return bool(getattr(record, "recalled", False)) or "recalled" in record.note


def standings(derivation: Derivation) -> dict[int, Standing]:
    """What each step of a derivation stands on, by the id of the step."""
    below: dict[int, frozenset[Datum]] = {}
    for step in sorted(derivation.steps.values(), key=lambda one: one.id):
        own = [step.origin] if isinstance(step.origin, Datum) else []
        below[step.id] = frozenset(own).union(*(below[one] for one in step.inputs))
    return {name: standing(rows) for name, rows in below.items()}
