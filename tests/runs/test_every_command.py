"""Every command's answer bears its run: on the screen as JSON, and in a file of every format."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from calculator import cli, export
from calculator.export import ENDINGS, PARTED, Report, report_bytes

EXAMPLES = "{root}/examples"
CALLS: dict[str, tuple[str, ...]] = {
    "chemistries": (),
    "breakeven": (
        "{tmp}/one.yaml",
        "--input",
        "price/LFP",
        "--target",
        "60",
        "--from",
        "1",
        "--to",
        "20",
    ),
    "check": (),
    "compare": ("LFP",),
    "diff": ("{tmp}/one.yaml", "{tmp}/two.yaml"),
    "explain": (f"{EXAMPLES}/network_suppliers.yaml",),
    "landed": ("bev", "--from", "CHN", "--to", "EUU", "--on", "2026-11-22"),
    "law": ("{tmp}/eu.yaml", "EU_CRMA", "--year", "2030", "--materials", "lithium"),
    "minerals": ("LFP",),
    "n1": ("--importer", "JPN", "--material", "lithium"),
    "optimise": (f"{EXAMPLES}/network_suppliers.yaml",),
    "package": ("{tmp}/package",),
    "pareto": (f"{EXAMPLES}/network_suppliers.yaml", "--points", "2"),
    "passport": ("{tmp}/one.yaml",),
    "policies": (
        "--on",
        "2026",
    ),
    "projects": (),
    "ranges": (f"{EXAMPLES}/network_suppliers.yaml",),
    "reference": ("{tmp}/cases.csv",),
    "sobol": ("{tmp}/one.yaml", "--samples", "8"),
    "stockpile": (f"{EXAMPLES}/stockpile.yaml",),
    "stress": (f"{EXAMPLES}/stress.yaml",),
    "tornado": ("{tmp}/one.yaml", "--only", "price"),
    "uncertainty": ("{tmp}/one.yaml", "--draws", "200"),
    "why": ("{tmp}/one.yaml", "cell cost LFP"),
}
"""A call of each command; a new command needs a line here."""
NO_ANSWER = {"app": "serves pages", "store": "keeps scenarios, each with the run it was saved with"}


def test_every_command_is_called():
    assert {*CALLS, *NO_ANSWER, "sweep"} == set(cli._COMMANDS)


def test_the_run_stands_on_a_sweep_and_on_each_of_its_parts(capsys, tmp_path: Path):
    asked = "scenario: {chemistries: [LFP]}\nvary: [{field: volume, values: [5 GWh/year]}]\n"
    (tmp_path / "sweep.yaml").write_text(asked)
    words = ["sweep", str(tmp_path / "sweep.yaml"), "--out", str(tmp_path / "parts"), "--json"]
    assert cli.main(words) == 0
    run = json.loads(capsys.readouterr().out)["run"]
    parts = list((tmp_path / "parts").glob("*.parquet"))
    assert parts
    assert {_in_parquet(part.read_bytes()) for part in parts} == {run}


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch, capsys, root: Path, tmp_path: Path):
    """What a command prints as JSON, and the report that it would write."""
    (tmp_path / "one.yaml").write_text("chemistries: [LFP]\n")
    (tmp_path / "two.yaml").write_text("chemistries: [LFP]\nregion: USA\n")
    (tmp_path / "eu.yaml").write_text("chemistries: [LFP]\nsourcing: {importer: EUU}\n")
    (tmp_path / "cases.csv").write_text("case,couple,energy_kwh\nbase,NMC811-G (Energy),100\n")
    written: list[Report] = []

    def keep(report: Report, path: Path | str) -> Path:
        written.append(report)
        return Path(path)

    monkeypatch.setattr(export, "write_report", keep)

    def call(command: str) -> tuple[dict[str, object], Report]:
        words = [word.format(root=root, tmp=tmp_path) for word in CALLS[command]]
        code = cli.main([command, *words, "--json", "--out", str(tmp_path / "x.json")])
        said = capsys.readouterr()
        assert code in (0, 1), said.err  # 1: no plan meets the rules, and that is the answer
        (report,) = written
        return json.loads(said.out), report

    return call


@pytest.mark.parametrize("command", sorted(CALLS))
def test_the_run_stands_on_every_answer_and_every_export(called, command: str):
    answer, report = called(command)
    run = answer["run"]
    assert isinstance(run, str)
    assert len(run) == 16
    parts = answer["run_of"]
    assert set(parts) == {"inputs", "data_version", "code_version", "solvers"}
    for ending in ENDINGS:
        assert _run_in(report, ending) == {run}, ending
    assert _run_in(report, PARTED) == {run}


def _run_in(report: Report, ending: str) -> set[object]:
    """The runs that a file of the format bears."""
    content = report_bytes(report, ending)
    if ending == ".json":
        return {json.loads(content)["run"]}
    if ending == ".csv":
        rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
        return {row["text"] for row in rows if (row["table"], row["key"]) == ("about", "run")}
    if ending == ".xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {row[1] for row in book.get_sheet_by_name("about").to_python() if row[0] == "run"}
    if ending == PARTED:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {_in_parquet(archive.read(name)) for name in archive.namelist()}
    return {_in_parquet(content)}


def _in_parquet(content: bytes) -> str:
    return str(pq.read_table(io.BytesIO(content)).schema.metadata[b"run"].decode())
