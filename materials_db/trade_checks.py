"""Faults between the tables of trade policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from materials_db.database import MaterialsDB
from materials_db.faults import Fault, did_you_mean
from materials_db.schema import Filed
from materials_db.schema_trade import ExportRebate, HsCode


def trade_faults(db: MaterialsDB) -> Iterator[Fault]:
    """Measures and products that no registry row names, names that stand for two products."""
    for row in db.tariffs:
        yield from _unknown("measure", row.measure, row, db.trade_measures)
    coded: tuple[HsCode | ExportRebate, ...] = (*db.hs_codes, *db.export_rebates)
    for entry in coded:
        yield from _unknown("product", entry.product, entry, db.trade_products)
    yield from _aliases(db)


def _unknown(kind: str, name: str, row: Filed, known: Mapping[str, Filed]) -> Iterator[Fault]:
    if name not in known:
        remedy = f"{did_you_mean(name, known)} or add it to trade_{kind}s"
        yield Fault(row.file, row.row, f"{kind} '{name}' is not known", remedy)


def _aliases(db: MaterialsDB) -> Iterator[Fault]:
    seen = {name.lower(): name for name in db.trade_products}
    for product in db.trade_products.values():
        for alias in product.aliases:
            other = seen.setdefault(alias.lower(), product.id)
            if other != product.id:
                what = f"alias '{alias}' stands for {other} and {product.id}"
                yield Fault(product.file, product.row, what, "keep it with one of the two")
