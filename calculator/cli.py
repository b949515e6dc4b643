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

from calculator.cli_options import add_options
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
    "diff": "what changed between two scenario files: inputs, costs and plans, with a bridge",
    "landed": "duties and landed cost of a product between two countries, or its table of duties",
    "n1": "what is left without the largest supplier, GeoPolRisk, and spend with listed firms",
    "stress": "what events take from a plan day by day, and what would withstand them",
    "stockpile": "days of cover against the events of a scenario, their cost and the robust plan",
    "projects": "diversification projects: what they deliver and cover in a year",
    "policies": "the laws of the table: status, numbers in force on a day, lists",
    "law": "what a law costs the plan of a scenario file, and where the plan stands without it",
    "uncertainty": "bands on cost and energy by Monte Carlo, and how often one is cheaper",
    "tornado": "each input from its low to its high: what moves a figure most",
    "sobol": "which part of the variance of a figure each input is behind",
    "breakeven": "at which value of a number a figure meets a target or another chemistry's",
    "sweep": "a grid or sample of scenarios into a folder of Parquet files, on one core or many",
    "why": "how a figure was made: its formulas, values and sources, down to the records",
    "package": "the database as a data package, in a new folder or one .zip file",
    "passport": "a chemistry under the names of the EU battery passport, or of BPX",
    "store": "saved scenarios: list, save, versions, clone, delete with undo, compare, move",
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
    add_options(made)
    made["reference"].tail = _reference_columns
    return parser


def _reference_columns() -> str:
    from calculator.listing import reference_columns_text

    return reference_columns_text()


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
