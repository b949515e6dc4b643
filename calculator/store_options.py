"""Options of the command ``store``, which stand apart as it has commands of its own."""

from __future__ import annotations

import argparse

_ACTIONS = {
    "list": "the saved scenarios, the one saved last on top",
    "save": "save a scenario file as a new scenario, or as a further version of one",
    "show": "the scenario file of a version",
    "versions": "all versions of a scenario",
    "clone": "a new scenario that begins with a version of another",
    "rename": "give a scenario another name",
    "share": "let whoever has the id read a scenario, where people sign in",
    "delete": "take a scenario from the list",
    "undo": "take back what was done last, or an action by its number",
    "diff": "inputs that differ between two versions",
    "export": "write all scenarios with all versions to a file",
    "import": "take in a file that 'export' wrote; what is here stays",
}
_OF_ONE = ("show", "versions", "clone", "rename", "share", "delete")
_TABLES = ("list", "versions", "diff")


def add_actions(parser: argparse.ArgumentParser) -> None:
    """Add the commands of the store with their options."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions", required=True)
    made = {
        name: actions.add_parser(
            name, help=text, description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False
        )
        for name, text in _ACTIONS.items()
    }
    for name in _OF_ONE:
        made[name].add_argument("id", metavar="ID", help="id of the scenario")
    _add_own(made)
    for name in _ACTIONS:
        _add_shared(made[name], name in _TABLES)


def _add_own(made: dict[str, argparse.ArgumentParser]) -> None:
    made["save"].add_argument("file", metavar="SCENARIO", help="scenario file (YAML)")
    made["save"].add_argument("--to", metavar="ID", help="scenario that gets a further version")
    made["save"].add_argument("--based-on", metavar="N", help="version it was made from (the last)")
    made["save"].add_argument("--note", metavar="TEXT", help="what is new in it")
    for name in ("save", "clone"):
        made[name].add_argument("--name", metavar="NAME", help="name of the new scenario")
    for name in ("show", "clone"):
        made[name].add_argument("--version", metavar="N", help="which version (the last)")
    made["show"].add_argument(
        "--files", metavar="FOLDER", help="write the own files of the version there, for --overlay"
    )
    made["rename"].add_argument("name", metavar="NAME", help="the new name")
    made["share"].add_argument("--off", action="store_true", help="share it no longer")
    made["undo"].add_argument("number", nargs="?", metavar="ACTION", help="its number (the last)")
    for name in ("first", "second"):
        made["diff"].add_argument(
            name, metavar=name.upper(), help="ID for its last version, or ID:N"
        )
    for name in ("export", "import"):
        made[name].add_argument("file", metavar="FILE", help="JSON file")


def _add_shared(parser: argparse.ArgumentParser, is_table: bool) -> None:
    parser.add_argument(
        "--store", metavar="URL",
        help="sqlite:///file or postgresql://user:password@host/database (BATTCALC_STORE, else "
        "a file in your data folder)",
    )  # fmt: skip
    parser.add_argument("--owner", metavar="OWNER", default="", help="whose, where people sign in")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    if is_table:
        parser.add_argument("--out", metavar="FILE", help="write .csv, .xlsx, .parquet or .json")
