"""The examples of docs/own-data.md load as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xlsxwriter

from calculator.cli import main
from materials_db.load import load_chemistry, load_database, load_format
from materials_db.overlay import _DEFAULTS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "own-data.md").read_text(encoding="utf-8")
_SHEET = re.compile(r"[Ss]heet `(\w+)`:\n\n((?:\|.*\n)+)")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def _saved(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_price_holds_in_every_deck(tmp_path: Path) -> None:
    db = load_database(_saved(tmp_path / "prices.csv", _blocks("csv")[0]))
    for deck in db.decks:
        assert db.price("LFP", deck, "CHN").price.value == 5.5


def test_a_quote_with_vat_replaces_one_deck_and_region(tmp_path: Path) -> None:
    db = load_database(_saved(tmp_path / "prices.csv", _blocks("csv")[1]))
    found = db.price("lithium_carbonate", "average_2022", "CHN").price
    assert (found.value, found.vat, found.layer) == (400_000, "included", "overlay")
    assert db.price("lithium_carbonate", "average_2022", "USA").price.layer == "shipped"


def test_the_workbook_adds_a_material(tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    sheets = _SHEET.findall(PAGE)
    assert [name for name, _ in sheets] == ["prices", "materials", "properties"]
    with xlsxwriter.Workbook(path) as book:
        for name, table in sheets:
            sheet = book.add_worksheet(name)
            lines = [line.strip("|").split("|") for line in table.splitlines() if "---" not in line]
            for at, cells in enumerate(lines):
                sheet.write_row(at, 0, [cell.strip() for cell in cells])
    db = load_database(path)
    assert db.price("myLFP", "reference_2022").price.value == 4.2
    assert db.property("myLFP", "density").value == 3.55


def test_the_chemistry_and_the_format_load_either_way(tmp_path: Path) -> None:
    chemistry, cell_format = _blocks("yaml")
    own = _saved(tmp_path / "my_LFP.yaml", chemistry)
    can = _saved(tmp_path / "my_prismatic.yaml", cell_format)
    db = load_database()
    assert load_chemistry(db, str(own)).id == "my_LFP"
    assert load_format(db, str(can)).id == "my_prismatic"
    laid = load_database(tmp_path)
    assert (laid.chemistry("my_LFP").layer, laid.formats["my_prismatic"].layer) == ("overlay",) * 2


def test_the_commands_of_the_page_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _saved(tmp_path / "my_prices.csv", _blocks("csv")[0])
    _saved(tmp_path / "my_LFP.yaml", _blocks("yaml")[0])
    _saved(tmp_path / "my_prismatic.yaml", _blocks("yaml")[1])
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^battcalc (.*)$", PAGE, flags=re.MULTILINE)
    assert len(commands) == 2
    for command in (*commands, "compare my_LFP.yaml --format my_prismatic.yaml"):
        assert main(command.split()) == 0, capsys.readouterr().err
    assert "my_LFP" in capsys.readouterr().out


def test_the_page_lists_every_default() -> None:
    told = {
        word
        for row in re.findall(r"^\| (`.*?) \|", PAGE, flags=re.MULTILINE)
        for word in re.findall(r"`(\w+)`", row)
    }
    assert told == set(_DEFAULTS)
