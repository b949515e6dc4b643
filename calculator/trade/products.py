"""Products of trade and the codes of the Harmonized System they travel under."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.regions import WORLD

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_trade import TradeProduct

_CODE = re.compile(r"^\d{2,4}(\.?\d{2}){0,4}$")


def digits(code: str) -> str:
    """Digits of a code: ``8507.60`` is ``850760``."""
    return code.replace(".", "")


def hs_code(db: MaterialsDB, product: str, importer: str) -> str:
    """Code of a product at an importer, or nothing where the table has none."""
    codes = db.hs_code_of
    row = codes.get((product, importer)) or codes.get((product, WORLD))
    return row.hs if row else ""


def find_product(db: MaterialsDB, asked: str, importer: str) -> TradeProduct:
    """A product by its id, by another name of it, or by its code at an importer.

    Raises:
        InputError: nothing bears the name or code, or a code covers goods whose codes differ.
    """
    name = asked.strip()
    if _CODE.match(name):
        return _by_code(db, name, importer)
    by_name = {alias.lower(): entry for entry in db.trade_products.values()
               for alias in (entry.id, *entry.aliases)}  # fmt: skip
    found = by_name.get(name.lower())
    if found is None:
        from materials_db.faults import did_you_mean

        names = [
            alias for entry in db.trade_products.values() for alias in (entry.id, *entry.aliases)
        ]
        raise InputError(f"product '{asked}' is not in the table; {did_you_mean(name, names)}")
    return found


def _by_code(db: MaterialsDB, code: str, importer: str) -> TradeProduct:
    """The product under a code; of several under one and the same code the first."""
    wanted = digits(code)
    codes = {name: digits(hs_code(db, name, importer)) for name in db.trade_products}
    under = {name: own for name, own in codes.items() if own and _covers(wanted, own)}
    if not under:
        known = sorted({hs_code(db, name, importer) for name in codes} - {""})
        raise InputError(
            f"HS code '{code}' is under no product of the table; give a product or one of "
            + ", ".join(known)
        )
    if len({(own, db.trade_products[name].use) for name, own in under.items()}) > 1:
        raise InputError(
            f"HS code '{code}' covers {', '.join(under)}, whose duties may differ; name one of them"
        )
    return db.trade_products[next(iter(under))]


def _covers(wanted: str, own: str) -> bool:
    return own.startswith(wanted) or (len(own) >= 6 and wanted.startswith(own))
