"""Look-ups in the table of magnets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calculator.errors import InputError

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_projects import MagnetFact


def find_fact(db: MaterialsDB, subject: str, quantity: str, country: str = "") -> MagnetFact | None:
    """A number of magnets, or nothing where no source states it."""
    key = (subject, quantity, country)
    rows = (row for row in db.magnets if (row.subject, row.quantity, row.country) == key)
    return next(rows, None)


def fact(db: MaterialsDB, subject: str, quantity: str, country: str = "") -> MagnetFact:
    """A number of magnets.

    Raises:
        InputError: the table does not hold it.
    """
    found = find_fact(db, subject, quantity, country)
    if found is None:
        raise InputError(
            f"the table of magnets has no {quantity.replace('_', ' ')} of {subject}; give your own"
        )
    return found


def check_fraction(what: str, value: float) -> None:
    """Refuse what is no fraction.

    Raises:
        InputError: naming it.
    """
    if not 0.0 <= value <= 1.0:
        raise InputError(f"{what} of {value:g} is no fraction; give 0 to 1")


def check_amount(what: str, value: float) -> None:
    """Refuse what is no amount.

    Raises:
        InputError: naming it.
    """
    if not value >= 0.0:
        raise InputError(f"{what} of {value:g} cannot be; give 0 or more")
