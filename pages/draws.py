"""Monte Carlo answers that are kept between reruns, keyed by everything that decides them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from calculator.export import report_bytes, stamped
from pages.cached import KEPT_S, Data
from pages.exhibit import page_run

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation
    from calculator.export import Report
    from calculator.runs import Run
    from calculator.scenario import Scenario
    from calculator.uncertainty.run import Asked, Simulation
    from calculator.uncertainty.summary import Band, Pair

QUICK_DRAWS = 2_000
"""Enough for a P5 and P95 beside a headline figure."""
QUICK_CHEMISTRIES = 6
"""As many are drawn without being asked for."""
_MOST_KEPT = 4
"""Simulations held with all their draws, up to 80 MB each."""
_MIME = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True)
class Drawn:
    """A simulation and the key under which its answers are kept."""

    key: str
    simulation: Simulation

    @property
    def bands(self) -> tuple[Band, ...]:
        """Percentiles of every output."""
        return _bands(self.key, self.simulation)

    def pairs(self, output: str) -> tuple[Pair, ...]:
        """Every two chemistries in one output."""
        return _pairs(self.key, output, self.simulation)


def simulated(
    data: Data, scenario: Scenario, evaluations: Sequence[Evaluation], asked: Asked
) -> Drawn:
    """Draws of the chemistries that were evaluated.

    Raises:
        InputError: a range or a horizon will not do.
    """
    key = f"{_key(data, scenario, evaluations)} {asked}"
    return Drawn(key, _simulated(key, data, tuple(evaluations), asked))


@st.cache_resource(show_spinner="Drawing", max_entries=_MOST_KEPT, ttl=KEPT_S)
def _simulated(
    key: str, _data: Data, _evaluations: tuple[Evaluation, ...], _asked: Asked
) -> Simulation:
    from calculator.uncertainty.run import simulate

    return simulate(_data.db, [e.request for e in _evaluations], _asked, known=_evaluations)


def quick_bands(
    data: Data, scenario: Scenario, evaluations: Sequence[Evaluation]
) -> tuple[Band, ...]:
    """Bands of a few draws, kept without the draws."""
    return _quick_bands(_key(data, scenario, evaluations), data, tuple(evaluations))


@st.cache_resource(show_spinner="Drawing", max_entries=256, ttl=KEPT_S)
def _quick_bands(key: str, _data: Data, _evaluations: tuple[Evaluation, ...]) -> tuple[Band, ...]:
    from calculator.uncertainty.run import Asked, simulate
    from calculator.uncertainty.summary import bands

    requests, asked = [e.request for e in _evaluations], Asked(draws=QUICK_DRAWS)
    return bands(simulate(_data.db, requests, asked, known=_evaluations))


def _key(data: Data, scenario: Scenario, evaluations: Sequence[Evaluation]) -> str:
    names = tuple((e.chemistry.id, e.chemistry.layer) for e in evaluations)
    return f"{data.key} {scenario.model_dump_json(by_alias=True)} {names}"


@st.cache_resource(show_spinner=False, max_entries=64, ttl=KEPT_S)
def _bands(key: str, _found: Simulation) -> tuple[Band, ...]:
    from calculator.uncertainty.summary import bands

    return bands(_found)


@st.cache_resource(show_spinner="Comparing", max_entries=64, ttl=KEPT_S)
def _pairs(key: str, output: str, _found: Simulation) -> tuple[Pair, ...]:
    from calculator.uncertainty.summary import pairs

    return pairs(_found, output)


def files(summary: Callable[[], Report], draws: Callable[[], Report], name: str) -> None:
    """Buttons that write the answer as CSV and XLSX and the draws as Parquet when pressed."""
    run = page_run()
    with st.container(horizontal=True):
        for ending, mime in _MIME.items():
            is_draws = ending == ".parquet"
            st.download_button(
                "Download draws (Parquet)" if is_draws else f"Download {ending[1:].upper()}",
                data=partial(_content, draws if is_draws else summary, ending, run),
                file_name=f"{name}{'_draws' if is_draws else ''}{ending}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"{name}{ending}",
            )


def _content(make: Callable[[], Report], ending: str, run: Run) -> bytes:
    return report_bytes(stamped(make(), run), ending)
