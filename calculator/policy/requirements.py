"""What a law asks on a day, from the table of its steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.policy.words import plain_day, status_note
from materials_db.faults import did_you_mean
from materials_db.policy_steps import first_day, last_day, steps_in_force

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_policy import PolicyNumber, PolicyRow


@dataclass(frozen=True)
class Requirement:
    """One number of a law, with its record."""

    name: str
    """What is asked or paid, such as ``recycled_share``."""
    subject: str
    value: float
    """In ``unit``."""
    unit: str
    record: PolicyNumber

    @property
    def share(self) -> float:
        """The value as a fraction, where it is one."""
        return self.value / 100.0 if self.unit == "%" else self.value


@dataclass(frozen=True)
class LawOn:
    """A law as it stands on a day."""

    policy: PolicyRow
    day: date
    requirements: tuple[Requirement, ...]
    notes: tuple[str, ...]
    """On its standing, and on steps that have not begun."""

    @property
    def recalled(self) -> tuple[str, ...]:
        """A sentence on its numbers written from memory; empty where there are none."""
        return recalled_note(self.policy.id, self.requirements)

    def of(self, name: str, subject: str | None = None) -> tuple[Requirement, ...]:
        """Requirements of a name, of one subject where it is given."""
        found = (r for r in self.requirements if r.name == name)
        return tuple(r for r in found if subject in (None, r.subject))


def day_of(on: int | str | date) -> date:
    """The day that is asked for; the last of a year or month.

    Raises:
        InputError: no date.
    """
    if isinstance(on, date):
        return on
    try:
        return last_day(str(on))
    except (ValueError, IndexError):
        raise InputError(f"'{on}' is no date; give a year or a day, such as 2030-06-01") from None


def policy_row(db: MaterialsDB, policy: str) -> PolicyRow:
    """The registry row of a law.

    Raises:
        InputError: no law of this id, with the nearest ones.
    """
    if policy not in db.policies:
        near = did_you_mean(policy, db.policies)
        raise InputError(f"policy '{policy}' is not known; {near}")
    return db.policies[policy]


def law_on(db: MaterialsDB, policy: str, on: int | str | date) -> LawOn:
    """A law as it stands on a day, or at the end of a year or month.

    Between two steps the one in force counts; before the first and after the end there is
    nothing, and a note says so.

    Raises:
        InputError: the law is not known, or the date is none.
    """
    row, day = policy_row(db, policy), day_of(on)
    steps = [n for n in db.policy_numbers if n.policy == policy]
    held = () if _over(row, day) else steps_in_force(steps, day)
    found = tuple(Requirement(n.requirement, n.subject, n.value, n.unit, n) for n in held)
    return LawOn(row, day, found, tuple(_notes(row, day, steps, held)))


def requirements(db: MaterialsDB, policy: str, year: int | str | date) -> tuple[Requirement, ...]:
    """Numbers of a law in force at the end of a year, or on a day; see ``law_on``."""
    return law_on(db, policy, year).requirements


def members(db: MaterialsDB, policy: str, which: str, on: int | str | date) -> tuple[str, ...]:
    """Countries, or firms of ``prohibited_maker``, on a list of a law on a day.

    Empty before the list begins, and where no source states one.
    """
    day = day_of(on)
    rows = (m for m in db.policy_members if (m.policy, m.list) == (policy, which))
    return tuple(m.firm or m.country for m in rows if first_day(m.valid_from) <= day)


def recalled_note(policy: str, stated: Iterable[Requirement]) -> tuple[str, ...]:
    """A sentence on the numbers among those stated that nobody verified."""
    named = dict.fromkeys(f"{r.name} of {r.subject}" for r in stated if r.record.recalled)
    told = ", ".join(named)
    return (f"{policy}: written from memory and not verified: {told}",) if named else ()


def _over(row: PolicyRow, day: date) -> bool:
    return row.valid_to is not None and last_day(row.valid_to) < day


def _notes(
    row: PolicyRow, day: date, steps: list[PolicyNumber], held: tuple[PolicyNumber, ...]
) -> Iterator[str]:
    if note := status_note(row):
        yield note
    if not held:
        yield f"{row.id} asks for nothing on {plain_day(day)}: {_why_nothing(row, day, steps)}"


def _why_nothing(row: PolicyRow, day: date, steps: list[PolicyNumber]) -> str:
    if row.valid_to is not None and _over(row, day):
        return f"it ended on {plain_day(last_day(row.valid_to))}"
    if not steps:
        return "no source states a number"
    first = min(first_day(step.valid_from) for step in steps)
    if day < first:
        return f"its first step is of {plain_day(first)}"
    return "no source states a number for that day"
