"""The robust plan: closed forms on two suppliers, bounds that must hold, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from calculator.errors import InputError
from calculator.shocks.event import Effect, Event
from calculator.shocks.robust import robust_plan
from calculator.shocks.robust_network import Spot
from calculator.shocks.robust_rules import Limits
from calculator.shocks.stock_terms import StockTerms
from calculator.shocks.touched import phases, stocked_goods
from calculator.sourcing import Arc, Ban, Commodity, Demand, Network, Node, ShareCap, Supply, solve

START = date(2026, 11, 22)
NEED = 3650.0  # 10 a day


def two_suppliers(near=6.0, far=8.0, value=0.0):
    """Graphite from China or Mozambique to a plant in Germany; 10 units a day."""
    return Network(
        commodities=(Commodity("graphite", "kg", "graphite", "refining"),),
        nodes=(Node("C", "CHN", "Alpha"), Node("M", "MOZ"), Node("D", "DEU")),
        supplies=(
            Supply("C", "graphite", near, 5000.0, id="China"),
            Supply("M", "graphite", far, 5000.0, id="Mozambique"),
        ),
        arcs=(
            Arc("C", "D", "graphite", customs_value_per_unit=value),
            Arc("M", "D", "graphite", customs_value_per_unit=value),
        ),
        demands=(Demand("D", "graphite", NEED, exact=True, id="plant"),),
        currency="USD_2025",
    )


def stop(days=365, probability=0.1, **effect):
    """China stops its exports of graphite."""
    what = Effect(**{"material": "graphite", "origins": ("CHN",), "cut": 1.0, **effect})
    return Event("stop", "China stops", START, days, (what,), probability=probability)


def terms(shortage=60.0, **changed):
    given = {"holding_per_year": 0.08, "shortage_cost_per_kwh": shortage, "start": START}
    return StockTerms(**{**given, **changed})


# --- closed form ---------------------------------------------------------------------------


@pytest.mark.parametrize("probability", [0.01, 0.02, 0.05, 0.4])
@pytest.mark.parametrize("days", [365, 73])
@pytest.mark.parametrize("cut", [1.0, 0.5])
def test_a_second_contract_pays_where_what_it_spares_is_more(probability, days, cut):
    """No stock: share y from the far source costs (far - near) y while quiet, spares in the event.

    With w = probability x days / 365 a unit of y costs (1 - w)(far - near) + w (far - v) + w
    (1 - cut)(v - near), v = near + shortage cost being what a unit that is short costs.
    """
    near, far, shortage = 6.0, 8.0, 60.0
    network = two_suppliers(near, far)
    found = robust_plan((network, ()), [stop(days, probability, cut=cut)], terms(shortage))
    w, v = probability * days / 365, near + shortage
    slope = (1 - w) * (far - near) + w * (far - v) + w * (1 - cut) * (v - near)
    none = (1 - w) * near + w * ((1 - cut) * near + cut * v)
    assert found.of_cheapest == pytest.approx(NEED * none)
    assert found.recourse == pytest.approx(NEED * (none + min(slope, 0.0)))
    assert found.premium == pytest.approx(NEED * (far - near) if slope < 0 else 0.0, abs=1e-6)
    assert found.plan.certificate.ok


def test_values_of_information_of_two_suppliers():
    """Known beforehand: China alone in quiet years, Mozambique alone in a year without it."""
    near, far, shortage, p = 6.0, 8.0, 60.0, 0.1
    found = robust_plan((two_suppliers(near, far), ()), [stop(365, p)], terms(shortage))
    recourse = min(far, (1 - p) * near + p * (near + shortage))
    assert found.recourse == pytest.approx(NEED * recourse)
    assert found.wait_and_see == pytest.approx(NEED * ((1 - p) * near + p * far))
    assert found.perfect_information == pytest.approx(NEED * (1 - p) * (far - near))
    assert found.stochastic_solution >= -1e-6
    assert found.of_cheapest == pytest.approx(NEED * ((1 - p) * near + p * (near + shortage)))


@pytest.mark.parametrize("probability", [0.005, 0.05])
def test_a_stock_instead_of_a_second_contract(probability):
    """73 days without China: a stock at 10 a unit against Mozambique all the year."""
    network = two_suppliers(6.0, 8.0, value=10.0)
    found = robust_plan((network, ()), [stop(73, probability)], terms())
    stock = 730 * 10.0 * 0.08
    w = probability * 73 / 365
    spared = w * NEED * (6.0 + 60.0 - 10.0)  # what is drawn is bought again at 10
    pays = stock < spared
    assert (len(found.stocks) == 1) == pays
    if pays:
        row = found.stocks[0]
        assert (row.days, row.quantity) == (pytest.approx(73.0), pytest.approx(730.0))
        assert row.purchase == pytest.approx(7300.0)
        assert found.premium == pytest.approx(stock)
        assert found.events[0].lost_robust == pytest.approx(0.0, abs=1e-6)
    assert found.events[0].lost_cheapest == pytest.approx(730.0)


def test_a_spot_market_beside_the_contracts():
    """A tenth of Mozambique's capacity at half again its price: 500 a year where it is needed."""
    spot = Spot(0.1, 0.5)
    found = robust_plan((two_suppliers(), ()), [stop(365, 0.01)], terms(), spot)
    assert found.events[0].lost_robust == pytest.approx(NEED - 500.0)
    bought = [row for row in found.plan.sources if row.id.startswith("supply spot: Mozambique")]
    assert [row.quantity for row in bought] == [pytest.approx(500.0)]
    assert bought[0].unit_cost == pytest.approx(0.01 * 8.0 * 1.5)
    # the source that the event stops sells nothing on the spot either
    assert not any("spot: China" in row.id for row in found.plan.sources)


