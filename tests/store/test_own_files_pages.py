"""Own files through the form: saved with a page, laid over again by its link, set aside, told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from calculator.store import Snapshot, Store
from pages import keeping
from pages.record_tables import chemistry_file

Opened = Callable[..., AppTest]
PRICES = b"item,value,unit\nLFP,1234,USD_2025/kg\n"
MORE = b"item,value,unit\nNMC811,777,USD_2025/kg\n"
UNFIT = b"item,value,unit\nLFP,-3,USD_2025/kg\n" + 4 * b"LFP,-4,USD/kg\n"
RUN = re.compile(r"Run ([0-9a-f]{16}),")
ADA = {"is_logged_in": True, "iss": "https://id.example", "sub": "1", "name": "Ada"}
BOB = {**ADA, "sub": "2", "name": "Bob"}


def told(app: AppTest) -> str:
    return " | ".join(str(one.value) for kind in ("info", "warning", "success", "error", "caption")
                      for one in getattr(app, kind)).replace("\\", "")  # fmt: skip


def run_of(app: AppTest) -> str:
    (found,) = [match[1] for one in app.caption if (match := RUN.search(one.value))]
    return found


def cost(app: AppTest) -> float:
    table = next(frame.value for frame in app.dataframe if "Class" in frame.value)
    return float(table.set_index("Chemistry")["Cell, USD 2025/kWh"]["LFP"])


def with_own(app: AppTest, **files: bytes) -> AppTest:
    """Lay files over the database of the session; their names without '.csv'."""
    app.switch_page("data.py").run()
    app.segmented_control("view").set_value("Your data").run()
    kinds = [(f"{name}.csv", content, "text/csv") for name, content in files.items()]
    app.file_uploader("upload").set_value(kinds).run()
    app.button("use").click().run()
    assert not app.error and not app.exception
    return app


def saved(app: AppTest, page: str = "compare", name: str = "Mine") -> AppTest:
    app.text_input(f"save_name_{page}").set_value(name)
    app.button(f"save_new_{page}").click().run()
    assert "Saved as version 1." in told(app) and not app.exception
    return app


def asks(page: str = "compare", **more: Any) -> Snapshot:
    return Snapshot("chemistries: [LFP]\n", page, {"liquid": ("LFP",)}, "0" * 16, "", "v", **more)


@pytest.mark.parametrize("page", ["compare", "recycling", "trade"])
def test_a_page_opens_on_the_files_it_was_saved_with(
    opened: Opened, kept: Store, page: str
) -> None:
    app = with_own(opened(), prices=PRICES)
    app.switch_page(f"{page}.py").run()
    assert "Your files prices.csv are saved with it; whoever reaches this form" in told(app)
    before = run_of(app)
    saved(app, page)
    (one,) = kept.scenarios()
    assert kept.files(one.id) == {"prices.csv": PRICES}
    assert kept.version(one.id).snapshot.run_id == before

    again = opened("compare", saved=one.id)
    assert re.search("Opened: Mine, version 1, saved .* UTC, with your files prices.csv.",
                     told(again))  # fmt: skip
    assert "figures may differ" not in told(again) and "set aside" not in told(again)
    assert run_of(again) == before
    if page == "compare":
        assert cost(again) == cost(app) > 1000


def test_a_chemistry_of_ones_own_is_picked_again(opened: Opened, kept: Store) -> None:
    own = chemistry_file("LFP").replace(b"id: LFP\n", b"id: MyLFP\n", 1)
    asked = Snapshot("", "compare", {"liquid": ("MyLFP",)}).with_files([("MyLFP.yaml", own)])
    app = opened("compare", saved=kept.save("Mine", asked).scenario)
    assert app.multiselect("liquid").value == ["MyLFP"] and not app.warning


def test_a_version_with_files_opens_in_place_of_those_of_the_session(
    opened: Opened, kept: Store
) -> None:
    one = kept.save("Old", asks().with_files([("prices.csv", PRICES)])).scenario
    two = kept.save("Older", asks()).scenario
    app = with_own(opened(), other=MORE)
    for scenario, words in ((one, "with other data"), (two, "without own data")):
        app.switch_page("saved.py").run()
        app.selectbox("chosen").set_value(scenario).run()
        app.button("open").click().run()
        assert not app.exception
        assert f"saved {words}, so your files other.csv are set aside" in told(app)
        assert (cost(app) > 1000) == (scenario == one)
        assert ("With your data: prices.csv" in told(app)) == (scenario == one)
    app.switch_page("data.py").run()
    app.segmented_control("view").set_value("Your data").run()
    app.button("lay_back").click().run()
    assert "With your data: other.csv" in told(app)
    assert not [one for one in app.button if one.key == "lay_back"]
    app.switch_page("compare.py").run()
    assert "The data in use were changed since it was opened." in told(app)


def test_what_was_saved_is_not_set_aside(opened: Opened, kept: Store) -> None:
    kept.save("Old", asks())
    app = with_own(opened(), prices=PRICES)
    saved(app.switch_page("compare.py").run())
    assert "with your files prices.csv" in told(app.run())
    app.switch_page("saved.py").run()
    app.selectbox("chosen").set_value(kept.scenarios()[1].id).run()
    app.button("open").click().run()
    assert "Opened: Old" in told(app) and "set aside" not in told(app)
    assert cost(app) < 200


def test_files_that_fit_no_longer_are_told_in_a_sentence(opened: Opened, kept: Store) -> None:
    files = [("prices.csv", UNFIT), ("odd.exe", b"MZ")]
    one = kept.save("Old", asks().with_files(files)).scenario
    app = opened("compare", saved=one)
    (line,) = [text for text in told(app).split(" | ") if text.startswith("Opened: Old")]
    assert "Its files odd.exe, prices.csv do not fit the database any more" in line
    assert "(1) odd.exe: " in line and "(3) prices.csv:" in line and " more" in line
    assert "\n" not in line and "with your files" not in line
    assert cost(app) < 200 and not app.exception and not app.error
    assert kept.files(one) == dict(files)


def test_files_are_told_listed_and_given_by_the_page_saved(
    opened: Opened, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = "<b>*x*.csv"
    asked = asks().with_files([("prices.csv", PRICES), (hostile, b"")])
    mine = kept.owned_by("https://id.example 1", "Ada")
    one = mine.save("Plan A", asked).scenario
    monkeypatch.setattr(keeping, "user", lambda: ADA)
    app = opened("saved")
    assert "Whoever opens a shared scenario gets your files with it: <b>*x*.csv, prices.csv." in (
        told(app)
    )
    versions = next(f.value for f in app.dataframe if "own files" in f.value)
    assert list(versions["own files"]) == ["<b>*x*.csv, prices.csv"]
    assert [b.proto.label for b in app.get("download_button")[:2]] == [
        r"\<b\>\*x\*.csv (0 bytes)", "prices.csv (37 bytes)",
    ]  # fmt: skip
    app.button("share").click().run()

    monkeypatch.setattr(keeping, "user", lambda: BOB)
    theirs = opened("compare", saved=one)
    assert "Opened: Plan A" in told(theirs) and "do not fit" in told(theirs)  # an empty file
    plain = mine.save("Plan B", asks().with_files([("prices.csv", PRICES)])).scenario
    assert "there is no saved scenario" in told(opened("compare", saved=plain))
    mine.share(plain)
    theirs = opened("compare", saved=plain)
    assert "with its files prices.csv." in told(theirs) and cost(theirs) > 1000
    assert "Your files prices.csv are saved with it." in told(theirs)

    monkeypatch.setattr(keeping, "user", lambda: ADA)
    further = told(opened("compare", saved=plain))
    assert "a further version of what you share gives them to whoever has the link" in further


def test_two_are_compared_each_with_its_own_files(opened: Opened, kept: Store) -> None:
    one = kept.save("Plan A", asks()).scenario
    kept.save_version(one, asks().with_files([("prices.csv", PRICES)]), 1)
    app = opened("saved")
    assert "Each is answered with the own files it was saved with" in told(app)
    changes = next(f.value for f in app.dataframe if "part" in f.value and "input" in f.value)
    assert changes[["part", "input", "before"]].values.tolist() == [["own data", "prices.csv", ""]]
    assert changes["after"][0].endswith(", 37 bytes")
    steps = next(f.value for f in app.dataframe if {"component", "amount"} <= set(f.value.columns))
    whole = steps[(steps["component"] == "whole") & (steps["scope"] == "cell")]
    assert "own data" in set(whole["inputs"]) and whole["amount"].iloc[-1] > 1000


def test_unfit_files_leave_the_inputs_to_be_compared(opened: Opened, kept: Store) -> None:
    one = kept.save("Plan A", asks()).scenario
    kept.save_version(one, asks().with_files([("prices.csv", UNFIT)]), 1)
    app = opened("saved")
    assert "Own files do not fit the database any more, so inputs alone are compared" in told(app)
    changes = next(f.value for f in app.dataframe if "part" in f.value and "input" in f.value)
    assert list(changes["part"]) == ["own data"]


def test_the_page_data_says_how_long_files_stay(opened: Opened) -> None:
    app = opened("data", view="Your data")
    words = " ".join(one.value for one in app.markdown)
    assert "gone when it is closed, unless you save" in words
