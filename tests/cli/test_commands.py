"""What each command answers, in text, JSON and files."""

import csv
import io
import json
import zipfile

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from calculator.export import ENDINGS
from calculator.listing import reference_page

ROW_KEYS = {
    "chemistry": str,
    "specific_energy_wh_per_kg": float,
    "energy_density_wh_per_l": float,
    "cell_cost_usd_per_kwh": float,
    "pack_cost_usd_per_kwh": float,
    "cost_breakdown_usd_per_kwh": dict,
    "elements_g_per_kwh": dict,
}
FOUR = ("LFP", "NMC811", "SSL-Ni95-Si", "ASSB-sulfide-Li")


def test_chemistries(run):
    answer = run("chemistries", "--json").answer
    names = [row["chemistry"] for row in answer["rows"]]
    assert len(names) >= 20
    assert set(FOUR) <= set(names)
    text = run("chemistries")
    assert text.code == 0
    assert all(name in text.out for name in names)


def test_compare_json_has_every_promised_key(run):
    done = run("compare", *FOUR, "--json")
    assert (done.code, done.err) == (0, "")
    answer = done.answer
    assert answer["data_version"]
    assert answer["currency"] == "USD_2025"
    assert [row["chemistry"] for row in answer["rows"]] == list(FOUR)
    for row in answer["rows"]:
        for key, kind in ROW_KEYS.items():
            assert isinstance(row[key], kind), key
        assert 50 < row["specific_energy_wh_per_kg"] < 1000
        assert 0 < row["cell_cost_usd_per_kwh"] < row["pack_cost_usd_per_kwh"] < 2000


def test_parts_of_the_cost_sum_to_the_whole(run):
    for row in run("compare", *FOUR, "--json").answer["rows"]:
        cell, pack = row["cell_cost_usd_per_kwh"], row["pack_cost_usd_per_kwh"]
        assert sum(row["cost_breakdown_usd_per_kwh"].values()) == pytest.approx(cell, rel=1e-9)
        assert sum(row["cost_by_step_usd_per_kwh"].values()) == pytest.approx(cell, rel=1e-9)
        assert sum(row["pack_cost_breakdown_usd_per_kwh"].values()) == pytest.approx(pack, rel=1e-9)


def test_usd_keys_stay_usd_whatever_currency_is_shown(run):
    usd = run("compare", "LFP", "--json", "--year", "2024").answer
    eur = run("compare", "LFP", "--json", "--year", "2024", "--currency", "EUR").answer
    assert (usd["currency"], eur["currency"]) == ("USD_2024", "EUR_2024")
    one, two = usd["rows"][0], eur["rows"][0]
    money = [key for key in one if key.endswith("usd_per_kwh")]
    assert len(money) >= 5
    assert {key: one[key] for key in money} == {key: two[key] for key in money}
    assert one["cell_cost_per_kwh"] == one["cell_cost_usd_per_kwh"]
    rate = two["cell_cost_per_kwh"] / two["cell_cost_usd_per_kwh"]
    assert 0.8 < rate < 1.0
    for part, value in two["cost_breakdown_per_kwh"].items():
        assert value == pytest.approx(two["cost_breakdown_usd_per_kwh"][part] * rate, rel=1e-12)


@pytest.mark.parametrize(
    ("option", "value", "key"),
    [
        ("--deck", "reference_2022", "deck"),
        ("--region", "USA", "region"),
        ("--format", "pouch_EV", "format"),
        ("--volume", "5 GWh/year", "volume_gwh_per_year"),
        ("--pack-energy", "50000 Wh", "pack_energy_kwh"),
        ("--year", "2023", "currency"),
    ],
)
def test_every_option_changes_the_answer(run, option, value, key):
    base = run("compare", "LFP", "--json").answer
    changed = run("compare", "LFP", "--json", option, value).answer
    assert base[key] != changed[key]
    costs = ("cell_cost_usd_per_kwh", "pack_cost_usd_per_kwh")
    assert [base["rows"][0][c] for c in costs] != [changed["rows"][0][c] for c in costs]


def test_text_of_compare_has_units_marks_and_their_meaning(run):
    text = run("compare", *FOUR).out
    assert "costs in USD_2025" in text.splitlines()[0]
    for unit in ("Wh/kg", "Wh/L", "USD_2025/kWh", "g/kWh"):
        assert unit in text
    assert "rests on: ~ 22/101 means" in text
    assert text.count("~") == 1 + len(FOUR)
    assert "research and development" in text
    assert "gsa" not in text
    assert "Deck quotes_2026-06: " in text
    assert "A plant elsewhere buys at these prices, without freight or duty." in text
    assert all(len(line) < 130 for line in text.splitlines() if not line.endswith("."))