def test_no_spot_purchase_while_all_is_quiet():
    """Both suppliers together cannot give more than their contracts in the quiet state."""
    network = two_suppliers()
    tight = tuple(replace(supply, capacity=NEED / 2) for supply in network.supplies)
    found = robust_plan(
        (replace(network, supplies=tight), ()), [stop(100, 0.1)], terms(), Spot(0.9, 0.0)
    )
    assert found.premium == 0.0
    assert found.perfect_information >= 0.0


def test_a_licence_holds_all_back_and_then_lets_most_through():
    """Nothing for 73 days, 90 % for the 73 after."""
    event = stop(146, 0.001, cut=0.0, delay_days=73.0, refusal=0.1)
    found = robust_plan((two_suppliers(), ()), [event], terms())
    assert found.events[0].lost_cheapest == pytest.approx(730 * 1.1)


# --- bounds --------------------------------------------------------------------------------


def three_events():
    return [
        stop(120, 0.1),
        replace(stop(200, 0.05, cut=0.6), id="half"),
        replace(stop(60, 0.08, origins=("MOZ",)), id="other"),
    ]


@pytest.mark.parametrize("weight", [0.0, 0.6])
@pytest.mark.parametrize("value", [0.0, 10.0])
def test_waiting_is_never_dearer_and_the_mean_event_never_cheaper(weight, value):
    network = two_suppliers(value=value)
    found = robust_plan((network, ()), three_events(), terms(weight=weight, level=0.9))
    room = 1e-6 * found.recourse
    assert found.perfect_information >= -room
    assert found.stochastic_solution >= -room
    assert found.of_cheapest >= found.recourse - room
    assert found.premium >= -room


def test_an_eye_on_the_tail_never_makes_the_worst_year_worse():
    network = two_suppliers(far=20.0)
    worst = [
        max(
            e.extra_robust
            for e in robust_plan((network, ()), three_events(), terms(weight=w, level=0.95)).events
        )
        for w in (0.0, 0.5, 1.0)
    ]
    assert worst[0] >= worst[1] - 1e-6 and worst[1] >= worst[2] - 1e-6
    assert worst[0] > worst[2]


def test_rules_hold_in_the_quiet_state_and_contracts_are_told_by_country():
    rule = ShareCap("at most 70 % China", 0.7, country="CHN")
    found = robust_plan((two_suppliers(), (rule,)), [stop(365, 0.4)], terms())
    shares = {row.country: (row.cheapest, row.robust) for row in found.contracts}
    assert shares["CHN"] == (pytest.approx(0.7), pytest.approx(0.0))
    assert shares["MOZ"] == (pytest.approx(0.3), pytest.approx(1.0))


