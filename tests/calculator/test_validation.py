"""docs/validation.md says what the calculator computes, and it stays near the market."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.calculator.validation import found, regions, solids, targets

PAGE = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells[1:]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("|-")
    for cells in ([cell.strip() for cell in line.strip("|").split("|")],)
}


def test_every_row_says_what_is_computed() -> None:
    for label, ours in targets().items():
        assert ROWS[label][2] == ours, label
    for label, cells in {**regions(), **solids()}.items():
        assert tuple(ROWS[label]) == cells, label


@pytest.mark.parametrize(
    ("chemistry", "deck", "year", "usd", "share"),
    [
        ("LFP", "average_2024", 2024, 49.0, 0.08),
        ("NMC811", "average_2024", 2024, 60.0, 0.08),
        ("NMC532", "average_2024", 2024, 57.0, 0.08),
        ("LFP", "average_2025", 2025, 42.0, 0.15),
        ("NMC532", "average_2025", 2025, 55.0, 0.10),
    ],
)
def test_chinese_cells_are_near_their_quotes(
    chemistry: str, deck: str, year: int, usd: float, share: float
) -> None:
    cost = found(chemistry, deck, year=year).cost
    assert cost.cell_usd_per_kwh == pytest.approx(usd, rel=share)
    assert cost.view("marginal") < usd


def test_packs_stand_in_the_order_of_the_survey() -> None:
    def pack(chemistry: str, region: str) -> float:
        return float(found(chemistry, "average_2025", region).cost.pack_usd_per_kwh)

    for chemistry in ("LFP", "NMC811"):
        assert pack(chemistry, "CHN") < pack(chemistry, "KOR") < pack(chemistry, "USA")
        assert (
            pack(chemistry, "CHN") * 1.15 < pack(chemistry, "DEU") < pack(chemistry, "CHN") * 1.56
        )
    assert pack("LFP", "CHN") < 81.0 < pack("LFP", "DEU")
