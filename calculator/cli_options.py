"""What each command of the terminal takes: its arguments and options.

Only the standard library is imported here, so that a help page does not wait.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence


def add_options(made: Mapping[str, argparse.ArgumentParser]) -> None:
    """Give the parser of every command, by name, its arguments and options."""
    for name in ("compare", "minerals"):
        made[name].add_argument("names", nargs="*", metavar="NAME", help="chemistry, or own file")
        made[name].add_argument("--scenario", metavar="FILE", help="scenario file to begin from")
    made["compare"].add_argument(
        "--workbook", metavar="FILE.xlsx", help="write a workbook that recalculates"
    )
    made["minerals"].add_argument(
        "--country", metavar="CODE", default="CHN", help="country whose share is shown (CHN)"
    )
    for name in ("optimise", "explain", "pareto", "ranges"):
        made[name].add_argument(
            "scenario", metavar="SCENARIO", help="scenario file (YAML): chemistries, or a network"
        )
    made["why"].add_argument("scenario", metavar="SCENARIO", help="scenario file (YAML)")
    made["why"].add_argument(
        "figure", nargs="?", metavar="FIGURE",
        help="its address, or words of it, such as 'cell cost LFP'; all are listed if left out",
    )  # fmt: skip
    made["why"].add_argument("--depth", metavar="N", help="levels of the tree shown (2)")
    _add_stress(made["stress"])
    _add_stockpile(made["stockpile"])
    _add_n1(made["n1"])
    _add_policies(made["policies"])
    _add_law(made["law"])
    made["package"].add_argument("target", metavar="FOLDER|FILE.zip", help="where it is written")
    _add_passport(made["passport"])
    made["reference"].add_argument("cases", metavar="CASES.csv", help="one case a row")
    made["app"].add_argument("--port", default="8501", help="port on this machine (8501)")
    for option, default in (("--first", "cost"), ("--second", "carbon")):
        made["pareto"].add_argument(
            option, metavar="OBJECTIVE", default=default,
            help=f"cost, carbon, energy, or its keys, such as '{{risk: ...}}' ({default})",
        )  # fmt: skip
    made["pareto"].add_argument("--points", metavar="N", help="most points shown, 2 or more")
    for name in ("before", "after"):
        made["diff"].add_argument(name, metavar=name.upper(), help="scenario file (YAML)")
    for name in ("compare", "minerals", "optimise", "why"):
        _add_inputs(made[name])
    for name in ("explain", "pareto", "ranges", "stockpile", "stress"):
        _add_inputs(made[name], left_out=("--currency",))
    _add_uncertainty(made["uncertainty"])
    _add_sensitivity(made["tornado"], made["sobol"], made["breakeven"])
    _add_landed(made["landed"])
    _add_projects(made["projects"])
    for name in ("chemistries", "check", "projects", "landed"):
        made[name].add_argument("--overlay", metavar="PATH", help="your own rows")
    _add_store(made["store"])
    _add_sweep(made["sweep"])
    for name in made:
        if name not in ("app", "store", "sweep"):
            _add_outputs(made[name])


def _add_landed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("product", metavar="PRODUCT", help="trade product or HS code, such as bev")
    for option, metavar, text in (
        ("--on", "DATE", "day of entry, such as 2026-11-22 (today)"),
        ("--producer", "NAME", "maker, where duties are set by maker"),
        ("--use", "USE", "automotive or other (the product's own)"),
        ("--unit-value", "USD", "customs value of a unit, where the rate depends on it"),
        ("--fob", "NUMBER", "price at the port of origin, per unit of the product"),
        ("--freight", "NUMBER", "per unit; for a material the table of lanes where left out"),
        ("--insurance", "NUMBER", "per unit"),
        ("--money", "MONEY", "currency and year of the amounts, such as EUR_2026"),
        ("--mip", "NUMBER", "minimum import price, in place of countervailing duties"),
        ("--price-with-vat", "NUMBER", "domestic price that a cut of the VAT rebate is on"),
        ("--pass-through", "SHARE", "share of that cut that reaches the buyer, 0 to 1"),
        ("--quoted-on", "DATE", "day whose rebate the price already holds"),
        ("--chemistry", "NAME", "take the cost of this cell or pack as the price"),
        ("--deck", "DECK", "price deck of a material or chemistry without --fob"),
    ):
        parser.add_argument(option, metavar=metavar, help=text)
    parser.add_argument("--from", dest="origin", metavar="CODE", help="country of origin")
    parser.add_argument("--to", dest="importer", metavar="CODE", help="importing country")
    parser.add_argument("--why", metavar="FIGURE", help="how a figure was made, such as 'total'")
    parser.add_argument("--over-quota", action="store_true", help="the goods are over the quota")
    parser.add_argument("--proposed", action="store_true", help="count proposals as well")
    parser.add_argument(
        "--switch", action="append", metavar="ID=on|off", help="switch a measure; may be repeated"
    )


def _add_passport(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="SCENARIO", help="scenario file (YAML)")
    parser.add_argument("--chemistry", metavar="NAME", help="which one (the scenario's first)")
    parser.add_argument("--bpx", action="store_true", help="names of BPX in place of the passport")
    _add_inputs(parser)


def _add_policies(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", metavar="DATE", help="year or day, such as 2030 (today)")
    parser.add_argument("--jurisdiction", metavar="CODE", help="EUU, USA, JPN, CHN or a country")
    parser.add_argument("--overlay", metavar="PATH", help="your own rows")


def _add_law(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="SCENARIO", help="scenario file (YAML)")
    parser.add_argument("policy", metavar="POLICY", help="law, such as EU_CRMA")
    group = parser.add_argument_group("the law (over what the scenario says of it)")
    group.add_argument("--year", dest="law_year", metavar="YEAR", help="year whose step holds")
    for option, metavar, text in (
        ("--product", "NAME", "product or project, where the law has a step for each"),
        ("--cap", "QUANTITY", "largest footprint, such as '60 kgCO2e/kWh'"),
        ("--threshold", "SHARE", "share in place of the law's own, such as '60 %%'"),
        ("--trusted", "CODES", "trusted partners, such as JPN,KOR"),
        ("--materials", "NAMES", "materials it is applied to, such as lithium,cobalt"),
        ("--requirements", "NAMES", "requirements that are applied, such as refining"),
        ("--rate", "SHARE", "interest at which a grant is spread, such as '6 %%'"),
        ("--life", "QUANTITY", "years over which a grant is spread, such as '10 year'"),
    ):
        group.add_argument(option, metavar=metavar, help=text)
    group.add_argument("--credit", action="store_true", help="the credit hangs on the law")
    _add_inputs(parser, left_out=("--year",))


def _add_n1(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "scenario", nargs="?", metavar="SCENARIO", help="scenario file (YAML) with 'sourcing:'"
    )
    for option, metavar, text in (
        ("--importer", "CODE", "country whose imports are shown, such as JPN"),
        ("--material", "NAME", "this material alone, such as graphite"),
        ("--year", "YEAR", "of political risk and imports (newest scores, all imports)"),
        ("--without", "CODE", "solve the plan again without a country, all rules kept"),
        ("--firms", "SPEND.csv", "spend by supplier, to hold against a list of firms"),
        ("--event", "ID", "event whose list of firms it is"),
        ("--overlay", "PATH", "your own rows"),
    ):
        parser.add_argument(option, metavar=metavar, help=text)


def _add_uncertainty(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="SCENARIO", help="scenario file (YAML)")
    for option, metavar, text in (
        ("--draws", "N", "how many (10000)"),
        ("--seed", "S", "whole number that makes the draws repeatable (1)"),
        ("--horizon-months", "H", "prices of raw materials that far ahead; 0: record ranges (12)"),
        ("--elements", "LIST", "elements whose grams are drawn as well, such as Li,Co"),
        ("--only", "GROUPS", "draw these alone: price, chemistry, format, plant, yield, region"),
    ):
        parser.add_argument(option, metavar=metavar, help=text)
    parser.add_argument("--method", metavar="NAME", default="random", help="random or sobol")
    for option, metavar, text in (
        ("--spread", "KEY=[LOW..HIGH:]KIND", "own range: triangular, uniform, normal or lognormal"),
        ("--correlation", "KEY,KEY=R", "correlation of two inputs"),
    ):
        again = f"{text}; may be given again"
        parser.add_argument(option, metavar=metavar, action="append", help=again)
    _add_inputs(parser)


def _add_store(parser: argparse.ArgumentParser) -> None:
    from calculator.store_options import add_actions

    add_actions(parser)


def _add_sweep(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sweep", metavar="FILE", help="sweep file (YAML): scenario, vary, outputs")
    for option, dest, metavar, text in (
        ("--out", "folder", "FOLDER", "where the parts are written; new or empty"),
        ("--workers", "workers", "N", "processes of this machine, or 'all' (1)"),
        ("--cluster", "cluster", "ADDRESS", "Dask scheduler, such as tcp://127.0.0.1:8786"),
    ):
        parser.add_argument(option, dest=dest, metavar=metavar, help=text)
    parser.add_argument("--resume", action="store_true", help="go on where a stop left off")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")


def _add_sensitivity(
    tornado: argparse.ArgumentParser, sobol: argparse.ArgumentParser, even: argparse.ArgumentParser
) -> None:
    output = "cell_usd_per_kwh, pack_usd_per_kwh, specific_energy_wh_per_kg, Li_g_per_kwh, ..."
    of_plan = ", plan_usd_per_kwh, shadow_price/RULE"
    for parser, more in ((tornado, of_plan), (sobol, of_plan), (even, "")):
        parser.add_argument("scenario", metavar="SCENARIO", help="scenario file (YAML)")
        parser.add_argument(
            "--output", metavar="FIGURE", default="cell_usd_per_kwh", help=f"{output}{more}"
        )
        parser.add_argument("--chemistry", metavar="NAME", help="which one (the scenario's first)")
    for parser in (tornado, sobol):
        for option, metavar, text in (
            ("--top", "N", "inputs that are printed (15); files hold all"),
            ("--only", "GROUPS", "these alone: price, chemistry, format, plant, yield, region"),
            ("--horizon-months", "H", "prices of raw materials that far ahead, by volatility (0)"),
        ):
            parser.add_argument(option, metavar=metavar, help=text)
    sobol.add_argument("--samples", metavar="N", help="base points, a power of two (1024; plan: 8)")
    sobol.add_argument("--seed", metavar="S", help="makes the draws repeatable (1)")
    sobol.add_argument("--second-order", action="store_true", help="pairs as well; twice the runs")
    for option, dest, metavar, text in (
        ("--input", "input", "NAME", "price/ITEM, request/NAME, a record or words of its label"),
        ("--against", "against", "NAME", "the other chemistry"),
        ("--target", "target", "NUMBER", "value to reach, costs in USD of the scenario's year"),
        ("--from", "lowest", "NUMBER", "least value looked at (the record's low)"),
        ("--to", "highest", "NUMBER", "most value looked at (the record's high)"),
        ("--widen", "widen", "FACTOR", "low end divided, high end multiplied by that (1)"),
    ):
        even.add_argument(option, dest=dest, metavar=metavar, help=text)
    for parser in (tornado, sobol, even):
        _add_inputs(parser)


def _add_stress(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="SCENARIO", help="scenario file (YAML) with 'shocks'")
    parser.add_argument(
        "--event", metavar="ID", action="append",
        help="this event alone: one of the file, or a shipped one; may be given again",
    )  # fmt: skip
    for option, metavar, text in (
        ("--days", "N", "how long the events last"),
        ("--cut", "PERCENT", "how much they withhold, such as '80 %%'"),
        ("--cover", "DAYS", "own stock of every good, in place of those of the file"),
        ("--on", "DATE", "first day of the test, such as 2026-11-22"),
    ):
        parser.add_argument(option, metavar=metavar, help=text)
    parser.add_argument(
        "--market", action="store_true", help="test today's market mix in place of the plan"
    )


def _add_stockpile(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="SCENARIO", help="scenario file (YAML) with 'shocks:'")
    group = parser.add_argument_group("terms (they replace those of the scenario file)")
    for option, metavar, text in (
        ("--holding", "QUANTITY", "what it costs to hold a stock, such as '8 %%/year'"),
        ("--shortage-cost", "MONEY", "of a kWh not delivered, such as '60 USD_2025/kWh'"),
        ("--weight", "SHARE", "weight of the worst years against the mean (0)"),
        ("--beta", "SHARE", "the worst years are the dearest 1 - beta of all (0.95)"),
        ("--years", "NUMBER", "how long the stock is kept (1)"),
        ("--end-value", "SHARE", "what it brings then, of its price (1)"),
        ("--spot", "SHARE", "robust plan: capacity open beside contracts in an event (0)"),
        ("--spot-premium", "SHARE", "robust plan: what that costs more"),
    ):
        group.add_argument(option, metavar=metavar, help=text)
    group.add_argument("--robust", action="store_true", help="solve for the robust plan as well")


def _add_projects(parser: argparse.ArgumentParser) -> None:
    for option, metavar, text in (
        ("--year", "YEAR", "year of the deliveries"),
        ("--material", "NAME", "good of the projects, such as DyTb or NdPr"),
        ("--demand", "TONNES", "demand for it, t a year"),
        ("--ramp", "YEARS", "from the first delivery to the most; at most the whole if left out"),
        ("--dependence", "PERCENT", "share of the demand from one country without the projects"),
    ):
        parser.add_argument(option, metavar=metavar, help=text)


def _add_inputs(parser: argparse.ArgumentParser, left_out: Sequence[str] = ()) -> None:
    group = parser.add_argument_group("inputs (they replace those of a scenario file)")
    for option, metavar, text in (
        ("--deck", "DECK", "price deck, such as quotes_2026-06"),
        ("--region", "CODE", "cell plant of compare, such as CHN; a sourcing plan chooses its own"),
        ("--volume", "QUANTITY", "output of the plant, such as '30 GWh/year'"),
        ("--format", "FORMAT", "cell format, or own file"),
        ("--year", "YEAR", "year of the money"),
        ("--currency", "CODE", "currency shown, such as EUR"),
        ("--pack-energy", "QUANTITY", "energy of one pack, such as '75 kWh'"),
        ("--overlay", "PATH", "your own rows over the shipped ones: CSV, XLSX, YAML or folder"),
    ):
        if option not in left_out:
            group.add_argument(option, metavar=metavar, help=text)


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("outputs")
    group.add_argument("--json", action="store_true", help="print one JSON object")
    group.add_argument("--out", metavar="FILE", help="write .csv, .xlsx, .parquet or .json")
