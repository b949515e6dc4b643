"""Faults of the tables of laws: ids that point nowhere, dates in disorder, shares beyond 100 %."""

from __future__ import annotations

from collections.abc import Iterator

from materials_db.database import MaterialsDB
from materials_db.faults import Fault, did_you_mean
from materials_db.policy_steps import first_day, last_day
from materials_db.schema_policy import PolicyMember, PolicyNumber, PolicyRow


def policy_faults(db: MaterialsDB) -> Iterator[Fault]:
    """Every fault of the tables of laws against one another."""
    stated: tuple[PolicyNumber | PolicyMember, ...] = (*db.policy_numbers, *db.policy_members)
    for row in stated:
        if row.policy not in db.policies:
            remedy = f"{did_you_mean(row.policy, db.policies)} or add it to policies"
            yield Fault(row.file, row.row, f"policy '{row.policy}' is not known", remedy)
    spans: tuple[PolicyRow | PolicyNumber, ...] = (*db.policies.values(), *db.policy_numbers)
    for dated in spans:
        yield from _date_faults(dated)
    for number in db.policy_numbers:
        yield from _size_faults(number)
    for member in db.policy_members:
        yield from _member_faults(member)


def _date_faults(row: PolicyRow | PolicyNumber) -> Iterator[Fault]:
    try:
        begun = None if row.valid_from is None else first_day(row.valid_from)
        ended = None if row.valid_to is None else last_day(row.valid_to)
    except ValueError:
        what = f"a day of '{row.valid_from}' to '{row.valid_to}' is not in the calendar"
        yield Fault(row.file, row.row, what, "mend month or day")
        return
    if begun is not None and ended is not None and ended < begun:
        what = f"it ends on {row.valid_to} before it starts on {row.valid_from}"
        yield Fault(row.file, row.row, what, "swap or mend the dates")


def _size_faults(row: PolicyNumber) -> Iterator[Fault]:
    most = 100.0 if row.unit == "%" else float("inf")
    if not 0.0 <= row.value <= most:
        what = f"{row.requirement} of {row.subject} is {row.value:g} {row.unit}"
        remedy = "give 0 to 100 %" if row.unit == "%" else "give 0 or more"
        yield Fault(row.file, row.row, what, remedy)


def _member_faults(row: PolicyMember) -> Iterator[Fault]:
    if (row.list == "prohibited_maker") != bool(row.firm):
        what = f"list '{row.list}' has the firm '{row.firm}'"
        yield Fault(row.file, row.row, what, "name a firm for prohibited_maker, and there alone")
