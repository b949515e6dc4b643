"""Laws that a sourcing plan can be held to, as a form offers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.policy.requirements import policy_row
from calculator.policy.words import status_words
from calculator.regions import EU, EU_MEMBERS
from materials_db.policy_steps import first_day

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class OnPlan:
    """How a law is stated on a plan: by which numbers, and what the user must add."""

    requirement: str
    """Name of the numbers whose steps are its years; empty where none is sourced."""
    products: tuple[str, ...] = ()
    """Products it sets a step for each, of which one is chosen."""
    needs: tuple[str, ...] = ()
    """Keys without which it cannot be stated."""
    takes: tuple[str, ...] = ()
    """Keys that may be given."""


_PARTS = ("materials", "requirements")
ON_PLAN: Mapping[str, OnPlan] = {
    "EU_CRMA": OnPlan("domestic_share", takes=_PARTS),
    "EU_RECYCLED_CONTENT": OnPlan("recycled_share", takes=("materials",)),
    "EU_CARBON_FOOTPRINT": OnPlan("", needs=("cap",)),
    "EU_IAA": OnPlan("eu_content_share", takes=("threshold", "trusted")),
    "US_MACR": OnPlan(
        "least_clean_cost_share",
        products=("battery_component", "energy_storage", "qualified_facility"),
        takes=("credit", "threshold"),
    ),
    "US_45X": OnPlan("credit", takes=("threshold",)),
    "JPN_METI": OnPlan("grant", takes=("rate", "life")),
}
"""Laws that become rules of a plan."""


@dataclass(frozen=True)
class Choice:
    """A law on offer."""

    id: str
    title: str
    status: str
    """As in the table: ``in_force``, ``benchmark``, ``proposal`` and so on."""
    standing: str
    """The status in words, such as ``proposal of 4 Mar 2026``; empty of a law in force."""
    years: tuple[int, ...]
    """Years in which it takes a step; empty where no number is sourced."""
    products: tuple[str, ...]
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    note: str
    source: str


def jurisdiction_of(importer: str) -> str:
    """Whose laws hold for an importer: ``EUU`` for members of the European Union, else its own."""
    return EU if importer in EU_MEMBERS or importer == EU else importer


def policy_choices(db: MaterialsDB, importer: str) -> tuple[Choice, ...]:
    """Laws of the importer's jurisdiction that a plan can be held to, in the order of the table.

    Args:
        db: the materials database.
        importer: ISO 3166 alpha-3 code, or ``EUU``.

    Returns:
        None of another jurisdiction; empty where the table holds no law of it (Korea).
    """
    where = jurisdiction_of(importer)
    rows = (row for row in db.policies.values() if row.jurisdiction == where)
    return tuple(_choice(db, row.id) for row in rows if row.id in ON_PLAN)


def _choice(db: MaterialsDB, policy: str) -> Choice:
    row, how = policy_row(db, policy), ON_PLAN[policy]
    steps = (n for n in db.policy_numbers if n.policy == policy)
    stated = (n for n in steps if n.requirement == how.requirement)
    offered = (n for n in stated if not how.products or n.subject in how.products)
    named = {first_day(n.valid_from).year for n in offered}
    return Choice(
        row.id, row.title, row.status, status_words(row), tuple(sorted(named)),
        how.products, how.needs, how.takes, row.note, row.source,
    )  # fmt: skip