def test_a_cap_on_shares_does_not_stop_the_suppliers_that_are_left():
    """At most 60 % each while quiet: without China, Mozambique's part goes on, all of the rest."""
    rule = ShareCap("none above 60 %", 0.6, country="each")
    found = robust_plan((two_suppliers(), (rule,)), [stop(365, 0.4)], terms())
    shares = {row.country: row.robust for row in found.contracts}
    assert shares == {"CHN": pytest.approx(0.4), "MOZ": pytest.approx(0.6)}
    assert found.events[0].lost_robust == pytest.approx(0.4 * NEED)
    ban = Ban("nothing from Mozambique", country="MOZ")
    found = robust_plan((two_suppliers(), (ban,)), [stop(365, 0.4)], terms(), Spot(0.5, 0.1))
    assert found.events[0].lost_robust == pytest.approx(NEED)


def test_expected_cost_is_that_of_the_years():
    """RP = sum over kinds of year, by their chance, of the cost of each."""
    found = robust_plan((two_suppliers(value=10.0), ()), three_events(), terms())
    quiet = 1.0 - sum(e.probability for e in found.events)
    extra = sum(e.probability * e.extra_robust for e in found.events)
    expected = quiet * found.quiet_cost + (1 - quiet) * found.cheapest_cost + extra
    assert found.recourse == pytest.approx(expected)


# --- what an event touches -----------------------------------------------------------------


def left(network, **effect):
    """Factor on each lane and each source in the last phase."""
    last = phases(network, [stop(100, **effect)], 365.0)[-1]
    return last.lane.tolist(), last.source.tolist()


def test_exports_and_output_and_who_is_exempt():
    network = two_suppliers()
    assert left(network) == ([0.0, 1.0], [1.0, 1.0])
    assert left(network, cut=0.25) == ([0.75, 1.0], [1.0, 1.0])
    assert left(network, reach="output") == ([1.0, 1.0], [0.0, 1.0])
    assert left(network, exempt=("EUU",))[0] == [1.0, 1.0]
    assert left(network, exempt=("Alpha",))[0] == [1.0, 1.0]
    assert left(network, destinations=("JPN",))[0] == [1.0, 1.0]
    assert left(network, destinations=("DEU",))[0] == [0.0, 1.0]
    assert left(network, owners=("Beta",))[0] == [1.0, 1.0]
    assert left(network, material="cobalt")[0] == [1.0, 1.0]
    assert left(network, stage="mining")[0] == [1.0, 1.0]
    assert left(network, origins=())[0] == [0.0, 0.0]
    found = phases(network, [stop(100, cut=0.5, delay_days=30.0, refusal=0.2)], 365.0)
    assert [(p.days, p.lane[0]) for p in found] == [(30.0, 0.0), (70.0, pytest.approx(0.4))]
    assert stocked_goods(network, found) == {"graphite": ("D",)}


def test_within_the_union_nothing_is_exported():
    network = two_suppliers()
    nodes = (replace(network.nodes[0], country="POL"), *network.nodes[1:])
    lanes, _ = left(replace(network, nodes=nodes), origins=("POL",))
    assert lanes == [1.0, 1.0]


def test_contracts_are_met_or_missed():
    from calculator.shocks.robust_rules import FirmContracts

    layout = two_suppliers().layout
    rule = FirmContracts("firm", Limits(np.array([1]), np.array([0]), np.array([0.5])))
    x = np.zeros(layout.n)
    x[:2] = (10.0, 4.0)
    assert rule.residual(layout, x) <= 0
    x[1] = 6.0
    assert rule.residual(layout, x) == pytest.approx(1.0)


# --- refused -------------------------------------------------------------------------------


def test_what_cannot_be_planned_for():
    network = two_suppliers()
    with pytest.raises(InputError, match="touches a flow that this plan could use"):
        robust_plan((network, ()), [stop(material="cobalt")], terms())
    with pytest.raises(InputError, match="has no probability"):
        robust_plan((network, ()), [replace(stop(), probability=None)], terms())
    with pytest.raises(InputError, match="there is no event to plan for"):
        robust_plan((network, ()), [], terms())
    short = replace(
        network, demands=(replace(network.demands[0], amount=20_000.0, limit=20_000.0),)
    )
    assert solve(short).status == "infeasible"
    with pytest.raises(InputError, match="without any event it is infeasible"):
        robust_plan((short, ()), [stop()], terms())
