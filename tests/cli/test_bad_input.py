"""Wrong inputs: exit code 2, one sentence or one a fault, never a traceback, nothing lost."""

import re
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calculator.cli import main


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["compar", "LFP"], "invalid choice: 'compar'"),
        (["compare"], "no chemistry named; write some, such as: battcalc compare LFP NMC811"),
        (["compare", "--wrong"], "unrecognized arguments: --wrong; see battcalc --help"),
        (["compare", "LPF"], "chemistry 'LPF' is not in the database; did you mean"),
        (["compare", "LFP", "LFP"], "chemistry 'LFP' stands twice; keep one"),
        (["compare", ""], "chemistries[1]"),
        (["compare", "none.yaml"], "none.yaml"),
        (["compare", "LFP", "--deck", "quotes"], "price deck 'quotes' is not in the database; did"),
        (["compare", "LFP", "--format", "pouch"], "format 'pouch' is not in the database; did you"),
        (["compare", "LFP", "--region", "china"], "region: 'china' is not written as needed;"),
        (["compare", "LFP", "--region", "XXX"], "region: 'XXX' is no country; use its ISO"),
        (["compare", "LFP", "--volume", "30"], "volume: '30' has no unit; write '30 GWh/year'"),
        (["compare", "LFP", "--volume", "-3 GWh/year"], "too small; give more than 0 GWh/year"),
        (["compare", "LFP", "--volume", "30 GWh"], "give it in 'GWh/year'"),
        (["compare", "LFP", "--volume", "30 ton"], "unit 'ton' is not known"),
        (["compare", "LFP", "--pack-energy", "75"], "'75' has no unit; write '75 kWh'"),
        (["compare", "LFP", "--year", "1890"], "it should be greater than or equal to 1990"),
        (["compare", "LFP", "--year", "2099"], "2099"),
        (["compare", "LFP", "--year", "soon"], "it should be a whole number"),
        (["compare", "LFP", "--currency", "USD_2024"], "'EUR' and the year under 'year'"),
        (["compare", "LFP", "--currency", "XYZ"], "XYZ"),
        (["compare", "LFP", "--overlay", "none.csv"], "none.csv"),
        (["compare", "LFP", "--out", "costs.doc"], "costs.doc has no known ending; end the"),
        (["compare", "LFP", "--out", "none/costs.csv"], "no folder none; make it first"),
        (["compare", "LFP", "--out", "/proc/costs.csv"], "/proc/costs.csv cannot be written"),
        (["compare", "LFP", "--scenario", "none.yaml"], "cannot be read (No such file"),
        (["minerals", "Unobtainium"], "chemistry 'Unobtainium' is not in the database"),
        (["optimise"], "the following arguments are required: SCENARIO; see battcalc optimise"),
        (["optimise", "none.yaml"], "none.yaml: cannot be read (No such file or directory); check"),
        (["optimise", "."], "is a folder; name the scenario file in it"),
        (["check", "--overlay", "none.csv"], "none.csv"),
        (["app", "--port", "http"], "'http' is no port; give a whole number from 1 to 65535"),
        (["app", "--port", "70000"], "'70000' is no port"),
        (["reference", "none.csv"], "none.csv: cannot be opened"),
    ],
)  # fmt: skip
def test_each_mistake_is_one_sentence(run, tmp_path, monkeypatch, args, says):
    monkeypatch.chdir(tmp_path)
    done = run(*args)
    assert (done.code, done.out) == (2, "")
    assert says in done.sentence
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_without_a_sourcing_question(run, tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text("chemistries: [LFP]\n")
    done = run("optimise", str(file))
    assert done.code == 2
    assert "sourcing" in done.sentence


def test_every_fault_of_a_scenario_is_told_and_the_file_stays(run, tmp_path):
    file = tmp_path / "s.yaml"
    text = "chemistries: [LFP]\npack: {energy: 75}\nvolum: 30 GWh/year\n"
    file.write_text(text)
    done = run("compare", "--scenario", str(file), "--out", str(tmp_path / "costs.csv"))
    assert done.code == 2
    assert done.err.splitlines() == [
        "battcalc: - s.yaml:2: pack.energy: '75' has no unit; write '75 kWh'",
        "- s.yaml:3: unknown key 'volum'; did you mean 'volume'?",
    ]
    assert file.read_text() == text
    assert [entry.name for entry in tmp_path.iterdir()] == ["s.yaml"]


def test_a_file_there_before_survives_a_mistake(run, tmp_path):
    out = tmp_path / "costs.csv"
    out.write_text("mine")
    assert run("compare", "LPF", "--out", str(out)).code == 2
    assert out.read_text() == "mine"


def test_a_case_of_the_reference_that_fails_is_reported_and_the_others_kept(run, tmp_path):
    cases = tmp_path / "cases.csv"
    cases.write_text("couple,energy_kwh\nNMC811-G (Energy),100\nNMC811-G (Energy),-5\n")
    done = run("reference", str(cases), "--json")
    assert done.code == 2
    assert "Traceback" not in done.err
    assert "-5" in done.err


def test_a_fault_of_the_program_is_told_as_one(run, monkeypatch):
    from calculator import commands

    def broken(asked: object) -> int:
        raise KeyError("x")

    monkeypatch.setattr(commands, "_COMMANDS", {"check": broken})
    done = run("check")
    assert done.code == 3
    assert "fault in the program (KeyError: 'x')" in done.sentence


@pytest.mark.parametrize(
    ("pattern", "value", "says"),
    [
        (r"porosity: 0.3 ", "porosity: 1.2 ", "1.2"),
        (r"thickness: 12 .10..20. um", "thickness: -12 um", "-12"),
        (r"thickness: 12 .10..20. um", "thickness: 12 furlong", "furlong"),
        (r"material: PVDF", "material: PVFD", "did you mean 'PVDF'"),
        (r"binder_solvent: NMP", "binder_solven: NMP", "did you mean 'binder_solvent'"),
    ],
)
def test_a_wrong_line_in_a_file_of_ones_own(run, tmp_path, root, pattern, value, says):
    shipped = (root / "materials_db" / "data" / "chemistries" / "LFP.yaml").read_text()
    text, changed = re.subn(pattern, value, shipped, count=1)
    assert changed == 1
    own = tmp_path / "own.yaml"
    own.write_text(text)
    done = run("compare", str(own))
    assert (done.code, done.out) == (2, "")
    assert "own.yaml:" in done.sentence
    assert says in done.sentence
    assert own.read_text() == text


def test_no_input_is_written_over(run, tmp_path, root):
    shipped = (root / "materials_db" / "data" / "chemistries" / "LFP.yaml").read_text()
    (tmp_path / "own.yaml").write_text(shipped)
    folder = tmp_path / "rows"
    folder.mkdir()
    prices = "item,value,unit\ngraphite,20,USD_2025/kg\n"
    for file in (tmp_path / "mine.csv", folder / "mine.csv"):
        file.write_text(prices)
    scenario = tmp_path / "s.json"
    scenario.write_text('{"chemistries": ["LFP"], "overlay": "mine.csv"}')
    cases = tmp_path / "cases.csv"
    cases.write_text("couple\nNMC811-G (Energy)\n")
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "own.yaml")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    over, named = str(tmp_path / "mine.csv"), "is an input of this call; write to another file"
    for args, out, says in (
        (("compare", "LFP", "--overlay", over), over, named),
        (("chemistries", "--overlay", over), over, named),
        (("compare", "--scenario", str(scenario)), scenario, named),
        (("compare", "--scenario", str(scenario)), over, named),
        (("minerals", str(tmp_path / "own.yaml")), link, named),
        (("reference", str(cases)), cases, named),
        (("compare", "LFP", "--overlay", str(folder)), folder / "new.csv", "another folder"),
        (("check", "--overlay", str(folder)), folder / "mine.csv", "another folder"),
    ):
        done = run(*args, "--out", str(out))
        assert (done.code, done.out) == (2, ""), args
        assert says in done.sentence
    after = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert after == before


