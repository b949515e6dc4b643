"""``battcalc landed``: duties and landed cost of a product, or its table between countries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from calculator.command_inputs import ANSWERED, Asked, answer
from calculator.errors import InputError
from calculator.requests import DEFAULT_DECK

if TYPE_CHECKING:
    from calculator.trade.landed import LandedTerms
    from calculator.trade.request import Given
    from materials_db.database import MaterialsDB
    from materials_db.schema_trade import TradeProduct


_DEPTH = 12


def landed(asked: Asked) -> int:
    """Answer the command; one pair of countries, or the table of all that are asked."""
    from calculator.trade import day_of
    from materials_db.load import load_database

    db = load_database(Path(asked.overlay) if asked.overlay else None)
    on = day_of(asked.on) if asked.on else date.today()
    if asked.origin and asked.importer:
        return _pair(db, asked, on)
    return _table(db, asked, on)


def _table(db: MaterialsDB, asked: Asked, on: date) -> int:
    from calculator.landed_reports import table_report, table_text
    from calculator.trade import duty_table

    if asked.fob is not None or asked.chemistry is not None:
        raise InputError("a price is for one pair of countries; give --from and --to as well")
    _refuse_idle(asked)
    origins = [asked.origin] if asked.origin else None
    importers = [asked.importer] if asked.importer else None
    found = duty_table(db, asked.product, on, origins, importers, **_terms(asked))
    answer(asked, table_report(db, found), lambda: table_text(db, found))
    return ANSWERED


def _pair(db: MaterialsDB, asked: Asked, on: date) -> int:
    from calculator.landed_reports import landed_report, landed_text, stack_report, stack_text
    from calculator.trade import duty_stack, find_product, landed_cost
    from calculator.trade.places import known_area

    product = find_product(db, asked.product, known_area(asked.importer, "importer"))
    price = _price(db, asked, product, on)
    if price is None:
        stack = duty_stack(db, asked.product, asked.origin, asked.importer, on, **_terms(asked))
        answer(asked, stack_report(db, stack), lambda: stack_text(db, stack))
        return ANSWERED
    insurance = _number(asked.insurance, "--insurance") or 0.0
    found = landed_cost(
        db, asked.product, asked.origin, asked.importer, on, price.fob, price.freight, insurance,
        price.money, **_landed_terms(asked),
    )  # fmt: skip
    if asked.why is not None:
        return _why(db, asked, on, price, insurance)
    report = landed_report(db, found, price.said)
    answer(asked, report, lambda: landed_text(db, found, price.said))
    return ANSWERED


def _why(db: MaterialsDB, asked: Asked, on: date, price: _Price, insurance: float) -> int:
    """The derivation of one figure of the landed cost."""
    from calculator.why import derive, landed_figures
    from calculator.why_reports import why_report, why_text

    figures = landed_figures(
        db, asked.product, asked.origin, asked.importer, on, price.fob, price.freight, insurance,
        price.money, **_landed_terms(asked),
    )  # fmt: skip
    found = figures.find(asked.why)
    tree = derive(found.address, found.number, found.unit)
    facts = {"data_version": db.data_version, "on": on.isoformat()}
    answer(asked, why_report(db, tree, found.address, facts), lambda: why_text(tree, _DEPTH))
    return ANSWERED


# --- options -----------------------------------------------------------------------------


def _terms(asked: Asked) -> Given:
    return {
        "producer": asked.producer,
        "use": asked.use,
        "unit_value_usd": _number(asked.unit_value, "--unit-value"),
        "over_quota": asked.over_quota,
        "switched": dict(_switch(text) for text in asked.switch or ()),
        "include_proposed": asked.proposed,
    }


def _landed_terms(asked: Asked) -> LandedTerms:
    if asked.unit_value is not None:
        raise InputError("--unit-value is for rates alone; the price gives the value of a unit")
    if asked.pass_through is None and (asked.price_with_vat or asked.quoted_on):
        raise InputError("--price-with-vat and --quoted-on need --pass-through, 0 to 1")
    given = _terms(asked)
    return {
        "producer": given["producer"],
        "use": given["use"],
        "over_quota": given["over_quota"],
        "switched": given["switched"],
        "include_proposed": given["include_proposed"],
        "minimum_import_price": _number(asked.mip, "--mip"),
        "price_with_vat": _number(asked.price_with_vat, "--price-with-vat"),
        "pass_through": _number(asked.pass_through, "--pass-through") or 0.0,
        "quoted_on": asked.quoted_on,
    }


def _switch(text: str) -> tuple[str, bool]:
    name, sign, state = text.partition("=")
    if not sign or state not in ("on", "off"):
        raise InputError(f"--switch '{text}' is not understood; write ID=on or ID=off")
    return name, state == "on"


def _number(text: str | None, option: str) -> float | None:
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{option} '{text}' is no number; write one such as 25000")
    return number


# --- price and freight -------------------------------------------------------------------


@dataclass(frozen=True)
class _Price:
    """Price at the port of origin and freight, in one money, and where they come from."""

    fob: float
    freight: float
    money: str
    said: tuple[str, ...]


def _price(db: MaterialsDB, asked: Asked, product: TradeProduct, on: date) -> _Price | None:
    """What was given, or what the deck or the cost of a chemistry says; nothing where neither."""
    money = asked.money or f"USD_{on.year}"
    given = _number(asked.fob, "--fob")
    freight = _number(asked.freight, "--freight")
    if given is not None:
        return _Price(given, freight or 0.0, money, ())
    found = _looked_up(db, asked, product, money)
    if found is None:
        _refuse_idle(asked)
        return None
    fob, said = found
    if freight is None and product.unit == "kg":
        freight, more = _carriage(db, asked, product, money)
        said = (*said, *more)
    return _Price(fob, freight or 0.0, money, said)


def _refuse_idle(asked: Asked) -> None:
    """Amounts that only count beside a price."""
    names = ("freight", "insurance", "mip", "price_with_vat", "pass_through", "quoted_on", "money")
    idle = [f"--{n.replace('_', '-')}" for n in names if getattr(asked, n) is not None]
    if idle:
        raise InputError(f"{', '.join(idle)} needs a price; give --fob, in money per unit")


def _looked_up(
    db: MaterialsDB, asked: Asked, product: TradeProduct, money: str
) -> tuple[float, tuple[str, ...]] | None:
    if asked.chemistry is not None:
        return _cost(db, asked, product, money)
    return _quote(db, asked, product, money) if product.unit == "kg" else None


def _quote(
    db: MaterialsDB, asked: Asked, product: TradeProduct, money: str
) -> tuple[float, tuple[str, ...]] | None:
    """Price of a material in the deck, without VAT."""
    from calculator.money import parse_money
    from calculator.prices import price_book

    wanted = parse_money(money)
    book = price_book(db, asked.deck or DEFAULT_DECK, wanted.year, asked.origin)
    if product.id not in db.materials or not book.has(product.id):
        return None
    found = book[product.id]
    if not found.usd_per_kg:
        return None
    said = f"FOB is the price of {product.id} in deck {book.deck}, without VAT"
    notes = [f"price is of another deck: {entry}" for entry in found.borrowed]
    return float(found.usd_per_kg) * _per_usd(db, money), (said, *notes, *found.notes)


def _cost(
    db: MaterialsDB, asked: Asked, product: TradeProduct, money: str
) -> tuple[float, tuple[str, ...]]:
    """Cost of a cell or pack of a chemistry made in the country of origin."""
    from calculator.evaluation import evaluate
    from calculator.money import parse_money
    from calculator.requests import request_for

    if product.unit != "kWh":
        raise InputError(f"--chemistry prices a cell or a pack, and {product.id} is neither")
    deck, year = asked.deck or DEFAULT_DECK, parse_money(money).year
    request = request_for(db, asked.chemistry, deck=deck, region=asked.origin, year=year)
    cost = evaluate(db, request).cost
    usd = cost.cell_usd_per_kwh if product.kind == "cell" else cost.pack_usd_per_kwh
    said = f"FOB is the full cost of {asked.chemistry} made in {asked.origin}, deck {deck}"
    return float(usd) * _per_usd(db, money), (said,)


def _carriage(
    db: MaterialsDB, asked: Asked, product: TradeProduct, money: str
) -> tuple[float, tuple[str, ...]]:
    """Freight of a kilogram from the table of lanes."""
    from calculator.money import parse_money
    from calculator.supply.trade import trade_tables

    lanes = trade_tables(db, f"USD_{parse_money(money).year}")
    found = lanes.carriage(product.id, asked.origin, asked.importer, bulk=False)
    said = (f"freight of the table of lanes: {found.ground.text}", *found.ground.assumptions)
    return found.usd_per_t / 1000.0 * _per_usd(db, money), said


def _per_usd(db: MaterialsDB, money: str) -> float:
    from calculator.money import conversion, parse_money

    return conversion(db, f"USD_{parse_money(money).year}", money).factor