@pytest.mark.parametrize("command", ["compare", "minerals"])
def test_json_carries_its_inputs_and_sources(run, command):
    answer = run(command, "LFP", "--json").answer
    assert answer["year"] == 2025
    inputs = {row["key"]: row["value"] for row in answer["inputs"]}
    assert inputs["deck"] == "quotes_2026-06"
    assert inputs["volume"] == "30 GWh/year"
    assert len(answer["sources"]) > 5
    assert all(row["source"] and row["title"] for row in answer["sources"])


def test_minerals(run):
    answer = run("minerals", "NMC811", "ASSB-sulfide-Li", "--json").answer
    liquid, solid = answer["rows"]
    assert liquid["elements_g_per_kwh"]["Ni"] > 300
    assert solid["elements_g_per_kwh"]["S"] > 50
    for row in answer["rows"]:
        for entry in row["elements"]:
            name = entry["element"]
            parts = sum(part["in_cell_g_per_kwh"] for part in entry["components"])
            assert parts == pytest.approx(row["elements_g_per_kwh"][name], rel=1e-9)
        for name, grams in row["elements_g_per_kwh"].items():
            assert row["elements_bought_g_per_kwh"][name] >= grams
    text = run("minerals", "NMC811").out
    assert "Bought, yield losses included" in text
    assert "EU_2023" in text


def test_check_prints_the_census(run):
    answer = run("check", "--json").answer
    total = answer["total"]
    shares = [total[f"{basis}_percent"] for basis in ("measured", "reported", "derived", "assumed")]
    assert sum(shares) == pytest.approx(100.0)
    assert total["numbers"] > 1000
    assert "sources registered" in run("check").out