def test_two_files_with_one_id(run, tmp_path, root):
    shipped = (root / "materials_db" / "data" / "chemistries" / "LFP.yaml").read_text()
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(shipped)
    done = run("compare", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))
    assert done.code == 2
    assert "two chemistries have the id 'LFP'; change the id" in done.sentence
    beside = run("compare", "LFP", str(tmp_path / "a.yaml"))
    assert beside.code == 0
    assert "LFP (yours)" in beside.out


WORDS = st.sampled_from(
    ["chemistries: [LFP]", "pack: {energy: 75 kWh}", "volume: 30", "year: 2024", "region: USA",
     "sourcing:", "  importer: USA", "  rules:", "    - {rule: exclude, name: x, countries: [RUS]}",
     "deck: none", "overlay: /etc/passwd", "format: ../x.yaml", "currency: EUR", "{", "]", "&a"]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(WORDS, max_size=8).map("\n".join),
    st.text(alphabet=string.printable + "\0é\ufeff", max_size=120),
    st.binary(max_size=60),
)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=TEXTS)
def test_any_scenario_file_ends_with_a_code_and_no_traceback(tmp_path, capsys, text):
    file = tmp_path / "s.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "replace"))
    code = main(["minerals", "--scenario", str(file)])
    told = capsys.readouterr()
    assert code in (0, 2), told.err
    assert "Traceback" not in told.err
    assert (code == 0) == bool(told.out)
