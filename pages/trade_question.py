"""What the Trade page asks: goods, border, day, price, and measures to be settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from calculator.money import convert, years
from calculator.tables.trade import producers_of
from calculator.trade.request import Terms, goods_of
from calculator.trade.table import named_origins
from pages import widgets

if TYPE_CHECKING:
    from calculator.trade import DutyStack
    from materials_db.database import MaterialsDB
    from materials_db.schema_trade import TradeProduct

START, LAST = date(2023, 1, 1), date(2028, 12, 31)
KINDS = ("vehicle", "pack", "cell", "part", "magnet", "material")
"""Kinds of goods in the order of the list."""
UNNAMED = "not named"
CURRENCIES = ("USD", "EUR", "JPY", "CNY", "KRW", "GBP")
EXAMPLE = {"vehicle": 25_000.0}
"""Price a first visit starts from, in US dollars; said to be an example."""
USES = {"cars": "automotive", "other": "other"}


@dataclass(frozen=True)
class Question:
    """What was asked."""

    product: str
    origin: str
    importer: str
    on: date
    producer: str | None
    money: str
    fob: float | None
    freight: float
    insurance: float
    minimum_price: float | None
    terms: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the engine beyond goods, border and day."""

    def switched(self, switches: Mapping[str, bool]) -> Question:
        """The same with measures switched on or off."""
        return replace(self, terms={**self.terms, "switched": dict(switches)})

    @property
    def about(self) -> dict[str, str]:
        """The inputs as they stand on every file."""
        facts = {
            "product": self.product, "origin": self.origin, "importer": self.importer,
            "on": self.on.isoformat(), "producer": self.producer or UNNAMED,
            "price": "none" if self.fob is None else f"{self.fob:g} {self.money}",
            "freight": f"{self.freight:g}", "insurance": f"{self.insurance:g}",
        }  # fmt: skip
        return {**facts, **{k: str(v) for k, v in self.terms.items() if k not in facts}}


def question(db: MaterialsDB) -> Question:
    """Goods, border, day and price."""
    what, whence, where, who = st.columns([2, 1, 1, 1])
    with what:
        product = _product(db)
    with whence:
        origin = widgets.country_picker("From", named_origins(db), "from", "CHN")
    with where:
        importers = sorted({*db.tariffs_of, "KOR"})
        importer = widgets.country_picker("Into", importers, "into", "EUU")
    with who:
        producer = _producer(db, product.id, importer)
    today = min(max(date.today(), START), LAST)
    on = widgets.day("On", "on", today, START, LAST, format="D MMM YYYY")
    money, fob, freight, insurance, minimum = _price(db, product)
    terms: dict[str, Any] = {"producer": producer, **_details(product)}
    if fob is not None:
        in_usd = convert(db, fob, money, f"USD_{money.partition('_')[2]}")[0]
        terms["unit_value_usd"] = float(in_usd)
    return Question(
        product.id, origin, importer, on, producer, money, fob, freight, insurance, minimum, terms
    )


def _product(db: MaterialsDB) -> TradeProduct:
    found = sorted(db.trade_products.values(), key=lambda entry: KINDS.index(entry.kind))
    names = {entry.id: entry.name for entry in found}
    chosen = widgets.choose("What crosses the border", list(names), "goods", "bev", names.get)  # type: ignore[arg-type]
    return db.trade_products[chosen]


def _producer(db: MaterialsDB, product: str, importer: str) -> str | None:
    makers = producers(db, product, importer)
    if not makers:
        st.selectbox("Producer", ["any"], disabled=True, help="No duty here is by producer.")
        return None
    first = "BYD" if "BYD" in makers else UNNAMED
    shown = widgets.choose(
        "Producer", [*makers, UNNAMED], "producer", first, lambda name: name.replace("_", " "),
        help="Duties of the European Union on battery cars, and exemptions of others, are by "
        "producer.",
    )  # fmt: skip
    return None if shown == UNNAMED else str(shown)


def producers(db: MaterialsDB, product: str, importer: str) -> tuple[str, ...]:
    """Producers that the tariff of an importer names for a product."""
    goods = goods_of(db, product, importer, date.today(), Terms())
    return producers_of([row for row in db.tariffs_of.get(goods.importer, ()) if goods.covers(row)])


def _price(
    db: MaterialsDB, product: TradeProduct
) -> tuple[str, float | None, float, float, float | None]:
    """Money, price, freight, insurance and minimum import price, per unit of the product."""
    coin, price, carriage, cover, least = st.columns(5)
    with coin:
        known = [code for code in CURRENCIES if code == "USD" or years(db, code)]
        currency = widgets.choose("Currency", known, "coin", "USD")
    money = f"{currency}_{max(y for y in years(db, currency) if y <= date.today().year)}"
    per = f"a {product.unit}" if product.unit in {"vehicle", "piece"} else f"per {product.unit}"
    with price:
        first = EXAMPLE.get(product.kind) if currency == "USD" else None
        fob = _maybe(f"Price {per}", f"fob_{product.kind}", first, help=_price_help(first))
    with carriage:
        freight = _maybe(f"Freight {per}", f"freight_{product.kind}", None) or 0.0
    with cover:
        insurance = _maybe(f"Insurance {per}", f"insurance_{product.kind}", None) or 0.0
    with least:
        minimum = _maybe(
            "Minimum import price", f"mip_{product.kind}", None,
            help="Price of an undertaking; it takes the place of countervailing duties.",
        )  # fmt: skip
    return money, fob, freight, insurance, minimum


def _price_help(example: float | None) -> str:
    told = "At the port of origin (FOB), in money of the newest year known."
    return f"{told} {example:,.0f} is an example; put your own." if example else told


def _maybe(label: str, key: str, first: float | None, **more: Any) -> float | None:
    if first is not None:
        return widgets.number(label, key, first, 0.01, 1e9, 100.0, **more)
    return widgets.maybe_number(label, key, 1e9, 1.0, **more) or None


def _details(product: TradeProduct) -> dict[str, Any]:
    """Use, quota and proposals."""
    with st.container(horizontal=True):
        found: dict[str, Any] = {
            "include_proposed": widgets.switched_on(
                "Count proposals", "proposed", help="Measures that are no law yet."
            ),
            "over_quota": widgets.switched_on(
                "Beyond the quota", "beyond", help="Where a lower rate holds for a quota alone."
            ),
        }
        if product.use:
            used = widgets.switch("Used in", list(USES), "used")
            found["use"] = USES[used]
    return found


def switches(db: MaterialsDB, stack: DutyStack) -> dict[str, bool]:
    """Measures that no date settles, to be switched on by hand."""
    open_ones = {
        line.measure: line for line in stack.off
        if db.trade_measures[line.measure].status in {"suspended", "unknown", "not_imposed"}
    }  # fmt: skip
    if not open_ones:
        return {}
    with st.expander(f"Measures that are not settled ({len(open_ones)})"):
        return {
            name: True
            for name, line in open_ones.items()
            if widgets.switched_on(
                f"{line.label}, {100 * line.rate:.4g} %: {line.reason}", f"switch_{name}"
            )
        }


__all__ = ["LAST", "START", "Question", "producers", "question", "switches"]
