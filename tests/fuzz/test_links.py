"""Addresses with wrong parameters: every page stands, and says what it did not take."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from materials_db.load import load_database
from tests.fuzz import mutate
from tests.fuzz.told import only_own, tell

LISTS = 900
PAGES = {"compare": 15, "minerals": 15, "data": 20, "trade": 20, "sourcing": 8, "recycling": 6,
         "shock": 8}  # fmt: skip
CASES = LISTS + sum(PAGES.values())
APP = Path(__file__).parents[2] / "pages" / "app.py"
RIGHT = {
    "liquid": "LFP", "solid_state": "ASSB-sulfide-Li", "format": "pouch_EV", "region": "CHN",
    "volume": "30", "pack": "75", "deck": "quotes_2026-06", "currency": "EUR", "year": "2025",
    "item": "bought", "unit": "g/kWh", "elements": "all", "country": "CHN", "view": "Sources",
    "table": "prices", "find": "LFP", "basis": "assumed", "confidence": "low", "source": "LFP",
    "importer": "EUU", "demand": "30", "cap": "65", "ni": "10", "exclude": "RUS", "stage": "mining",
    "product": "bev", "origin": "CHN", "to": "EUU", "on": "2026-11-22", "fob": "100", "event": "x",
}  # fmt: skip
ITEMS = {
    "rules": [{"rule": "carbon_cap", "name": "footprint", "limit": "60 kgCO2e/kWh"}],
    "laws": [{"policy": "EU_CRMA", "year": 2030}],
    "projects": [{"project": "x", "share": 0.5}],
    "events": [{"event": "CHN_2025", "start": "2026-12-01", "days": 90}],
    "stocks": [{"material": "lithium", "days": 30}],
}
_KEYS = {
    "laws": "pages.laws", "events": "pages.shock_cards", "projects": "pages.plan_projects",
    "stocks": "pages.shock_case",
}  # fmt: skip


def _link(draws: random.Random) -> dict[str, str | list[str]]:
    """Some parameters right, some strange, some lists of groups changed."""
    link: dict[str, str | list[str]] = {}
    for key in draws.sample(sorted(RIGHT), draws.randint(1, 8)):
        right = RIGHT[key]
        made = right if draws.random() < 0.4 else mutate.text(draws, right, "LFP CHN 2025")
        link[key] = [made, draws.choice(mutate.WORDS)] if draws.random() < 0.15 else made
    for key in draws.sample(sorted(ITEMS), draws.randint(0, 2)):
        link[key] = _changed_list(draws, key)
    if draws.random() < 0.2:
        link[draws.choice(mutate.WORDS) or "x"] = draws.choice(mutate.WORDS)
    return {_sent(key): _as_sent(value) for key, value in link.items()}


def _as_sent(value: str | list[str]) -> str | list[str]:
    return [_sent(one) for one in value] if isinstance(value, list) else _sent(value)


def _sent(text: str) -> str:
    """As a browser would send it: no half characters."""
    return text.encode("utf-8", "replace").decode()


def _changed_list(draws: random.Random, key: str) -> str:
    values = mutate.tree(draws, ITEMS[key])
    text = json.dumps(values)
    return mutate.text(draws, text, text) if draws.random() < 0.3 else text


@pytest.mark.parametrize("page", PAGES)
def test_pages_stand_under_any_link(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.jobs.PATIENCE_S", 110.0)
    draws = random.Random(f"links of {page}")
    db, version = load_database(), load_database().data_version
    for _ in range(PAGES[page]):
        link = _link(draws)
        app = AppTest.from_file(APP, default_timeout=120)
        app.query_params.update(link)
        app.switch_page(f"{page}.py").run()
        assert not app.exception, (link, app.exception)
        for message in (*app.error, *app.warning):
            tell(message.value)
    assert load_database() is db
    assert db.data_version == version


def test_lists_in_links() -> None:
    """The reader of lists alone, many times in one session; what it takes makes a scenario."""

    def script() -> None:
        import streamlit as st

        from pages import widgets

        widgets.begin("Fuzz")
        read = [widgets._read_list(key, text) for key, text in st.session_state["asked"]]
        st.session_state["read"] = read
        st.session_state["told"] = list(widgets.refused_links())

    draws = random.Random(21)
    asked = [
        (key, _sent(_changed_list(draws, key)))
        for key in (draws.choice(sorted(ITEMS)) for _ in range(LISTS))
    ]
    app = AppTest.from_function(script, default_timeout=60)
    app.session_state["asked"] = asked
    app.run()
    assert not app.exception
    read, told = app.session_state["read"], app.session_state["told"]
    assert len(read) == LISTS
    assert 0 < len(told) < LISTS
    for sentence in told:
        tell(sentence)
    from calculator.scenario import make_scenario

    for (key, text), items in zip(asked, read, strict=True):
        assert all(isinstance(item, dict) for item in items)
        if key == "rules":
            with only_own(lambda text=text: text):
                asks = {"importer": "EUU", "demand": "1 GWh/year", "rules": items}
                make_scenario({"chemistries": ["LFP"], "sourcing": asks}, "form")
