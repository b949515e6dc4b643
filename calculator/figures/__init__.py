"""Tidy tables to charts, drawn without any network and safe for colour blindness."""

from calculator.figures.amounts import amount_bars
from calculator.figures.bridge import cost_bridge
from calculator.figures.chart import OTHER, PALETTE, Chart, spoken, written
from calculator.figures.costs import COST_GROUPS, MODEL_BAND, cost_bars, cost_groups, group_of
from calculator.figures.countries import mix_bars, mix_colours, pass_through_dots, share_bars
from calculator.figures.front import pareto_front
from calculator.figures.minerals import element_heat_map, mineral_bars
from calculator.figures.sankey import country_colours, mix_sankey
from calculator.figures.world_map import world_map

__all__ = [
    "COST_GROUPS",
    "MODEL_BAND",
    "OTHER",
    "PALETTE",
    "Chart",
    "amount_bars",
    "cost_bars",
    "cost_bridge",
    "cost_groups",
    "country_colours",
    "element_heat_map",
    "group_of",
    "mineral_bars",
    "mix_bars",
    "mix_colours",
    "mix_sankey",
    "pareto_front",
    "pass_through_dots",
    "share_bars",
    "spoken",
    "world_map",
    "written",
]
