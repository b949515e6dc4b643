"""The command ``n1`` in this process."""

from __future__ import annotations

import json

import pytest

from calculator.cli import main

EVENT = "CHN_dual_use_automotive_2026"
HEAD = "supplier,buys_from,spend,unit,china_input_share,lag\n"


@pytest.fixture
def run(capsys):
    def call(*args):
        code = main(args)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_world_and_imports(run):
    code, out, _ = run("n1", "--importer", "JPN", "--json")
    answer = json.loads(out, parse_constant=pytest.fail)
    assert code == 0
    assert answer["importer"] == "JPN"
    views = {row["view"] for row in answer["n1"]}
    assert views == {"world", "imports"}
    published = [row for row in answer["geopolrisk"] if row["published"]]
    assert sorted(row["published"] for row in published) == [0.123, 0.123, 0.248, 0.318]
    code, out, _ = run("n1", "--importer", "JPN", "--material", "lithium")
    assert code == 0
    assert "lithium_carbonate" in out and "graphite" not in out


def test_importer_without_imports_is_said(run):
    code, out, _ = run("n1", "--importer", "DEU", "--material", "cobalt")
    assert code == 0
    assert "no origins of imports are known for DEU" in out


def test_firms_with_both_counts_of_the_list(run, tmp_path):
    spend = tmp_path / "spend.csv"
    spend.write_text(HEAD + "TDK Corporation,,100,JPY_2025,0.5,60\nDenso,,100,JPY_2025,,\n")
    args = ("n1", "--firms", str(spend), "--event", EVENT)
    code, out, _ = run(*args)
    assert code == 0
    assert "50 % runs through listed firms" in out
    assert "12 firms are on the list" in out and "thirteen" in out and "13 count" in out
    answer = json.loads(run(*args, "--json")[1])
    assert answer["firm_exposure"]["exposure"] == pytest.approx(0.25)
    assert answer["firm_exposure"]["days_lost"] == pytest.approx(15.0)
    out_file = tmp_path / "n1.xlsx"
    assert run(*args, "--out", str(out_file))[0] == 0
    assert out_file.stat().st_size > 0


def test_plan(run):
    code, out, _ = run("n1", "examples/stockpile.yaml", "--without", "CHN", "--json")
    answer = json.loads(out, parse_constant=pytest.fail)
    assert code == 0
    assert answer["importer"] == "EUU"
    assert {row["view"] for row in answer["n1"]} == {"world", "imports", "plan"}
    assert answer["without"][0]["status"] in ("optimal", "short")
    assert answer["plan_outages"] and answer["benchmarks"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--importer", "Japan"), "is no country"),
        (("--year", "2021"), "give 2023, 2024"),
        (("--year", "soon"), "--year is 'soon'"),
        (("--material", "lithum"), "lithum"),
        (("--event", EVENT), "--firms and --event go together"),
        (("--without", "CHN"), "name a scenario file"),
        (("--firms", "none.csv", "--event", EVENT), "none.csv"),
        (("--firms", "none.csv", "--event", "DRC_cobalt"), "DRC_cobalt"),
    ],
)
def test_a_mistake_is_one_sentence(run, args, said):
    code, out, err = run("n1", *args)
    assert code == 2
    assert out == ""
    assert said in err
    assert err.startswith("battcalc: ") and "Traceback" not in err


def test_spend_is_not_written_over(run, tmp_path):
    spend = tmp_path / "spend.csv"
    spend.write_text(HEAD + "TDK,,100,JPY_2025,0.5,60\n")
    code, _, err = run("n1", "--firms", str(spend), "--event", EVENT, "--out", str(spend))
    assert code == 2
    assert err.startswith("battcalc: ")
    assert spend.read_text().startswith("supplier")


def test_no_plan_is_code_one(run):
    code, out, err = run("n1", "examples/clash.yaml")
    assert (code, out) == (1, "")
    assert "infeasible; see: battcalc explain" in err
