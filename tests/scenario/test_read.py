"""A scenario file: what it says, and what is said when it is wrong."""

import pytest

from calculator.errors import InputError
from calculator.scenario import (
    CapHHI,
    Exclude,
    Pack,
    Scenario,
    ScenarioError,
    load_scenario,
    parse_scenario,
)

WHOLE = """
name: Four chemistries
chemistries: [LFP, NMC811, own.yaml]
pack: {energy: 75000 Wh, power: 225 kW}
volume: 30 GWh/yr
year: 2024
currency: EUR
region: NOR
overlay: mine.csv
sourcing:
  importer: USA
  demand: 30000 MWh/year
  rules:
    - {rule: cap_country_share, name: A, limit: 40 %}
    - {rule: cap_group_share, name: B, limit: 60%, countries: [CHN, RUS]}
    - {rule: hhi_cap, name: C, limit: 0.25, material: nickel, stage: refining}
    - {rule: exclude, name: no, countries: [RUS]}
    - {rule: recycled_floor, name: E, limit: 15 %, material: nickel}
"""


def test_reads_quantities_in_any_unit_and_no_as_text():
    scenario = parse_scenario(WHOLE)
    assert scenario.pack == Pack(energy_kwh=75.0, power_kw=225.0)
    assert scenario.volume_gwh_per_year == 30.0
    assert scenario.sourcing is not None
    assert scenario.sourcing.demand_gwh_per_year == pytest.approx(30.0, rel=1e-12)
    kinds = [rule.rule for rule in scenario.sourcing.rules]
    assert kinds == ["cap_country_share", "cap_group_share", "hhi_cap", "exclude", "recycled_floor"]
    cap, group, hhi, ban, floor = scenario.sourcing.rules
    assert (cap.limit_percent, group.limit_percent, floor.limit_percent) == (40.0, 60.0, 15.0)
    assert isinstance(hhi, CapHHI)
    assert (hhi.limit, hhi.stage) == (0.25, "refining")
    assert isinstance(ban, Exclude)
    assert ban.name == "no"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("chemistries: [LFP]\nchemistry: x", ":2: unknown key 'chemistry'; did you mean"),
        ("year: 2024", ":1: key 'chemistries' is missing; add it, such as 'chemistries: ["),
        ("chemistries: [LFP]\nenergy: 75 kWh", ":2: unknown key 'energy'; it belongs under 'pack'"),
        (f"chemistries: {[f'A{n}' for n in range(201)]}", "201 entries and may have 200;"),
        (f"{{chemistries: [LFP], deck: {'x' * 101}}}", "it may have 100 characters; write it"),
        ("{chemistries: [LFP], pack: {fast_charge: maybe}}", "should be true or false; write it"),
        ("chemistries: LFP", ":1: chemistries: 'LFP' will not do, it should be a list;"),
        ("chemistries: []", ":1: chemistries: a list will not do, it should not be empty;"),
        ("chemistries: [LFP, 811]", ":1: chemistries[2]: 811 is not text; put it in quotes"),
        ("chemistries:\n- LFP\n- NCA\n- LFP", ":4: chemistry 'LFP' stands twice, first in line 2;"),
        ("{chemistries: [LFP], pack: {energy: 75}}", "pack.energy: '75' has no unit; write"),
        ("{chemistries: [LFP], pack: {energy: '75'}}", "'75' has no unit; write '75 kWh'"),
        ("{chemistries: [LFP], pack: {energy: 75 km}}", "give it in 'kWh'"),
        ("{chemistries: [LFP], pack: {energy: 75 Kwh}}", "did you mean 'kWh'"),
        ("{chemistries: [LFP], pack: {energy: -75 kWh}}", "too small; give more than 0 kWh"),
        ("{chemistries: [LFP], pack: {energy: 1e999 kWh}}", "pack.energy: quantity '1e999 kWh'"),
        ("{chemistries: [LFP], pack: {energy: .inf}}", "pack.energy: 'inf' has no unit"),
        ("{chemistries: [LFP], pack: {energy: [75 kWh]}}", "a quantity is needed here;"),
        ("{chemistries: [LFP], pack: 75 kWh}", "it should be a group of keys"),
        ("{chemistries: [LFP], pack: {energy_kwh: 75}}", "'pack'; did you mean 'energy'?"),
        ("{chemistries: [LFP], year: '2024 AD'}", "it should be a whole number"),
        ("{chemistries: [LFP], currency: USD_2024}", "'EUR' and the year under 'year'"),
        ("{chemistries: [LFP], region: Norway}", "a country code of three letters"),
        ("{chemistries: [LFP], chemistries: [NCA]}", "'chemistries' is given twice, first in"),
    ],
)  # fmt: skip
def test_each_mistake_is_one_sentence_with_its_line_and_remedy(text, says):
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "s.yaml")
    message = str(caught.value)
    assert message.startswith("s.yaml:")
    assert says in message
    assert "\n" not in message
    assert "; " in message or "?" in message


