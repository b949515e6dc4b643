"""The shipped events: two lists of the same measures became one, and no number is unsourced."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from calculator.scenario import parse_scenario
from calculator.shocks.shipped import (
    event_named,
    firms_of,
    notes_of,
    numbers_of,
    shipped_events,
)
from calculator.shocks.written import events_of
from materials_db.event_checks import event_faults
from materials_db.faults import UnknownNameError
from materials_db.load import load_database

DB = load_database()
PAGE = Path(__file__).resolve().parents[2] / "docs" / "events.md"
AUTOMOTIVE = "CHN_dual_use_automotive_2026"

# First list: row (day and instrument) -> event.
CONTROLS = {
    ("2023-08-01", "23/2023"): "CHN_gallium_germanium_licence_2023",
    ("2023-12-01", "39/2023"): "CHN_graphite_licence_2023",
    ("2023-12-21", "Technology catalogue"): "CHN_rare_earth_technology_2023",
    ("2025-04-04", "18/2025"): "CHN_rare_earths_2025",
    ("2025-07-15", "252604X"): "CHN_battery_technology_2025",
    ("2025-10-09", "58/2025"): "CHN_batteries_58_2025",
    ("2025-10-09", "57/2025"): "CHN_rare_earths_57_2025",
    ("2025-10-09", "61/2025"): "CHN_rare_earths_abroad_61_2025",
    ("2025-10-09", "55, 56, 62/2025"): "CHN_superhard_equipment_55_56_62_2025",
    ("2026-01-06", "1/2026"): "CHN_dual_use_Japan_1_2026",
    ("2026-02-24", "11/2026"): "CHN_dual_use_control_list_11_2026",
    ("2026-02-24", "12/2026"): "CHN_dual_use_watch_list_12_2026",
    ("2026-06-29", "28/2026"): "CHN_dual_use_lists_28_2026",
    ("2026-05-17", "understanding"): "CHN_USA_understanding_2026",
    ("2026-07-30", "DPA s.101"): "USA_DPA_101_2026",
    ("2025-03-05", "List of Waste"): "EUU_black_mass_2026",
    ("2025-12", "RESourceEU"): "EUU_RESourceEU_scrap_2025",
}
FIRMS = {
    "OEM": ["Subaru", "Hino Motors"],
    "tier_1": ["TDK", "Nissin Electric", "MHI Engine & Turbocharger", "ENEOS"],
    "tier_2": [
        "Mitsubishi Materials",
        "Nitto Denko",
        "NOF",
        "Tokin",
        "Sumitomo Heavy Industries",
        "Yashima Denki",
    ],
}
# Second list: row (country, material, first day) -> events; one row holds three announcements.
RESTRICTIONS = {
    ("CHN", "gallium;germanium", "2023-08-01"): ["CHN_gallium_germanium_licence_2023"],
    ("CHN", "graphite", "2023-12-01"): ["CHN_graphite_licence_2023"],
    ("CHN", "antimony", "2024-09-15"): ["CHN_antimony_licence_2024"],
    ("CHN", "gallium ... -> USA", "2024-12-03"): ["CHN_ban_to_USA_46_2024"],
    ("CHN", "graphite -> USA", "2024-12-03"): ["CHN_graphite_review_USA_46_2024"],
    ("CHN", "tungsten ...", "2025-02-04"): ["CHN_tungsten_licence_2025"],
    ("CHN", "samarium ...", "2025-04-04"): ["CHN_rare_earths_2025"],
    ("CHN", "LFP & LMFP technology", "2025-07-15"): ["CHN_battery_technology_2025"],
    ("CHN", "batteries, cathode, anode", "2025-11-08"): ["CHN_batteries_58_2025"],
    ("CHN", "holmium ..., equipment, 0.1 % rule", "2025-11-08"): [
        "CHN_rare_earths_57_2025",
        "CHN_superhard_equipment_55_56_62_2025",
        "CHN_rare_earths_abroad_61_2025",
    ],
    ("CHN", "rare-earth technology", "2023-12-21"): ["CHN_rare_earth_technology_2023"],
    ("CHN", "phosphate chemicals", "2023"): ["CHN_phosphate_licence_2023"],
    ("CHN", "sulphuric acid", "2026"): ["CHN_sulphuric_acid_2026"],
    ("COD", "cobalt, suspension", "2025-02-22"): ["COD_cobalt_suspension_2025"],
    ("COD", "cobalt, quota", "2025-10-16"): ["COD_cobalt_quota_2025"],
    ("IDN", "nickel ore", "2020-01-01"): ["IDN_nickel_ore_ban_2020"],
    ("IDN", "nickel ore quota", "2026"): ["IDN_nickel_quota_2026"],
    ("IDN", "bauxite", "2023-06-10"): ["IDN_bauxite_ban_2023"],
    ("ZWE", "lithium ore", "2022-12-20"): ["ZWE_lithium_ore_ban_2022"],
    ("ZWE", "lithium concentrates", "2026-02-25"): ["ZWE_lithium_concentrate_2026"],
    ("NAM", "unprocessed lithium", "2023"): ["NAM_lithium_ore_ban_2023"],
    ("GAB", "manganese ore", "2029-01-01"): ["GAB_manganese_ban_2029"],
    ("CHL", "lithium", "2023"): ["CHL_lithium_participation_2023"],
    ("USA", "graphite anode from CHN", "2025"): ["USA_graphite_duty_2025"],
    ("EUU", "strategic raw materials", "2030"): ["EUU_CRMA_benchmarks_2024"],
}
HISTORY = {"CHN_rare_earth_stop_Japan_2010", "lithium_price_2022"}
# The day of the first list where the second gives another for the same measure.
OTHER_DAY = {"CHN_rare_earths_abroad_61_2025": "2025-12-01"}


def test_every_row_of_both_lists_is_one_event():
    firms = sum(map(len, FIRMS.values()))
    assert len(CONTROLS) + firms == 29
    assert len(RESTRICTIONS) == 25
    named = {*CONTROLS.values(), *(e for found in RESTRICTIONS.values() for e in found)}
    assert {*named, AUTOMOTIVE, *HISTORY} == set(DB.events)


@pytest.mark.parametrize(("row", "event"), CONTROLS.items())
def test_the_first_list_agrees_with_the_registry(row, event):
    (day, instrument), found = row, DB.events[event]
    number = instrument.split(",")[0].split("/")[0]
    assert day in (found.announced, found.start)
    if number.isdigit():
        assert number in found.instrument


@pytest.mark.parametrize(("row", "events"), RESTRICTIONS.items())
def test_the_second_list_agrees_with_the_registry(row, events):
    country, _, day = row
    for event in events:
        found = DB.events[event]
        assert found.issuer == country
        assert found.start.startswith(OTHER_DAY.get(event, day))


def test_a_day_the_lists_differ_on_is_told():
    for event in OTHER_DAY:
        assert "8 November 2025" in DB.events[event].note


def test_suspensions_are_those_of_the_two_lists():
    until = {e.id: (e.suspended_from, e.suspended_to) for e in DB.events.values()}
    of_70 = {e for e, span in until.items() if span == ("2025-11-07", "2026-11-10")}
    assert of_70 == {e for e in until if any(f"_{n}_" in e for n in ("55", "57", "58", "61"))}
    of_46 = {e for e, span in until.items() if span == ("2025-11-09", "2026-11-27")}
    assert of_46 == {"CHN_ban_to_USA_46_2024", "CHN_graphite_review_USA_46_2024"}
    assert all(until[e] == (None, None) for e in set(until) - of_70 - of_46)
    assert all(DB.events[e].resumes == "unknown" for e in of_70 | of_46)


def test_no_size_without_a_number_of_a_registered_source():
    stated = {(n.event, n.material, n.stage, n.quantity) for n in DB.event_numbers}
    for event in shipped_events(DB):
        assert event.source in DB.sources
        for effect in event.effects:
            key = (event.id, effect.material, effect.stage or "")
            for name in ("cut", "delay_days", "refusal", "price_rise"):
                assert bool(getattr(effect, name)) <= ((*key, name) in stated), (key, name)
            assert (effect.label in event.missing) == effect.is_empty
    for number in DB.event_numbers:
        assert number.source in DB.sources
        assert number.locator
        assert number.basis.value in ("reported", "derived")


def test_a_licence_is_no_ban():
    """Only what forbids has a cut of the whole; no licence has one at all."""
    for number in DB.event_numbers:
        if number.quantity == "cut":
            kind = DB.events[number.event].kind
            assert kind in ("ban", "suspension", "quota", "waste"), number.event
            assert (number.value == 100) == (kind != "quota")


def test_check_numbers():
    values = {(n.event, n.material, n.quantity, n.date): n for n in reversed(DB.event_numbers)}
    magnet = values["CHN_rare_earths_2025", "NdFeB_magnet", "delay_days", "2025"]
    assert (magnet.low, magnet.value, magnet.high) == (7, 63, 63)
    assert magnet.value == 45 * 7 / 5
    lfp = [("least_compaction_density", 2.58), ("least_specific_capacity", 160)]
    for quantity, value in [*lfp, ("least_first_cycle_efficiency", 97)]:
        key = ("CHN_battery_technology_2025", "LFP_cathode_technology", quantity, "2025")
        assert values[key].value == value
    cell = ("CHN_batteries_58_2025", "battery_cell_300_Wh_kg", "least_specific_energy", "2025")
    assert values[cell].value == 300
    assert values["CHN_rare_earths_2025", "rare_earths", "price_multiple", "2025"].value == 6
    quota = {q: values["COD_cobalt_quota_2025", "cobalt", q, "2026"] for q in ("quota", "cut")}
    assert quota["quota"].value == 87_000 + 9_600
    rest = values["COD_cobalt_quota_2025", "cobalt", "quota_rest_of_2025", "2025"]
    months = [n.value for n in DB.event_numbers if n.quantity == "quota_month"]
    assert sum(months) == rest.value == 18_125


def test_the_cut_of_the_cobalt_quota_follows_from_the_tables():
    number = next(
        n for n in DB.event_numbers if n.event == "COD_cobalt_quota_2025" and n.quantity == "cut"
    )
    share = next(
        s for s in DB.shares if (s.material, s.stage, s.country) == ("cobalt", "mining", "COD")
    )
    world = next(o for o in DB.world_output if (o.material, o.stage) == ("cobalt", "mining"))
    cuts = [100 * (1 - 96_600 / (world.value * s / 100)) for s in (share.low, share.value)]
    assert cuts == pytest.approx([number.low, number.value], abs=0.06)


def test_lithium_rose_as_the_two_series_say():
    rises = [n.value for n in numbers_of(DB, "lithium_price_2022")]
    assert rises == pytest.approx(
        [100 * (484_302.03 / 120_067.62 - 1), 100 * (63_700 / 11_700 - 1)], abs=0.06
    )
    (effect,) = event_named(DB, "lithium_price_2022").effects
    assert effect.price_rise == pytest.approx(3.034)
    assert (effect.cut, effect.origins) == (0, ())
    assert any("444.4 %" in note for note in notes_of(DB, "lithium_price_2022"))


def test_price_effects_are_the_ten_of_the_study():
    assert Counter(row.locator for row in DB.price_effects) == {
        "C1": 2, "C2": 1, "C3": 1, "C4": 1, "C4r": 1, "C5": 2, "C6": 2,
    }  # fmt: skip
    found = {(row.locator, row.importer): (row.value, row.p_value) for row in DB.price_effects}
    assert found["C2", "EUU"] == (-3.7, 0.6267)
    assert found["C5", "EUU"] == (526.5, 0)
    assert all(row.confidence.value == "low" for row in DB.price_effects)


def test_twelve_firms_are_named_and_thirteen_are_told():
    firms = firms_of(DB, AUTOMOTIVE)
    by_tier = {tier: [firm.name for firm in firms if firm.tier == tier] for tier in FIRMS}
    assert by_tier == FIRMS
    counts = [n.value for n in numbers_of(DB, AUTOMOTIVE) if n.quantity == "entities"]
    assert counts == [12, 13]
    assert len(firms) == counts[0]
    notes = " ".join(notes_of(DB, AUTOMOTIVE))
    assert "thirteen" in notes
    assert "12 count" in notes


def test_two_waves_make_eighty_entities():
    waves = [
        n.value for n in DB.event_numbers if n.quantity == "entities" and n.event != AUTOMOTIVE
    ]
    assert waves == [20, 20, 40]


def test_a_firm_stands_on_the_list_that_is_known_to_name_it():
    control = firms_of(DB, "CHN_dual_use_control_list_11_2026")
    watch = firms_of(DB, event_named(DB, "CHN_dual_use_watch_list_12_2026"))
    assert [firm.name for firm in control] == ["MHI Engine & Turbocharger"]
    assert "Subaru" in [firm.name for firm in watch]
    unknown = [firm.name for firm in firms_of(DB, AUTOMOTIVE) if not firm.list]
    assert unknown == ["Nissin Electric", "NOF", "Tokin", "Yashima Denki"]
    assert len(control) + len(watch) + len(unknown) == 12


def test_the_european_union_is_its_members_too():
    (effect,) = event_named(DB, "EUU_black_mass_2026").effects
    assert {"EUU", "DEU", "POL"} <= set(effect.origins)
    assert len(effect.exempt) == 38
    assert "CHN" not in effect.exempt


def test_an_ore_ban_leaves_what_is_refined_alone():
    touched = {effect.material for effect in event_named(DB, "IDN_nickel_ore_ban_2020").effects}
    assert touched == {"nickel_ore"}


def test_a_wrong_id_suggests_the_right_one():
    with pytest.raises(UnknownNameError, match=r"did you mean .*'CHN_graphite_licence_2023'"):
        event_named(DB, "CHN_graphite_license_2023")


def test_faults_between_the_tables_are_told_at_once():
    event = DB.events["COD_cobalt_quota_2025"]
    bad = replace(
        DB,
        events={
            **DB.events,
            event.id: event.model_copy(update={"end": "2024-01", "suspended_to": "2026-01"}),
        },
        event_firms=(DB.event_firms[0].model_copy(update={"event": "CHN_dual_use_automotive"}),),
        event_numbers=(DB.event_numbers[0].model_copy(update={"material": "nickle"}),),
        event_effects=(
            *DB.event_effects,
            DB.event_effects[0].model_copy(update={"exempt": ("GER",)}),
        ),
    )
    said = " ".join(str(fault) for fault in event_faults(bad))
    for part in (
        "ends on 2024-01 before it starts on 2025-10-16",
        "has one end of a suspension",
        "did you mean 'CHN_dual_use_automotive_2026'",
        "has no effect on 'nickle'",
        "exempt 'GER' is not a country",
    ):
        assert part in said
    assert not list(event_faults(DB))


def test_the_page_lists_every_event_as_it_stands():
    page = PAGE.read_text(encoding="utf-8")
    for event in shipped_events(DB):
        sized = len([effect for effect in event.effects if not effect.is_empty])
        words = ["yours to give", "stated in part", "stated"]
        size = words[(sized > 0) + (sized == len(event.effects))] if event.effects else "no goods"
        row = DB.events[event.id]
        line = f"| `{row.id}` | {row.start} | {row.status.replace('_', ' ')} | {size} |"
        assert line in page, line
    assert page.count("\n| `") == len(DB.events)


def test_the_examples_of_the_page_work(capsys):
    page = PAGE.read_text(encoding="utf-8")
    (written,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    found = events_of(DB, parse_scenario(written).shocks)
    assert [event.days for event in found.events] == [120, 236, 30]
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(code, "events.md", "exec"), {})
    assert "choose whether it is in force" in capsys.readouterr().out
