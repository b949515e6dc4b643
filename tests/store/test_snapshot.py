"""What is saved of a file or a page, and which inputs of two differ."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from calculator.runs import scenario_run
from calculator.scenario import make_scenario, parse_scenario, scenario_hash
from calculator.store import (
    InputChange,
    Snapshot,
    file_snapshot,
    input_changes,
    parameters_snapshot,
    scenario_snapshot,
)
from materials_db.database import MaterialsDB
from materials_db.load import load_database

COMMENTED = "# the base case\nchemistries: [LFP]  # cheapest\n"


@pytest.fixture(scope="module")
def db() -> MaterialsDB:
    return load_database()


def test_a_scenario_is_saved_with_its_hash_run_and_data(db: MaterialsDB) -> None:
    scenario = make_scenario({"chemistries": ["LFP"], "pack": {"energy": "60 kWh"}})
    found = scenario_snapshot(db, scenario, "compare", {"pack": ["60"]}, "note")
    assert parse_scenario(found.yaml) == scenario
    assert found.content_hash == scenario_hash(scenario)
    assert found.run_id == scenario_run(db, scenario).id
    assert (found.data_version, found.parameters) == (db.data_version, {"pack": ("60",)})


def test_a_page_without_a_scenario_is_hashed_by_its_address(db: MaterialsDB) -> None:
    one = parameters_snapshot(db, "trade", {"from": ["CHN"]})
    two = parameters_snapshot(db, "trade", {"from": ["JPN"]})
    again = parameters_snapshot(db, "trade", {"from": ["CHN"]}, "a note")
    assert one.content_hash == again.content_hash != two.content_hash
    assert one.run_id == again.run_id != two.run_id


def test_a_file_is_saved_in_its_own_words(db: MaterialsDB, tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(COMMENTED)
    found = file_snapshot(db, path)
    assert found.yaml == COMMENTED
    assert found.content_hash == scenario_hash(parse_scenario(COMMENTED))


def test_a_file_that_names_another_is_saved_with_its_place(db: MaterialsDB, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("")
    path = tmp_path / "plan.yaml"
    path.write_text("chemistries: [LFP]\noverlay: own.csv\n")
    found = file_snapshot(db, path)
    assert parse_scenario(found.yaml).overlay == str(tmp_path / "own.csv")


def changes(before: str, after: str) -> list[tuple[str, str, str]]:
    found = input_changes(Snapshot(before), Snapshot(after))
    assert all(change.part == "scenario" for change in found)
    return [(change.place, change.before, change.after) for change in found]


def test_a_default_that_is_written_out_changes_nothing() -> None:
    assert changes("chemistries: [LFP]", "chemistries: [LFP]\npack: {energy: 75 kWh}") == []
    assert changes("chemistries: [LFP]\npack: {energy: 0.08 MWh}",
                   "pack: {energy: 80 kWh}\nchemistries: [LFP]") == []  # fmt: skip


def test_every_input_that_differs_is_told_by_its_place() -> None:
    after = "chemistries: [LFP, NCA]\npack: {energy: 60 kWh}\nregion: DEU"
    assert changes("chemistries: [LFP]", after) == [
        ("chemistries", "LFP", "LFP, NCA"),
        ("pack.energy", "75 kWh", "60 kWh"),
        ("region", "CHN", "DEU"),
    ]


def test_rules_are_told_apart_by_their_names() -> None:
    head = "chemistries: [LFP]\nsourcing:\n  chemistry: LFP\n  demand: 10 GWh/year\n  rules:\n"
    china = "    - {name: China, cap_country_share: {country: CHN, max: %s}}\n"
    korea = "    - {name: Korea, cap_country_share: {country: KOR, max: 50 %%}}\n"
    before, after = head + china % "60 %", head + korea % () + china % "40 %"
    found = input_changes(Snapshot(before), Snapshot(after))
    places = {change.place.split("]")[0] for change in found}
    assert places == {"sourcing.rules[China", "sourcing.rules[Korea"}


def test_a_scenario_this_program_refuses_is_compared_as_it_is() -> None:
    assert changes("chemistries: [LFP]\nold_key: 1", "chemistries: [LFP]\nold_key: 2") == [
        ("old_key", "1", "2")
    ]


def test_own_files_are_compared_by_name_and_content() -> None:
    one = Snapshot("chemistries: [LFP]").with_files([("b.csv", b"1"), ("a.csv", b"1")])
    two = Snapshot("chemistries: [LFP]").with_files([("a.csv", b"1"), ("b.csv", b"22"), ("c", b"")])
    assert input_changes(one, one) == ()
    found = input_changes(one, two)
    assert [(c.part, c.place) for c in found] == [("own data", "b.csv"), ("own data", "c")]
    assert found[0].before == f"sha256 {sha256(b'1').hexdigest()[:12]}, 1 bytes"
    assert found[0].after.endswith(", 2 bytes") and found[1].before == ""


def test_pages_are_compared_by_their_addresses() -> None:
    one = Snapshot("", "trade", {"from": ("CHN",)})
    two = Snapshot("", "trade", {"from": ("JPN",), "to": ("EUU",)})
    assert input_changes(one, two) == (
        InputChange("page", "from", "CHN", "JPN"),
        InputChange("page", "to", "", "EUU"),
    )
