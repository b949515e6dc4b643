"""The production credit of the United States by year: amount times phase-down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.policy.requirements import Requirement, law_on, recalled_note

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

_COMPONENTS = frozenset({"cell", "module", "electrode_active_material"})


@dataclass(frozen=True)
class Credit:
    """What is paid for a thing made in a year."""

    subject: str
    amount: float
    """In ``unit``, the phase-down applied; a credit on cost is in percent."""
    unit: str
    factor: float
    """Phase-down, from 1 to 0."""
    records: tuple[Requirement, ...]
    notes: tuple[str, ...]


def production_credit(db: MaterialsDB, on: int | str, subject: str = "cell") -> Credit:
    """Credit of 26 USC 45X for a cell, module, electrode material or mineral in a year.

    Raises:
        InputError: nothing of that name is credited in that year.
    """
    law = law_on(db, "US_45X", on)
    amount = law.of("credit", subject) or law.of("credit_on_cost", subject)
    if not amount:
        known = dict.fromkeys(r.subject for r in law.requirements if r.name.startswith("credit"))
        paid = f"name one of {', '.join(known)}" if known else "; ".join(law.notes)
        raise InputError(f"US_45X pays nothing for '{subject}' in {on}; {paid}")
    step = law.of("phase_down", "component" if subject in _COMPONENTS else subject)
    factor = step[0].share if step else 1.0
    stated = amount[0]
    used = (stated, *step)
    notes = (*law.notes, *recalled_note(law.policy.id, used))
    return Credit(subject, stated.value * factor, stated.unit, factor, used, notes)
