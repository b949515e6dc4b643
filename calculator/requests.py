"""Requests with the defaults a newcomer would choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calculator.evaluation import Request

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

DEFAULT_FORMAT = "prismatic_EV"
DEFAULT_DECK = "quotes_2026-06"
DEFAULT_REGION = "CHN"
DEFAULT_YEAR = 2025


def request_for(
    db: MaterialsDB,
    chemistry: str,
    *,
    cell_format: str = DEFAULT_FORMAT,
    deck: str = DEFAULT_DECK,
    region: str = DEFAULT_REGION,
    year: int = DEFAULT_YEAR,
    **more: Any,
) -> Request:
    """A request by names.

    Args:
        db: the materials database.
        chemistry: id of a chemistry, or path of a user's chemistry file.
        cell_format: id of a format, or path of a user's format file.
        deck: id of a price deck.
        region: country of the cell plant.
        year: year of the money.
        more: further fields of ``Request``.

    Raises:
        UnknownNameError: a name is not in the database; the nearest names are given.
        DatabaseError: a user's file has faults; all are listed.
    """
    from materials_db.load import load_chemistry, load_format

    return Request(
        chemistry=load_chemistry(db, chemistry),
        format=load_format(db, cell_format),
        deck=deck,
        region=region,
        year=year,
        **more,
    )