def test_scenario_file_and_options_over_it(run, tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text("name: Mine\nchemistries: [LFP]\npack: {energy: 60 kWh, power: 100 kW}\n")
    base = run("compare", "--scenario", str(file), "--json").answer
    assert (base["scenario"], base["pack_energy_kwh"]) == ("Mine", 60.0)
    over = run(
        "compare", "NCA", "--scenario", str(file), "--pack-energy", "80 kWh", "--json"
    ).answer
    assert [row["chemistry"] for row in over["rows"]] == ["NCA"]
    assert over["pack_energy_kwh"] == 80.0
    assert run("compare", "--scenario", str(file)).out.startswith("Mine: deck")


def test_the_example_scenarios_answer(run, root):
    answer = run("compare", "--scenario", str(root / "examples" / "compare.yaml"), "--json").answer
    assert [row["chemistry"] for row in answer["rows"]] == list(FOUR)
    assert answer["currency"] == "EUR_2025"


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("command", ["chemistries", "compare", "minerals", "check"])
def test_out_writes_every_format(run, tmp_path, command, ending):
    names = ["LFP", "NMC811"] if command in ("compare", "minerals") else []
    path = tmp_path / f"answer{ending}"
    done = run(command, *names, "--json", "--out", str(path))
    assert done.code == 0
    assert done.err == f"battcalc: written to {path}\n"
    content = path.read_bytes()
    if ending == ".json":
        assert json.loads(content) == done.answer
    elif ending == ".csv":
        rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        assert len(rows) >= 20
    elif ending == ".parquet":
        table = pq.read_table(path)
        assert table.num_rows >= 20
        assert table.schema.metadata[b"data_version"].decode() == done.answer["data_version"]
    else:
        assert "about" in CalamineWorkbook.from_path(path).sheet_names


def test_workbook_of_a_comparison_holds_numbers_inputs_notes_and_sources(run, tmp_path):
    path = tmp_path / "costs.xlsx"
    answer = run("compare", "LFP", "NMC811", "--json", "--out", str(path)).answer
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == [
        "comparison", "cost_by_component", "cost_by_step", "bill_of_materials", "elements",
        "prices", "notes", "inputs", "sources", "records", "about",
    ]  # fmt: skip
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    head, *rows = sheets["comparison"]
    table = [dict(zip(head, row, strict=True)) for row in rows]
    cost = {r["chemistry"]: r["value"] for r in table if r["item"] == "cell cost"}
    for row in answer["rows"]:
        assert cost[row["chemistry"]] == pytest.approx(row["cell_cost_usd_per_kwh"], rel=1e-14)
    assert ["deck", "quotes_2026-06"] in sheets["inputs"]
    cited = {name for row in table for name in row["sources"].split()}
    assert cited == {row[0] for row in sheets["sources"][1:]}
    assert all(row[1] and row[2] and row[5] for row in sheets["sources"][1:])


def test_tidy_csv_has_a_unit_beside_every_value(run, tmp_path):
    path = tmp_path / "costs.csv"
    assert run("compare", "LFP", "--out", str(path)).code == 0
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    assert {row["table"] for row in rows} == {
        "comparison", "cost_by_component", "cost_by_step", "bill_of_materials", "elements",
        "prices", "about", "inputs", "sources",
    }  # fmt: skip
    values = [row for row in rows if row["table"] not in ("about", "inputs", "sources")]
    texts = {(row["table"], row["key"]): row["text"] for row in rows if row not in values}
    for key, text in (("deck", "quotes_2026-06"), ("region", "CHN"), ("year", "2025"),
                      ("volume", "30 GWh/year"), ("format", "prismatic_EV")):  # fmt: skip
        assert texts["inputs", key] == text
    assert texts["about", "data_version"]
    cited = {name for row in values for name in row["sources"].split()}
    assert cited == {key for table, key in texts if table == "sources"}
    assert all(texts["sources", name] for name in cited)
    for row in values:
        float(row["value"])
        assert row["unit"]
        assert row["basis"] in ("measured", "reported", "derived", "assumed")
        assert row["sources"]


def test_reference_runs_cases_and_writes_them_back(run, tmp_path):
    cases = tmp_path / "cases.csv"
    couple = "NMC811-G (Energy)"
    cases.write_text(f"case,couple,energy_kwh\nbase,{couple},100\nsmall,{couple},60\n")
    done = run("reference", str(cases), "--json", "--out", str(tmp_path / "out.csv"))
    assert done.code == 0, done.err
    rows = done.answer["rows"]
    assert [row["case"] for row in rows] == ["base", "small"]
    assert rows[0]["pack_mass_kg"] > rows[1]["pack_mass_kg"] > 100
    assert "pack_mass_kg" in (tmp_path / "out.csv").read_text()
    assert done.answer["currency"] == "USD_2022"
    assert done.answer["data_version"] == run("check", "--json").answer["data_version"]
    text = run("reference", str(cases))
    assert "cell_mass_g" in text.out
    assert "USD_2022" in text.out


def test_reference_tells_its_columns_and_the_nearest_one(run, tmp_path, root):
    text = run("reference", "--help").out
    lines = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
    assert lines["energy_kwh"] == ["kWh", "100.0"]
    assert lines["electrolyte_usd_per_l"][0] == "USD_2022/L"
    assert lines["couple"] == ["text", "needed"]
    page = (root / "docs" / "reference.md").read_text(encoding="utf-8")
    assert page == reference_page(), "python -m calculator.listing > docs/reference.md"
    cases = tmp_path / "cases.csv"
    cases.write_text("couple,Energy_kWh\nx,1\n")
    assert "did you mean 'energy_kwh'" in run("reference", str(cases)).sentence


def test_prices_of_ones_own_lie_over_the_shipped_ones_and_are_shown_as_such(run, tmp_path):
    own = tmp_path / "mine.csv"
    own.write_text("item,value,unit\ngraphite,20,USD_2025/kg\n")
    base = run("compare", "LFP", "--json").answer
    mine = run("compare", "LFP", "--json", "--overlay", str(own)).answer
    assert mine["data_version"].startswith(base["data_version"])
    assert mine["data_version"] != base["data_version"]
    assert mine["scenario_hash"] != base["scenario_hash"]
    (before,), (after,) = base["rows"], mine["rows"]
    assert (before["own_data"], after["own_data"]) == (False, True)
    assert after["cell_cost_usd_per_kwh"] > before["cell_cost_usd_per_kwh"]
    assert "graphite: your own price." in run("compare", "LFP", "--overlay", str(own)).out


def test_a_name_like_a_formula_is_text_in_every_file(run, tmp_path, root):
    shipped = (root / "materials_db" / "data" / "chemistries" / "LFP.yaml").read_text()
    evil = '=HYPERLINK("http://x","y")'
    own = tmp_path / "own.yaml"
    own.write_text(shipped.replace("name: lithium iron phosphate, graphite", f"name: '{evil}'"))
    for ending in (".csv", ".xlsx"):
        path = tmp_path / f"costs{ending}"
        assert run("compare", str(own), "--out", str(path)).code == 0
        if ending == ".csv":
            rows = list(csv.DictReader(io.StringIO(path.read_text(), newline="")))
            assert {row["name"] for row in rows if row["name"]} == {f"'{evil}"}
        else:
            with zipfile.ZipFile(path) as book:
                sheets = [book.read(name) for name in book.namelist() if "worksheets" in name]
            assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)
            rows = CalamineWorkbook.from_path(path).get_sheet_by_name("comparison").to_python()
            assert rows[1][1] == evil
