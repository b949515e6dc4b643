"""Workbooks of ten scenarios, recalculated once by a spreadsheet without a screen."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from calculator.scenario import Scenario, make_scenario
from calculator.workbook import workbook_bytes
from calculator.workbook.results import TITLES
from materials_db.load import load_database
from materials_db.substitute import record_key

DAY = date(2026, 11, 23)
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
oor:op="fuse"><value>0</value></prop></item></oor:items>"""
"""Setting of the spreadsheet: recalculate a file on load, whatever values it holds."""

SCENARIOS: Mapping[str, Scenario] = {
    name: make_scenario({"name": name, **asked}, name)
    for name, asked in {
        "default": {"chemistries": ["LFP", "NMC811"]},
        "semi_solid": {
            "chemistries": ["SSL-Ni95-Si"], "format": "pouch_EV", "region": "DEU",
            "currency": "EUR", "volume": "12 GWh/year",
        },
        "solid": {
            "chemistries": ["ASSB-sulfide-Li", "ASSB-oxide-Li"], "format": "pouch_EV",
            "region": "JPN", "currency": "JPY", "year": 2024,
        },
        "cylinders": {
            "chemistries": ["NCA-Si"], "format": "cylindrical_21700", "region": "USA",
            "pack": {"energy": "100 kWh", "voltage": "400 V"},
        },
        "sodium": {
            "chemistries": ["Na-NFM"], "format": "prismatic_wound_EV", "currency": "CNY",
            "year": 2026, "volume": "100 GWh/year",
        },
        "blade": {
            "chemistries": ["LMFP"], "format": "blade_EV", "region": "KOR", "currency": "KRW",
        },
        "reference_deck": {
            "chemistries": ["NMC622"], "deck": "reference_2022", "region": "USA", "year": 2022,
        },
        "scaled": {
            "chemistries": ["ASSB-sulfide-AF"], "deck": "scale_2030", "region": "HUN",
            "currency": "HUF",
        },
        "slow_charge": {
            "chemistries": ["LMO"], "format": "cylindrical_4680", "deck": "average_2023",
            "pack": {"energy": "45 kWh", "power": "90 kW", "fast_charge": False},
        },
        "polymer": {
            "chemistries": ["ASSB-polymer-LFP"], "deck": "average_2025", "region": "CAN",
            "currency": "CAD", "volume": "2 GWh/year",
        },
    }.items()
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One input of a workbook set to another value."""

    scenario: str
    key: str
    """Place of the record, as ``materials_db.substitute.record_key`` gives it."""
    factor: float


@dataclass(frozen=True)
class Recalculated:
    """A workbook as a spreadsheet recalculated it."""

    path: Path

    def rows(self, sheet: str) -> list[list[object]]:
        """Cells of a sheet."""
        book = CalamineWorkbook.from_path(str(self.path))
        return book.get_sheet_by_name(sheet).to_python()

    @property
    def status(self) -> object:
        """What the results say of the workbook."""
        return self.rows("Results")[1][0]

    @cached_property
    def results(self) -> dict[tuple[str, str, str, str], float]:
        """Every figure by title of its block, item, unit and chemistry."""
        found: dict[tuple[str, str, str, str], float] = {}
        title, names = "", []
        for row in self.rows("Results"):
            if row[0] in TITLES.values():
                title = str(row[0])
            elif row[0] == "item":
                names = [str(one) for one in row[2:] if one]
            elif title:
                for name, value in zip(names, row[2:], strict=False):
                    if value != "":
                        found[title, str(row[0]), str(row[1]), name] = value
        return found


@pytest.fixture(scope="session")
def db():
    return load_database()


@pytest.fixture(scope="session")
def exported(db) -> dict[str, bytes]:
    """Files of the ten scenarios."""
    return {name: workbook_bytes(db, one, DAY) for name, one in SCENARIOS.items()}


@pytest.fixture(scope="session")
def recalculated(exported, changes, tmp_path_factory) -> dict[str, Recalculated]:
    """All files and all changed files without stored values, recalculated in one call."""
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("soffice is missing: workbooks cannot be recalculated")
        pytest.skip("no soffice on this machine")
    folder = tmp_path_factory.mktemp("workbooks")
    files = {name: folder / f"{name}.xlsx" for name in (*exported, *changes)}
    for name, path in files.items():
        content = exported[changes[name].scenario if name in changes else name]
        path.write_bytes(content)
        edit(path, changes.get(name))
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    subprocess.run(
        [program, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx",
         "--outdir", str(out), *map(str, files.values())],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return {name: Recalculated(out / path.name) for name, path in files.items()}


def edit(path: Path, change: Change | None) -> None:
    """Empty every stored value of a formula, and set one input to another value."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    row = _row_of(path, change.key) if change else 0
    for name, content in parts.items():
        if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
            text = re.sub(r"</f><v>[^<]*</v>", "</f>", content.decode())
            if change and name == "xl/worksheets/sheet2.xml":
                cell = re.compile(rf'(<c r="B{row}"[^>]*><v>)([^<]*)(</v>)')
                scaled = lambda m: f"{m[1]}{float(m[2]) * change.factor!r}{m[3]}"  # noqa: E731
                text, count = cell.subn(scaled, text)
                assert count == 1
            parts[name] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _row_of(path: Path, key: str) -> int:
    """Row of the input of a record, counted from one."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Inputs").to_python()
    heads = rows[0]
    (found,) = (
        k for k, row in enumerate(rows, start=1) if row[heads.index("record or setting")] == key
    )
    return found


@pytest.fixture(scope="session")
def changes(db) -> dict[str, Change]:
    """Changes of inputs, by name of the file."""
    price = _key(db.prices, item="LFP", deck="quotes_2026-06")
    electricity = _key(db.regions, country="DEU", factor="electricity")
    cell_yield = _key(db.yields, process="sulfide_lithium", item="cell")
    voltage = record_key(db.chemistries["NCA-Si"].average_voltage)
    return {
        "price": Change("default", price, 1.37),
        "electricity": Change("semi_solid", electricity, 0.6),
        "yield": Change("solid", cell_yield, 0.97),
        "areal": Change("blade", _areal(db, "LMFP"), 1.001),
        "other_counts": Change("cylinders", voltage, 1.1),
        "other_way": Change("reference_deck", "calculator.process.CellPlant.large_cell_ah", 1e3),
        "negative": Change("polymer", _areal(db, "ASSB-polymer-LFP"), -1.0),
    }


def _key(rows, **texts) -> str:
    (found,) = (
        row for row in rows if all(getattr(row, name) == text for name, text in texts.items())
    )
    return record_key(found)


def _areal(db, chemistry: str) -> str:
    return record_key(db.chemistries[chemistry].positive.coating.areal_capacity)
