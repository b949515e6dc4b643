"""A scenario written down reads back as itself, and its hash names what is asked."""

import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.scenario import (
    CapCountryShare,
    CapGroupShare,
    CapHHI,
    Exclude,
    Pack,
    RecycledFloor,
    Scenario,
    Sourcing,
    make_scenario,
    parse_scenario,
    scenario_hash,
    scenario_yaml,
)
from calculator.scenario.fields import fields_of, parts_below
from calculator.scenario.page import scenario_page
from calculator.scenario.yaml_tree import read_tree

ROOT = Path(__file__).parents[2]
PRINTABLE = st.characters(
    exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"
)
names = st.text(PRINTABLE, min_size=1, max_size=30).map(str.strip).filter(bool)
countries = st.sampled_from(["CHN", "USA", "NOR", "COD"])
percents = st.floats(0, 100)
stages = st.sampled_from([None, "mining", "refining", "active_material", "cell"])
several = st.lists(countries, min_size=1, max_size=3).map(tuple)


def _rules(kind, **fields):
    tag = get_args(kind.model_fields["rule"].annotation)[0]
    return st.builds(kind, rule=st.just(tag), name=names, **fields)


rules = st.one_of(
    _rules(CapCountryShare, limit=percents, stage=stages, country=st.none() | countries),
    _rules(CapGroupShare, limit=percents, countries=several),
    _rules(CapHHI, limit=st.floats(1e-6, 1), stage=stages),
    _rules(Exclude, countries=several, stage=stages),
    _rules(RecycledFloor, limit=percents, material=st.just("nickel")),
)
sourcing = st.builds(
    Sourcing,
    importer=countries,
    demand=st.none() | st.floats(1e-6, 1e5),
    chemistry=st.none() | names,
    rules=st.lists(rules, max_size=4, unique_by=lambda rule: rule.name).map(tuple),
)
scenarios = st.builds(
    Scenario,
    name=names,
    chemistries=st.lists(names, min_size=1, max_size=4, unique=True).map(tuple),
    pack=st.builds(Pack, energy=st.floats(1e-6, 1e4), power=st.none() | st.floats(1e-6, 1e5)),
    volume=st.floats(1e-6, 1e5),
    year=st.integers(1990, 2100),
    currency=st.sampled_from(["USD", "EUR"]),
    region=countries,
    deck=st.sampled_from(["quotes_2026-06", "own.1"]),
    overlay=st.none() | names.map(lambda name: f"none here: {name}"),
    sourcing=st.none() | sourcing,
)


@settings(max_examples=150, deadline=None)
@given(scenarios)
def test_round_trip(scenario):
    text = scenario_yaml(scenario)
    again = parse_scenario(text)
    assert again == scenario
    assert scenario_hash(again) == scenario_hash(scenario)
    assert scenario_yaml(again) == text


def test_any_text_survives_the_writer_as_the_text_it_is():
    words = ["no", "NO", "true", "null", "~", "1e3", "0x1F", "0o7", ".5", "+1", "1_000", ".inf"]
    words += ["-", "a: b", "#x", "'", '"', "*a", "&a", "!x", "%", "@", "`", "- a", "? a", "[", "{"]
    words += ["é", "😀", "2024-01-01", "12:30:45", "=1+1", "<<", "|", ">", "a #b", "a:", "\\", ","]
    scenario = Scenario(chemistries=tuple(words))
    assert parse_scenario(scenario_yaml(scenario)).chemistries == tuple(words)


ONE = "chemistries: [LFP, NCA]\npack: {energy: 75 kWh}\nvolume: 30 GWh/year\n"


def test_hash_does_not_depend_on_spelling_but_on_what_is_asked():
    first = scenario_hash(parse_scenario(ONE))
    same = (
        "# x\nvolume: 30000 MWh/year\npack:\n  energy: 75000 Wh\nname: b\nchemistries: [LFP, NCA]"
    )
    assert scenario_hash(parse_scenario(same)) == first
    assert len(first) == 16
    for change in ("chemistries: [LFP]", ONE + "year: 2024", ONE + "sourcing: {importer: USA}"):
        assert scenario_hash(parse_scenario(change)) != first


