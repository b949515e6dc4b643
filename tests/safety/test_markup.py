"""Names, notes and cells of others are shown as they are: no markup, no link, no formula."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from calculator.errors import InputError
from calculator.scenario import make_scenario
from materials_db.load import data_files
from pages.cached import evaluated, shipped, sourcing_mix

APP = Path(__file__).parents[2] / "pages" / "app.py"
BAD = "<b>Q</b> [x](javascript:alert(1)) ![y](http://example.org/y) $z$ :red[w] **v**"
_ALIVE = re.compile(
    r"(?<!\\)\[x\]?\(?(?<!\\)\]\(javascript|(?<!\\)!\[y|(?<!\\)\$z(?<!\\)\$|(?<!\\):red(?<!\\)\["
    r"|(?<!\\)<b>Q|(?<!\\)\*\*v(?<!\\)\*\*|(?<!\\)\[x(?<!\\)\]"
)
_SPAN = re.compile(r"`[^`]*`")
"""Code, which is shown letter by letter."""
PAGES = ("compare", "minerals", "sourcing", "recycling", "trade", "shock", "data")
MARKED = ("markdown", "caption", "info", "warning", "error", "success", "subheader", "header",
          "title", "metric", "expander", "toast")  # fmt: skip
LABELLED = ("selectbox", "multiselect", "button", "checkbox", "toggle", "number_input",
            "text_input", "radio", "slider", "date_input", "button_group")  # fmt: skip


def _files() -> dict[str, bytes]:
    data = dict(data_files())
    lfp = data["chemistries/LFP.yaml"].decode()
    name = next(line for line in lfp.splitlines() if line.startswith("name: "))
    quoted = "'" + BAD + "'"
    lfp = lfp.replace(name, f"name: {quoted}").replace("id: LFP", "id: evil")
    deck = 'id,name,date,currency_year,fallback\nevil_deck,"{}",2026,2026,quotes_2026-06\n'
    pouch = data["formats/pouch_EV.yaml"].decode()
    shape = next(line for line in pouch.splitlines() if line.startswith("name: "))
    pouch = pouch.replace(shape, f"name: {quoted}").replace("id: pouch_EV", "id: evil_pouch")
    prices = f'item,value,unit,note\nLFP,5.5,USD_2026/kg,"{BAD}"\n'
    return {
        "evil.yaml": lfp.encode(),
        "decks.csv": deck.format(BAD).encode(),
        "pouch.yaml": pouch.encode(),
        "prices.csv": prices.encode(),
    }


LINK: dict[str, str | list[str]] = {
    "liquid": ["evil", "LFP"], "format": "evil_pouch", "deck": "evil_deck", "region": BAD,
    "country": BAD, "find": BAD, "table": BAD, "source": [BAD], "event": BAD, "on": BAD,
    "rules": json.dumps([{"rule": BAD, "name": BAD, "limit": BAD, BAD: BAD}]),
    "laws": json.dumps([{"policy": BAD, "year": BAD}, {"policy": "EU_CRMA", "year": BAD}]),
    "projects": json.dumps([{"project": BAD, "name": BAD, BAD: BAD}]),
    "events": json.dumps([{"event": BAD, "name": BAD, "start": BAD, BAD: BAD}]),
    "stocks": json.dumps([{"material": BAD, "days": BAD}]),
}  # fmt: skip


def _shown(app: AppTest) -> list[tuple[str, str]]:
    """Every text of a page that the browser reads as Markdown, with the kind of its element."""
    found = []
    for kind in MARKED:
        for element in app.get(kind):
            proto = getattr(element, "proto", None)
            texts = [getattr(element, name, "") for name in ("value", "body", "label")]
            found += [(kind, str(text)) for text in (*texts, getattr(proto, "help", "")) if text]
    for kind in LABELLED:
        for element in app.get(kind):
            proto = getattr(element, "proto", element)
            found += [(kind, str(getattr(proto, name, ""))) for name in ("label", "help")]
    return found


@pytest.mark.parametrize("page", PAGES)
def test_no_text_of_others_is_markup(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.jobs.PATIENCE_S", 110.0)
    app = AppTest.from_file(APP, default_timeout=120)
    app.session_state["own_files"] = _files()
    app.query_params.update(LINK)
    app.switch_page(f"{page}.py").run()
    assert not app.exception
    assert app.main
    alive = [(kind, text) for kind, text in _shown(app) if _ALIVE.search(_SPAN.sub("", text))]
    assert not alive, alive


def test_the_search_for_markup_finds_it() -> None:
    from pages.widgets import plain

    assert _ALIVE.search(BAD)
    for part in (
        "[x](javascript:alert(1))",
        "![y](http://e)",
        "$z$",
        ":red[w]",
        "<b>Q</b>",
        "**v**",
    ):
        assert _ALIVE.search(part), part
        assert not _ALIVE.search(plain(part)), part


@pytest.mark.parametrize("path", ["/etc/passwd.yaml", "../../x.yml", "examples/compare.yaml"])
def test_a_scenario_in_the_form_reads_no_file_of_the_server(path: str) -> None:
    data = shipped()
    asked = {"importer": "EUU", "demand": "1 GWh/year"}
    for values in (
        {"chemistries": [path]},
        {"chemistries": ["LFP"], "format": path},
        {"chemistries": ["LFP"], "overlay": path},
        {"chemistries": ["LFP"], "sourcing": {**asked, "chemistries": [path]}},
        {"chemistries": ["LFP"], "sourcing": {**asked, "chemistry": path}},
    ):
        scenario = make_scenario(values)
        for answer in (evaluated, sourcing_mix):
            with pytest.raises(InputError, match="is a file, and the form reads none by its path"):
                answer(data, scenario)


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/passwd.yaml", "examples/compare.yaml"])
def test_no_parameter_of_a_link_is_a_path(path: str) -> None:
    keys = ("liquid", "solid_state", "sodium_ion", "source", "format", "deck", "overlay", "copied")
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params.update(dict.fromkeys(keys, path))
    app.run()
    assert not app.exception
    assert not app.error
    assert any("will not do" in warning.value for warning in app.warning)
    assert "root:" not in str(app.main)
