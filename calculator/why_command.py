"""The command ``why``: the derivation of a figure, or the figures that can be asked for."""

from __future__ import annotations

from calculator.command_inputs import ANSWERED, Asked, answer, scenario_of
from calculator.errors import InputError
from calculator.export import Report
from calculator.terminal import printable

DEPTH = 2


def why(asked: Asked) -> int:
    """Print the tree of one figure of a scenario, or list its figures.

    Raises:
        InputError: the depth is no whole number.
        UnknownNameError: no figure of that name; the nearest are told.
    """
    from calculator.answers import head
    from calculator.reports import about
    from calculator.scenario.run import scenario_database
    from calculator.tables import shown_in
    from calculator.why import derive
    from calculator.why_reports import figures_text, why_report, why_text
    from calculator.why_runs import figures_of

    depth = _depth(asked.depth)
    scenario = scenario_of(asked)
    db = scenario_database(scenario)
    shown = shown_in(db, scenario.currency, scenario.year)
    figures = figures_of(db, scenario, asked.figure)
    table = figures.table(asked.figure)
    if table is not None:
        figures = table
        listed = [
            {"figure": one.address, "value": one.number.value, "unit": one.unit}
            for one in figures.by_address.values()
        ]
        report = Report({"figures": _frame(listed)}, answer={
            **head(db, scenario, shown), "figures": listed})  # fmt: skip
        answer(asked, report, lambda: figures_text(figures))
        return ANSWERED
    found = figures.find(asked.figure)
    tree = derive(found.address, found.number, found.unit)
    report = why_report(db, tree, found.address, about(db, scenario, shown))
    answer(asked, report, lambda: why_text(tree, depth))
    return ANSWERED


def _frame(rows: list[dict[str, object]]):  # type: ignore[no-untyped-def]
    import pandas as pd

    return pd.DataFrame(rows)


def _depth(text: str | None) -> int:
    if text is None:
        return DEPTH
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 1000):
        shown = printable(text)
        raise InputError(f"--depth '{shown}' is no depth; give a whole number from 1 to 1000")
    return int(text)