def _with_rule(rule: str) -> str:
    return f"chemistries: [LFP]\nsourcing:\n  importer: USA\n  rules:\n    - {rule}\n"


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("{rule: hhi, name: A, limit: 0.2}", "unknown rule 'hhi'; did you mean 'hhi_cap'?"),
        ("{name: A}", "key 'rule' is missing; add 'rule:' and one of cap_country_share"),
        ("{rule: hhi_cap, limit: 0.2}", "key 'name' is missing in 'sourcing.rules[1]'"),
        ("{rule: hhi_cap, name: A, limit: 2500}", "it should be less than or equal to 1"),
        ("{rule: cap_country_share, name: A, limit: 0.4}", "write '40 %', or '0.4 %' if"),
        ("{rule: cap_country_share, name: A, limit: 40}", "'40' has no unit; write '40 %'"),
        ("{rule: cap_country_share, name: A, limit: 140 %}", "too large; give 100 % or less"),
        ("{rule: cap_group_share, name: A, limit: 40 %, countries: [DE]}", "countries[1]: 'DE' is"),
        ("{rule: exclude, name: A, countries: [RUS], stage: mine}", "'mining', 'refining'"),
        ("{rule: exclude, name: A, countries: [RUS], limit: 1}", "unknown key 'limit'"),
        ("{rule: exclude, name: A, countries: [RUS], exclude: 1}", "unknown key 'exclude'"),
        ("{rule: recycled_floor, name: A, limit: 15 %}", "key 'material' is missing"),
        ("exclude", "sourcing.rules[1]: 'exclude' will not do, it should be a group of keys"),
    ],
)
def test_a_wrong_rule_is_told_at_its_line(rule, says):
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(_with_rule(rule), "s.yaml")
    assert str(caught.value).startswith("s.yaml:5: ")
    assert says in str(caught.value)


def test_all_faults_are_told_at_once_in_order_of_lines():
    text = (
        "nam: x\nchemistries: [LFP, LFP]\npack:\n  energy: 75\n  powr: 1 kW\n"
        "sourcing:\n  importer: US\n  rules:\n    - {rule: hhi_cap, name: A, limit: 9}\n"
        "    - {rule: exclude, name: A, countries: [RUS]}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "s.yaml")
    assert [fault.row for fault in caught.value.faults] == [1, 2, 4, 5, 7, 9, 10]
    assert all(line.startswith("- s.yaml:") for line in str(caught.value).splitlines())


def test_a_flood_of_faults_is_cut_short():
    keys = "\n".join(f"k{i}: 1" for i in range(500))
    with pytest.raises(ScenarioError, match="and 461 more faults") as caught:
        parse_scenario(keys)
    assert len(str(caught.value).splitlines()) == 41


def test_python_takes_plain_numbers_under_names_with_units():
    scenario = Scenario(chemistries=("LFP",), pack=Pack(energy_kwh=75), volume_gwh_per_year=30.0)
    assert scenario == parse_scenario(
        "chemistries: [LFP]\npack: {energy: 75 kWh}\nvolume: 30 GWh/year"
    )


def test_paths_are_taken_from_the_folder_of_the_file(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text(WHOLE)
    scenario = load_scenario(file)
    assert scenario.chemistries == ("LFP", "NMC811", str(tmp_path / "own.yaml"))
    assert scenario.overlay == str(tmp_path / "mine.csv")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe\x00", "is not UTF-8 text; save"),
        (b"a: " + b"x" * 1_000_001, "larger than 1 MB"),
        (b"", "holds no keys; begin with"),
        (b"- LFP\n", "holds no keys"),
    ],
)
def test_unusable_files(tmp_path, content, says):
    file = tmp_path / "s.yaml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError, match=says):
        load_scenario(file)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(InputError, match=r"No such file.*; check the path"):
        load_scenario(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="is a folder; name the scenario file in it"):
        load_scenario(tmp_path)
    with pytest.raises(InputError, match="not a usable path"):
        load_scenario("a\0b.yaml")
