"""The terminal: ``python -m calculator COMMAND`` or ``battcalc COMMAND``.

Only the standard library is imported here, so that a help page does not wait; a command
imports what it needs. Exit code 0: answered; 1: no plan meets the rules; 2: bad input.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn

from calculator.errors import InputError

ANSWERED, INFEASIBLE, BAD_INPUT, FAULT, INTERRUPTED = 0, 1, 2, 3, 130
_COMMANDS = {
    "chemistries": "list the chemistries of the database",
    "compare": "energy, cost and minerals of chemistries side by side",
    "minerals": "grams of each element per kWh, in the cell and bought",
    "optimise": "the best sourcing plan under the rules of a scenario file",
    "explain": "why no plan meets the rules of a scenario file, and the least that must give way",
    "pareto": "what one objective costs in another, under the rules of a scenario file",
    "ranges": "how far each flow of the best plan may go without it getting worse",
    "diff": "what changed between the plans of two scenario files, with a bridge of the cost",
    "check": "read every record of the database and print its census",
    "app": "open the web form on this machine",
    "reference": "run cases of the BatPaC 5.0 reference from a CSV file",
}
_EPILOG = "Exit code 0: answered; 1: no plan meets the rules; 2: bad input."


class _Parser(argparse.ArgumentParser):
    """A parser that tells a mistake in one sentence."""

    tail: Callable[[], str] | None = None
    """What stands below the help page, made only when it is asked for."""

    def format_help(self) -> str:
        """The help page, with its tail."""
        return super().format_help() + (f"\n{self.tail()}\n" if self.tail else "")

    def error(self, message: str) -> NoReturn:
        """Leave with the sentence alone."""
        raise InputError(f"{message}; see {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code; a mistake is one sentence on stderr."""
    try:
        _tolerate_odd_characters()
        code = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _say("interrupted; nothing was changed", INTERRUPTED)
    except BrokenPipeError:
        _close_stdout()
        return _say("the reader of the output went away; run again without it", BAD_INPUT)
    except Exception as error:
        if os.environ.get("BATTCALC_TRACEBACK"):
            raise
        return _told(error)
    return code


def _run(argv: Sequence[str]) -> int:
    parser = make_parser()
    try:
        asked = parser.parse_args(argv)
    except SystemExit as done:  # a help page
        return int(done.code or 0)
    if asked.command is None:
        parser.print_help()
        return ANSWERED
    from calculator.commands import run

    return run(asked)


def make_parser() -> argparse.ArgumentParser:
    """The parser of every command and option."""
    parser = _Parser(
        prog="battcalc",
        description="From a battery chemistry to a cost, a mineral bill and a sourcing mix.",
        epilog=_EPILOG,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    made = {
        name: commands.add_parser(
            name, help=text, description=f"{text[0].upper()}{text[1:]}.", epilog=_EPILOG,
            allow_abbrev=False,
        )
        for name, text in _COMMANDS.items()
    }  # fmt: skip
    for name in ("compare", "minerals"):
        made[name].add_argument("names", nargs="*", metavar="NAME", help="chemistry, or own file")
        made[name].add_argument("--scenario", metavar="FILE", help="scenario file to begin from")
    made["minerals"].add_argument(
        "--country", metavar="CODE", default="CHN", help="country whose share is shown (CHN)"
    )
    for name in ("optimise", "explain", "pareto", "ranges"):
        made[name].add_argument(
            "scenario", metavar="SCENARIO", help="scenario file (YAML): chemistries, or a network"
        )
    made["reference"].add_argument("cases", metavar="CASES.csv", help="one case a row")
    made["reference"].tail = _reference_columns
    made["app"].add_argument("--port", default="8501", help="port on this machine (8501)")
    for option, default in (("--first", "cost"), ("--second", "carbon")):
        made["pareto"].add_argument(
            option, metavar="OBJECTIVE", default=default,
            help=f"cost, carbon, energy, or its keys, such as '{{risk: ...}}' ({default})",
        )  # fmt: skip
    made["pareto"].add_argument("--points", metavar="N", help="most points shown, 2 or more")
    for name in ("before", "after"):
        made["diff"].add_argument(name, metavar=name.upper(), help="scenario file (YAML)")
    for name in ("compare", "minerals", "optimise"):
        _add_inputs(made[name])
    for name in ("explain", "pareto", "ranges"):
        _add_inputs(made[name], left_out=("--currency",))
    for name in ("chemistries", "check"):
        made[name].add_argument("--overlay", metavar="PATH", help="your own rows")
    for name in _COMMANDS:
        if name != "app":
            _add_outputs(made[name])
    return parser


def _reference_columns() -> str:
    from calculator.listing import reference_columns_text

    return reference_columns_text()


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


def _told(error: Exception) -> int:
    """A user's mistake in its own words; anything else as a fault of the program."""
    if isinstance(error, _user_errors()):
        text = str(error)
        return _say(text if "\n" in text else text.removeprefix("- "), BAD_INPUT)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return _say(f"{where}{error.strerror or error}; check the path and try again", BAD_INPUT)
    if isinstance(error, UnicodeError):
        return _say("a name holds bytes that are no text; write it in UTF-8", BAD_INPUT)
    kind = type(error).__name__
    hint = "set BATTCALC_TRACEBACK=1 to see where, and report it"
    return _say(f"fault in the program ({kind}: {error}); {hint}", FAULT)


def _user_errors() -> tuple[type[Exception], ...]:
    """The classes that tell a user's mistake; the solver's only where it was loaded."""
    from materials_db.faults import DatabaseError, UnknownNameError
    from materials_db.units import UnitError

    found: list[type[Exception]] = [InputError, DatabaseError, UnknownNameError, UnitError]
    sourcing = sys.modules.get("calculator.sourcing.errors")
    return (*found, sourcing.SourcingError) if sourcing else tuple(found)


def _say(sentence: str, code: int) -> int:
    with suppress(OSError, ValueError):
        print(f"battcalc: {sentence}", file=sys.stderr, flush=True)
    return code


def _close_stdout() -> None:
    """Point standard output nowhere, so that leaving does not fail on it again."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tolerate_odd_characters() -> None:
    """Characters that the terminal cannot show are written as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
