"""Projects of the database as a list to choose from, and what each still needs from the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_projects import ProjectNumber, ProjectRow

NOT_PRODUCING = frozenset({"funding", "timeline"})
"""Statuses whose year is no first delivery."""


@dataclass(frozen=True)
class Choice:
    """One project of the database."""

    row: ProjectRow
    numbers: tuple[ProjectNumber, ...]
    """What its sources state, in the order of the table."""

    @property
    def id(self) -> str:
        """Id under which a scenario names it."""
        return self.row.id

    @property
    def in_cell_plan(self) -> bool:
        """Whether the supply network of cells counts its material."""
        return bool(self.row.network_material)

    @property
    def first_year(self) -> int | None:
        """Year of the first delivery; None where none is stated."""
        return None if self.row.status in NOT_PRODUCING else self.row.start_year

    @property
    def needs(self) -> tuple[str, ...]:
        """Keys a scenario must give for it: what no source states."""
        tonnes = any(n.quantity == "capacity" for n in self.numbers)
        asked = [] if tonnes else ["capacity"]
        asked += [] if self.first_year is not None else ["start"]
        return (*asked, "ramp", "cost") if self.in_cell_plan else ()

    def number(self, quantity: str, item: str = "") -> ProjectNumber | None:
        """A number by name and item; None where no source states it."""
        found = (n for n in self.numbers if (n.quantity, n.item) == (quantity, item))
        return next(found, None)


def project_choices(db: MaterialsDB) -> tuple[Choice, ...]:
    """Every project of the database, in the order of its table."""
    return tuple(_choice(db, row) for row in db.projects.values())


def project_choice(db: MaterialsDB, name: str) -> Choice:
    """A project by id.

    Raises:
        UnknownNameError: no project bears the id; the nearest are named.
    """
    from materials_db.faults import UnknownNameError

    if name not in db.projects:
        raise UnknownNameError("project", name, db.projects)
    return _choice(db, db.projects[name])


def _choice(db: MaterialsDB, row: ProjectRow) -> Choice:
    return Choice(row, tuple(n for n in db.project_numbers if n.project == row.id))
