"""The page Saved, the fold that saves and the link that opens, through the form itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from calculator.store import Snapshot, Store
from pages import keeping

ROOT = Path(__file__).resolve().parents[2]
Opened = Callable[..., AppTest]


def button(app: AppTest, key: str) -> Any:
    return app.button(key)


def told(app: AppTest) -> str:
    return " | ".join(str(one.value) for kind in ("info", "warning", "success", "error")
                      for one in getattr(app, kind)).replace("\\", "")  # fmt: skip


def test_what_is_saved_on_a_page_opens_by_its_short_link(opened: Opened, kept: Store) -> None:
    app = opened("compare", deck="quotes_2026-06", pack="60", liquid=["LFP", "NMC622"])
    app.text_input("save_name_compare").set_value("My plan")
    app.text_area("save_note_compare").set_value("as discussed")
    button(app, "save_new_compare").click().run()
    assert not app.exception
    (saved,) = kept.scenarios()
    snapshot = kept.version(saved.id).snapshot
    assert (saved.name, saved.page, snapshot.note) == ("My plan", "compare", "as discussed")
    assert "60 kWh" in snapshot.yaml and "NMC622" in snapshot.yaml
    assert "Saved as version 1." in told(app)
    assert f"?saved={saved.id}" in app.code[-1].value

    again = opened("compare", saved=saved.id)
    assert "Opened: My plan, version 1" in told(again)
    assert again.number_input("pack").value == 60
    assert again.multiselect("liquid").value == ["LFP", "NMC622"]
    assert again.query_params["pack"] == "60"
    assert "saved" not in again.query_params


def test_a_page_that_was_opened_is_saved_as_a_further_version(opened: Opened, kept: Store) -> None:
    first = kept.save("Plan A", asks(pack=("60",), liquid=("LFP",)))
    app = opened("compare", saved=first.scenario)
    app.number_input("pack").set_value(80).run()
    kept.save_version(first.scenario, asks(), 1)  # someone else, meanwhile
    app.text_input("save_name_compare").set_value("Plan B")
    button(app, "save_again_compare").click().run()
    assert "Saved as version 3. Version 2 was saved since you opened it" in told(app)
    assert kept.scenario(first.scenario).name == "Plan B"
    assert "80 kWh" in kept.version(first.scenario, 3).snapshot.yaml
    assert kept.version(first.scenario, 3).based_on == 1


def asks(yaml: str = "chemistries: [LFP]\n", **parameters: tuple[str, ...]) -> Snapshot:
    return Snapshot(yaml, "compare", parameters, "0" * 16, "", "older data")


def test_an_older_version_and_older_data_are_told(opened: Opened, kept: Store) -> None:
    first = kept.save("Plan A", asks(pack=("60",)))
    kept.save_version(first.scenario, asks(pack=("90",)), 1)
    app = opened("compare", saved=f"{first.scenario}.1")
    assert "Opened: Plan A, version 1" in told(app)
    assert "It was saved on data version older data; figures may differ." in told(app)


@pytest.mark.parametrize("link", ["../../etc/passwd", "<b>x</b>", "2" * 14])
def test_a_link_to_nothing_is_told_and_the_page_stands(opened: Opened, link: str) -> None:
    app = opened("compare", saved=link)
    assert f"The link opens nothing: there is no saved scenario '{link}'" in told(app)
    assert app.header[0].value == "Compare chemistries" and app.dataframe


def test_what_was_saved_from_a_file_opens_no_page(opened: Opened, kept: Store) -> None:
    saved = kept.save("From a file", Snapshot("chemistries: [LFP]\n"))
    assert "was saved from a file" in told(opened("compare", saved=saved.scenario))


def test_the_list_and_all_that_is_done_with_it(opened: Opened, kept: Store) -> None:
    one = kept.save("Plan A", asks())
    kept.save_version(one.scenario, asks("chemistries: [NCA]\n"), 1)
    two = kept.save("<img src=x onerror=alert(1)>", asks("chemistries: [NMC811]\n"))
    app = opened("saved")
    assert list(app.dataframe[0].value["name"]) == ["<img src=x onerror=alert(1)>", "Plan A"]
    app.selectbox("chosen").set_value(one.scenario).run()

    app.text_input(f"name_{one.scenario}").set_value("Plan B")
    button(app, "rename_now").click().run()
    assert kept.scenario(one.scenario).name == "Plan B" and "Renamed: Plan A." in told(app)
    button(app, "undo").click().run()
    assert kept.scenario(one.scenario).name == "Plan A" and "Undone: rename." in told(app)

    button(app, "clone").click().run()
    assert kept.scenarios()[0].name == "Plan A (copy)"
    app.selectbox("chosen").set_value(two.scenario).run()
    button(app, "delete").click().run()
    assert len(kept.scenarios()) == 2 and "Deleted: <img" in told(app)
    button(app, "undo").click().run()
    assert len(kept.scenarios()) == 3
    assert not app.exception


def test_two_are_compared_by_their_inputs(opened: Opened, kept: Store) -> None:
    one = kept.save("Plan A", asks("chemistries: [LFP]\n"))
    kept.save_version(one.scenario, asks("chemistries: [LFP]\npack: {energy: 60 kWh}\n"), 1)
    app = opened("saved")
    changes = next(f.value for f in app.dataframe if "stated_before" in f.value.columns)
    assert [str(v).split()[0] for v in changes["stated_before"]] == ["75"]
    assert [str(v).split()[0] for v in changes["stated_after"]] == ["60"]
    steps = next(f.value for f in app.dataframe if {"component", "amount"} <= set(f.value.columns))
    whole = steps[(steps["component"] == "whole") & (steps["scope"] == "pack")]
    assert whole["amount"].iloc[0] + whole["amount"].iloc[1:-1].sum() == pytest.approx(
        whole["amount"].iloc[-1]
    )


def test_a_bad_name_is_one_sentence(opened: Opened, kept: Store) -> None:
    kept.save("Plan A", asks())
    app = opened("saved")
    app.text_input[0].set_value("  ")
    button(app, "rename_now").click().run()
    assert "the name is empty" in told(app) and not app.exception


def test_a_store_that_does_not_answer_is_one_sentence(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATTCALC_STORE", "postgresql://me:secret@127.0.0.1:1/none")
    app = opened("saved")
    assert "does not do it" in told(app) and "secret" not in told(app)


# --- sign-in -----------------------------------------------------------------------------


def signed_in(monkeypatch: pytest.MonkeyPatch, **known: Any) -> None:
    found: Mapping[str, Any] = {"is_logged_in": bool(known), **known}
    monkeypatch.setattr(keeping, "user", lambda: found)


ADA = {"iss": "https://id.example", "sub": "1", "name": "Ada"}
BOB = {"iss": "https://id.example", "sub": "2", "name": "Bob"}


def test_without_sign_in_all_share_one_list(opened: Opened, kept: Store) -> None:
    kept.save("Plan A", asks())
    app = opened("saved")
    assert len(app.dataframe[0].value) == 1
    assert not [one for one in app.button if one.key in ("sign_in", "sign_out", "share")]


def test_before_sign_in_nothing_is_listed_or_saved(
    opened: Opened, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.save("Plan A", asks())
    signed_in(monkeypatch)
    monkeypatch.setattr(keeping, "can_sign_in", lambda: True)
    app = opened("saved")
    assert "Sign in, in the side bar" in told(app) and not app.dataframe
    assert [one.label for one in app.button if one.key == "sign_in"] == ["Sign in"]


def test_sign_in_without_its_packages_is_told(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(monkeypatch)
    monkeypatch.setattr(keeping, "find_spec", lambda name: None)
    app = opened("saved")
    assert "lacks the package httpx" in app.sidebar.warning[0].value
    assert not [one for one in app.button if one.key == "sign_in"]


def test_with_sign_in_a_scenario_is_private_until_it_is_shared(
    opened: Opened, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = kept.owned_by("https://id.example 1", "Ada")
    saved = mine.save("Ada's plan", asks(pack=("60",))).scenario
    signed_in(monkeypatch, **BOB)
    assert "Nothing is saved yet" in told(opened("saved"))
    assert "there is no saved scenario" in told(opened("compare", saved=saved))

    signed_in(monkeypatch, **ADA)
    app = opened("saved")
    assert list(app.dataframe[0].value["by"]) == ["Ada"]
    button(app, "share").click().run()
    assert mine.scenario(saved).shared

    signed_in(monkeypatch, **BOB)
    assert "Opened: Ada's plan, version 1" in told(opened("compare", saved=saved))
    assert "Nothing is saved yet" in told(opened("saved"))


@pytest.mark.parametrize("lacking", [{"sub": ""}, {"iss": ""}, {"sub": None}, {"is_logged_in": 0}])
def test_a_sign_in_without_issuer_or_subject_owns_nothing(
    monkeypatch: pytest.MonkeyPatch, lacking: dict[str, Any]
) -> None:
    signed_in(monkeypatch, **{**ADA, **lacking})
    assert keeping.owner() is None and keeping.author() == ""
    signed_in(monkeypatch, **ADA)
    assert (keeping.owner(), keeping.author()) == ("https://id.example 1", "Ada")


def test_pages_that_open_from_the_store_are_those_of_the_form() -> None:
    text = (ROOT / "pages" / "app.py").read_text(encoding="utf-8")
    listed = {part.split('"')[0].removesuffix(".py") for part in text.split('st.Page("')[1:]}
    assert listed == {*keeping.PAGES, "saved"}


def test_a_long_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(keeping, "_parameters", lambda: {"list": ["x" * keeping.LONG]})
    monkeypatch.setattr(keeping, "_base", lambda: "http://127.0.0.1/")
    monkeypatch.setattr(keeping.st, "warning", said.append)
    keeping._length()
    assert "2,023 characters" in said[0] and "short link" in said[0]


def test_the_short_link_stands_at_the_root_of_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(keeping.st, "code", lambda text, **_: shown.append(text))
    for url in ("http://host:8501/sourcing", "http://host:8501/", "https://host/tool/trade"):
        monkeypatch.setattr(keeping.st, "context", SimpleNamespace(url=url))
        keeping.show_link("2" * 14, 3)
    link = f"?saved={'2' * 14}.3"
    roots = ["http://host:8501/", "http://host:8501/", "https://host/tool/"]
    assert shown == [f"{root}{link}" for root in roots]
