"""Figures of a landed cost, traced: each duty, the customs value, the whole."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Unpack

from calculator.trace import Tape
from calculator.why.figures import Figures, traced_figures
from calculator.why.leaves import Given

if TYPE_CHECKING:
    import pandas as pd

    from calculator.trade.landed import LandedTerms
    from materials_db.database import MaterialsDB

_SAID = "the price or cost that was asked about"


def landed_figures(  # noqa: PLR0913, PLR0917 - the arguments of ``landed_cost``
    db: MaterialsDB,
    product: str,
    origin: str,
    importer: str,
    on: date | str,
    fob: float,
    freight: float = 0.0,
    insurance: float = 0.0,
    money: str = "USD_2026",
    **terms: Unpack[LandedTerms],
) -> Figures:
    """Every figure of the waterfall of a landed cost and of its duties; see ``landed_cost``."""

    def tables(traced: MaterialsDB, tape: Tape) -> dict[str, pd.DataFrame]:
        from calculator.tables.trade import duty_lines_table, waterfall_table
        from calculator.trade import landed_cost

        amounts: dict[str, Any] = {"fob": fob, "freight": freight, "insurance": insurance}
        given = {
            name: tape.leaf(value, Given(name, name.replace("_", " "), money, _SAID))
            for name, value in amounts.items()
            if value
        }
        paid = {**amounts, **given}
        found = landed_cost(
            traced, product, origin, importer, on, paid["fob"], paid["freight"],
            paid["insurance"], money, **terms,
        )  # fmt: skip
        return {
            "landed": waterfall_table(found).drop(columns=["rate", "unsure"]),
            "duties": duty_lines_table(traced, found.stack),
        }

    return traced_figures(db, tables)