def test_hash_follows_the_content_of_own_files_and_not_their_place(tmp_path):
    def asked(folder: str, content: bytes) -> str:
        (tmp_path / folder).mkdir()
        own = tmp_path / folder / "own.yaml"
        own.write_bytes(content)
        (tmp_path / folder / "prices").mkdir()
        (tmp_path / folder / "prices" / "p.csv").write_bytes(content)
        chemistry, overlay = str(own), str(tmp_path / folder / "prices")
        return scenario_hash(Scenario(chemistries=(chemistry,), overlay=overlay))

    first = asked("a", b"id: x\n")
    assert asked("b", b"id: x\r\n") == first
    assert asked("c", b"id: y\n") != first


def test_the_page_in_docs_is_the_one_the_schema_makes():
    page = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
    assert page == scenario_page(), "python -m calculator.scenario.page > docs/scenario.md"


def test_the_python_on_the_page_runs():
    (code,) = re.findall(r"```python\n(.*?)```", scenario_page(), re.DOTALL)
    held: dict[str, object] = {}
    exec(compile(code, "scenario.md", "exec"), held)
    assert held["scenario"] == make_scenario({"chemistries": ["LFP", "NMC811"]})


def test_every_key_has_a_meaning():
    page = scenario_page()
    assert "None" not in page
    for line in page.splitlines():
        if line.startswith("| `"):
            key, written, needed, meaning = (cell.strip() for cell in line.strip("|").split("|"))
            assert len(meaning) > 10, key
            assert needed.startswith(("yes", "no")), key
            assert written.startswith("`") or "below" in written, key


def _examples():
    """Each key of the schema with its example, inside the least scenario that may hold it."""
    for where, part in parts_below(Scenario):
        fields = fields_of(part)
        needed = {key: info.examples[0] for key, info in fields.items() if info.is_required()}
        for key, info in fields.items():
            if info.examples:
                yield where, key, {**needed, key: info.examples[0]}


@pytest.mark.parametrize(("where", "key", "values"), list(_examples()))
def test_every_example_is_accepted(where, key, values):
    held = {"": values, "sourcing.rules": {"sourcing": {"importer": "USA", "rules": [values]}}}
    below = _under_shocks(where, values) or _under_sourcing(where, values)
    asked = held.get(where) or below or {where: values}
    scenario = make_scenario({"chemistries": ["LFP"], **asked})
    assert parse_scenario(scenario_yaml(scenario)) == scenario


_PROJECT = {
    "name": "x", "country": "NOR", "material": "graphite", "stage": "refining", "start": 2028,
    "capacity": "20 kt/year", "ramp": "2 year", "cost": "9 USD_2025/kg",
}  # fmt: skip
"""A project of one's own with all it needs."""


def _under_sourcing(where, values):
    """The part below ``sourcing``; a project needs its id, or a name and every number."""
    part = where.partition("sourcing.")[2]
    if part == "projects" and "project" not in values:
        values = {**_PROJECT, **values}
    return {"sourcing": {"importer": "USA", "year": 2029, part: [values]}} if part else None


def _under_shocks(where, values):
    """The part below ``shocks``; an event needs its id, or a name and a size."""
    part = where.partition("shocks.")[2]
    if part == "events" and not {"event", "active"} & set(values):
        values = {"name": "x", "cut": "10 %", **values}
    elif part == "events":
        values = {"event": "x", **values}
    held = values if part == "switch" else [values]
    return {"shocks": {"date": "2026-11-22", part: held}} if part else None


def test_lines_of_every_part_are_known():
    tree = read_tree("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")
    assert tree.value == {"a": 1, "b": ["x", {"c": 2, "d": 3}]}
    assert tree.lines["a",] == 1
    assert tree.lines["b", 1, "d"] == 5
    assert tree.line(("b", 1, "missing")) == 4
