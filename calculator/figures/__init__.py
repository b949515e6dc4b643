"""Tidy tables to charts, drawn without any network and safe for colour blindness."""

from calculator.figures.amounts import amount_bars
from calculator.figures.chart import OTHER, PALETTE, Chart, spoken, written
from calculator.figures.costs import COST_GROUPS, MODEL_BAND, cost_bars, cost_groups, group_of
from calculator.figures.countries import mix_bars, pass_through_dots, share_bars
from calculator.figures.minerals import element_heat_map, mineral_bars

__all__ = [
    "COST_GROUPS",
    "MODEL_BAND",
    "OTHER",
    "PALETTE",
    "Chart",
    "amount_bars",
    "cost_bars",
    "cost_groups",
    "element_heat_map",
    "group_of",
    "mineral_bars",
    "mix_bars",
    "pass_through_dots",
    "share_bars",
    "spoken",
    "written",
]
