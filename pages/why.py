"""Why a number is what it is: its formula, what goes into it, and so on down to the records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st

from calculator.why import derive
from calculator.why.standing import is_recalled, standings
from calculator.why_reports import BRACKETS, why_report, why_text
from materials_db.schema import Datum
from materials_db.substitute import record_key
from pages import exhibit, jobs, session, widgets

if TYPE_CHECKING:
    from calculator.why import Derivation, Figures, Step
    from calculator.why.standing import Standing
    from pages.cached import Data

HELP = "The formulas, values and sources of any figure of this page, down to the records"
_DEPTH = 3


def fold(
    data: Data,
    name: str,
    asked: str,
    figures: Callable[[], Figures],
    first: str,
    facts: Mapping[str, str],
) -> None:
    """A switch, and behind it the derivation of one figure; nothing is paid while it is off.

    Args:
        data: the database of the session.
        name: of the page, for the keys of its inputs.
        asked: everything that decides the answer, as text.
        figures: works out every figure of the page, traced.
        first: address of the figure that is shown first.
        facts: what holds for every file of the page.
    """
    fold_of(data, name, asked, {"": figures}, first, facts)


def fold_of(
    data: Data,
    name: str,
    asked: str,
    answers: Mapping[str, Callable[[], Figures]],
    first: str,
    facts: Mapping[str, str],
) -> None:
    """As ``fold``, on a page with several answers, by what a reader calls them."""
    st.subheader("Why this number", anchor=False)
    if not widgets.switched_on("Show how a figure was made", f"why_{name}_on", help=HELP):
        return
    which = _which(name, list(answers))
    key = f"why {name} {which} {data.key} {asked}"
    found: Figures = jobs.answer(f"why_{name}", key, answers[which], "Writing down every step")
    addresses = list(found.by_address)
    if not addresses:
        st.info("This answer holds no figure.")
        return
    start = first if first in found.by_address else addresses[0]
    address = str(widgets.choose("Figure", addresses, f"why_{name}", start, shown=_spoken))
    figure = found.by_address[address]
    tree = derive(_spoken(address), figure.number, figure.unit)
    _walk(data, tree, name, address)
    with st.expander("Tree as text", icon=":material/account_tree:"):
        st.code(why_text(tree, _DEPTH), language=None)
        st.caption(BRACKETS)
    report = why_report(data.db, tree, address, facts)
    exhibit.files(report, f"why_{name}")


def _which(name: str, answers: list[str]) -> str:
    if len(answers) == 1:
        return answers[0]
    return str(widgets.choose("Answer", answers, f"why_{name}_of", answers[0]))


def point(name: str, address: str) -> None:
    """Open the fold of a page at a figure, once for each time it is picked; before the fold."""
    place = f"why_pointed_{name}"
    if session.held(place) != address:
        session.hold(place, address)
        st.session_state[f"why_{name}"] = address
        st.session_state[f"why_{name}_on"] = True


def _spoken(address: str) -> str:
    table, _, rest = address.partition("/")
    return f"{rest.replace('/', ', ')} ({table.replace('_', ' ')})"


def _walk(data: Data, tree: Derivation, name: str, address: str) -> None:
    """One step at a time: a row picked below leads to its own step."""
    stands = standings(tree)
    place = f"why_path_{name}"
    held: tuple[str, tuple[int, ...]] = session.held(place) or ("", ())
    path = held[1] if held[0] == address else ()
    path = tuple(one for one in path if one in tree.steps)
    chosen = _crumbs(tree, path, name)
    if chosen is not None:
        session.hold(place, (address, path[:chosen]))
        st.rerun()
    step = tree.steps[path[-1]] if path else tree.top
    _step(step, stands[step.id])
    picked = _inputs(data, tree, step, stands, f"why_{name}_{step.id}")
    if picked is not None:
        session.hold(place, (address, (*path, picked)))
        st.rerun()


def _crumbs(tree: Derivation, path: tuple[int, ...], name: str) -> int | None:
    """The way down so far; a step of it leads back there."""
    if not path:
        return None
    labels = ["figure", *(tree.steps[one].symbol for one in path[:-1])]
    with st.container(horizontal=True, gap="small"):
        for depth, label in enumerate(labels):
            if st.button(
                _shortened(label), key=f"why_{name}_crumb_{depth}", icon=":material/north:"
            ):
                return depth
    return None


def _shortened(label: str) -> str:
    return label if len(label) <= 30 else f"{label[:28]}…"


def _step(step: Step, stands: Standing) -> None:
    value = f"{step.value:,.6g} {step.unit}".removesuffix(" 1").rstrip()
    st.markdown(f"**{widgets.plain(step.label)} = {widgets.plain(value)}**")
    st.caption(f"{stands.sentence[:1].upper()}{stands.sentence[1:]}.")
    if step.formula:
        st.code(f"{step.symbol} = {step.formula}", language=None, wrap_lines=True)
    told = [text for text in (_sentence(step.text), step.where and f"Code: {step.where}") if text]
    if told:
        st.caption(widgets.plain(" ".join(told)))


def _sentence(text: str) -> str:
    whole = text.rstrip(". ")
    return f"{whole[:1].upper()}{whole[1:]}." if whole else ""


def _inputs(
    data: Data, tree: Derivation, step: Step, stands: dict[int, Standing], key: str
) -> int | None:
    """The numbers of a formula as a table; the id of the one picked that has a formula too."""
    import pandas as pd

    if not step.inputs:
        return None
    below = [tree.steps[one] for one in step.inputs]
    frame = pd.DataFrame([_row(data, one, stands[one.id]) for one in below])
    event: Any = st.dataframe(
        frame,
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config=_columns(),
        placeholder="",
        alt=f"What goes into {step.label}",
    )
    st.caption("Pick a row to see how it was made. A record opens in the table it stands in.")
    rows = event.selection.rows
    chosen = below[rows[0]] if rows else None
    return chosen.id if chosen is not None and chosen.formula else None


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn(format="%.6g")
    link = st.column_config.LinkColumn(display_text=r"find=([^&]+)")
    return {"Value": number, "Low": number, "High": number, "Record": link}


def _row(data: Data, step: Step, stands: Standing) -> dict[str, Any]:
    origin = step.origin
    low, high = (origin.low, origin.high) if isinstance(origin, Datum) else (None, None)
    found: dict[str, Any] = {
        "Symbol": step.symbol,
        "Value": step.value,
        "Unit": step.unit,
        "What": step.label,
        "Rests on": _ground(step, stands),
        "Low": low,
        "High": high,
        "Source": "",
        "Date": "",
        "Record": None,
    }
    if isinstance(origin, Datum):
        source = data.db.sources.get(origin.source)
        title = f"{source.author}, {source.title}" if source else origin.source
        found |= {"Source": title, "Date": origin.date or "", "Record": _link(origin)}
    return found


def _ground(step: Step, stands: Standing) -> str:
    if isinstance(step.origin, Datum):
        recalled = ", recalled" if is_recalled(step.origin) else ""
        return f"{step.origin.basis.value}{recalled}, {step.origin.confidence.value} confidence"
    if step.kind == "computed":
        return f"weakest: {stands.weakest}" if stands.weakest else "settings"
    return {"setting": "setting of the model", "asked": "your input"}.get(step.kind, step.kind)


def _link(record: Datum) -> str:
    """Address of a record on the Data page."""
    folder, _, name = record.file.rpartition("/")
    table = folder or name.rpartition(".")[0]
    return f"./data?{urlencode({'table': table, 'find': record_key(record)}, safe=':/')}"
