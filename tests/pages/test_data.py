"""Browsing records, the census, and rows of the user's own."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from materials_db.faults import DatabaseError
from materials_db.load import load_database
from pages.cached import overlaid, shipped
from pages.record_tables import (
    BROWSED,
    TEMPLATES,
    chemistry_file,
    every_number,
    filtered,
    record_table,
    template,
)

PRICE = b"item,value,unit\nLFP,1234,USD_2025/kg\n"
HOSTILE = {
    "prices.csv": b"item,value,unit\nLFP,-3,USD_2025/kg\n",
    "more.csv": b"item,value,unit\nLFP,3,USD/kg\n",
    "odd.exe": b"MZ",
}


@pytest.mark.parametrize("name", BROWSED)
def test_every_record_is_shown_with_its_source(name):
    db = load_database()
    table = record_table(db, name)
    assert len(table) > 0
    assert set(table["whose"]) == {"shipped"}
    if "value" in table:
        assert table["basis"].isin(["measured", "reported", "derived", "assumed"]).all()
        assert (table["source"].str.len() > 0).all()


def test_the_filter_keeps_what_is_asked():
    table = record_table(load_database(), "prices")
    found = filtered(table, "lithium_carbonate", ["reported"], [], own_only=False)
    assert 0 < len(found) < len(table)
    assert (found["basis"] == "reported").all()
    assert (found == "lithium_carbonate").any(axis=1).all()
    assert filtered(table, "no such words", [], [], own_only=False).empty
    assert filtered(table, "", [], [], own_only=True).empty


@pytest.mark.parametrize("view", ["Records", "Sources", "Census", "Your data"])
def test_every_view_opens_by_link(opened, view):
    app = opened("data", view=view)
    assert not app.error
    assert app.dataframe or view == "Your data"


def test_sources_come_with_a_licence(opened):
    table = opened("data", view="Sources").dataframe[0].value
    assert (table["licence"].str.len() > 0).all()
    assert table["records"].sum() == len(list(every_number(load_database())))


def test_a_link_opens_one_table_with_its_filter(opened):
    app = opened("data", table="shares", find="cobalt", basis="derived")
    table = app.dataframe[0].value
    assert set(table["material"]) == {"cobalt"}
    assert set(table["basis"]) == {"derived"}


def upload(app: AppTest, files: dict[str, bytes]) -> AppTest:
    """Put files into the uploader and press the button."""
    kinds = [(name, content, "application/octet-stream") for name, content in files.items()]
    app.file_uploader(key="upload").set_value(kinds).run()
    return app.button(key="use").click().run()


def test_own_rows_are_used_and_marked_on_every_page(opened):
    app = upload(opened("data", view="Your data"), {"prices.csv": PRICE})
    assert not app.error
    assert any("With your data: prices.csv" in info.value for info in app.info)
    app.switch_page("compare.py").run()
    table = next(frame.value for frame in app.dataframe if "Class" in frame.value)
    marks = table.set_index("Chemistry")["Rests on"]
    assert "yours" in marks["LFP"]
    assert "yours" not in marks["NMC811"]
    costs = table.set_index("Chemistry")["Cell, USD 2025/kWh"]
    assert costs["LFP"] > 1000
    app.switch_page("data.py").run()
    app.button(key="drop").click().run()
    app.switch_page("compare.py").run()
    table = next(frame.value for frame in app.dataframe if "Class" in frame.value)
    assert table.set_index("Chemistry")["Cell, USD 2025/kWh"]["LFP"] < 200


def test_own_rows_are_not_shown_to_another_session(opened):
    upload(opened("data", view="Your data"), {"prices.csv": PRICE})
    other = opened()
    table = next(frame.value for frame in other.dataframe if "Class" in frame.value)
    assert not table["Rests on"].str.contains("yours").any()
    assert not other.info


def test_faults_of_files_are_all_told_and_what_was_there_stays(opened):
    app = upload(opened("data", view="Your data"), {"prices.csv": PRICE})
    app = upload(app, HOSTILE)
    assert len(app.error) == 1
    for name in HOSTILE:
        assert name in app.error[0].value
    assert any("With your data: prices.csv" in info.value for info in app.info)
    assert not app.exception


def test_too_many_files_are_refused_in_a_sentence(opened):
    files = {f"p{n}.csv": PRICE for n in range(21)}
    app = upload(opened("data", view="Your data"), files)
    assert app.error[0].value.startswith("Give at most 20 files")


def test_an_own_chemistry_can_be_picked(opened):
    own = chemistry_file("LFP").replace(b"id: LFP\n", b"id: MyLFP\n", 1)
    app = upload(opened("data", view="Your data"), {"MyLFP.yaml": own})
    assert not app.error
    app.switch_page("compare.py").run()
    app.multiselect(key="liquid").set_value(["MyLFP"]).run()
    table = next(frame.value for frame in app.dataframe if "Class" in frame.value)
    assert "MyLFP (yours)" in set(table["Chemistry"])


def test_answers_are_kept_by_content():
    one = overlaid({"prices.csv": PRICE})
    same = overlaid({"prices.csv": bytes(PRICE)})
    other = overlaid({"prices.csv": PRICE.replace(b"1234", b"1235")})
    assert one.key == same.key
    assert len({one.key, other.key, shipped().key}) == 3


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_taken_as_it_is(name):
    assert overlaid({f"{name}.csv": template(load_database(), name)}).own == (f"{name}.csv",)


def test_a_name_with_a_path_stays_in_its_folder():
    with pytest.raises(DatabaseError, match="is no usable name"):
        overlaid({"../prices.csv": PRICE})
