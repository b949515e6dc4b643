"""Shocks: events, the stress test of a plan, stockpiles and plans made to withstand them."""

from calculator.shocks.availability import availability, price_rises
from calculator.shocks.avoid import cover_that_avoids, second_source_that_avoids
from calculator.shocks.chain import Chain, Lane, Point, Spare
from calculator.shocks.compare import WayRow, compare_mitigations, options_of
from calculator.shocks.event import Effect, Event, with_size
from calculator.shocks.from_plan import chain_of
from calculator.shocks.from_shares import chain_of_shares
from calculator.shocks.mitigation import Alternative, Mitigation, Stock, Switch, mitigation_of
from calculator.shocks.outcome import Stress, Timeline
from calculator.shocks.replay import replay
from calculator.shocks.stress import stress_test

__all__ = [
    "Alternative",
    "Chain",
    "Effect",
    "Event",
    "Lane",
    "Mitigation",
    "Point",
    "Spare",
    "Stock",
    "Stress",
    "Switch",
    "Timeline",
    "WayRow",
    "availability",
    "chain_of",
    "chain_of_shares",
    "compare_mitigations",
    "cover_that_avoids",
    "mitigation_of",
    "options_of",
    "price_rises",
    "replay",
    "second_source_that_avoids",
    "stress_test",
    "with_size",
]
