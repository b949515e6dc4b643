"""Tidy tables to charts, drawn without any network and safe for colour blindness."""

from calculator.figures.amounts import amount_bars
from calculator.figures.bands import band_bars
from calculator.figures.bridge import cost_bridge
from calculator.figures.chart import OTHER, PALETTE, Chart, spoken, written
from calculator.figures.contracts import contract_bars
from calculator.figures.costs import COST_GROUPS, MODEL_BAND, cost_bars, cost_groups, group_of
from calculator.figures.countries import mix_bars, mix_colours, pass_through_dots, share_bars
from calculator.figures.cover import cover_bars, coverage_bars
from calculator.figures.duties import duty_heat_map, duty_steps, producer_bars
from calculator.figures.front import pareto_front
from calculator.figures.minerals import element_heat_map, mineral_bars
from calculator.figures.mitigation import mitigation_bars
from calculator.figures.outage import outage_heat_map
from calculator.figures.sankey import country_colours, mix_sankey
from calculator.figures.timeline import Span, shock_timeline
from calculator.figures.tornado import break_even_lines, index_bars, tornado_bars
from calculator.figures.waterfall import landed_waterfall
from calculator.figures.world_map import world_map

__all__ = [
    "COST_GROUPS",
    "MODEL_BAND",
    "OTHER",
    "PALETTE",
    "Chart",
    "Span",
    "amount_bars",
    "band_bars",
    "break_even_lines",
    "contract_bars",
    "cost_bars",
    "cost_bridge",
    "cost_groups",
    "country_colours",
    "cover_bars",
    "coverage_bars",
    "duty_heat_map",
    "duty_steps",
    "element_heat_map",
    "group_of",
    "index_bars",
    "landed_waterfall",
    "mineral_bars",
    "mitigation_bars",
    "mix_bars",
    "mix_colours",
    "mix_sankey",
    "outage_heat_map",
    "pareto_front",
    "pass_through_dots",
    "producer_bars",
    "share_bars",
    "shock_timeline",
    "spoken",
    "tornado_bars",
    "world_map",
    "written",
]
