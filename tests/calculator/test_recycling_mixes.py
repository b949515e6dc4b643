"""Recycling mixes of one sourcing question: content, floors, credits, what each mix costs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from calculator.errors import InputError
from calculator.recycling_mixes import (
    ALL_ROUTES,
    ALONE,
    FLOORED,
    NONE,
    RecyclingMix,
    mix_routes,
    recycling_mixes,
)
from calculator.scenario import Scenario, make_scenario
from calculator.sourcing import RecycledFloor
from calculator.sourcing.watch import CancelledError, Watch, watching
from calculator.supply.cathode_floor import CathodeFloor
from calculator.supply.streams import MANUFACTURING, POST_CONSUMER
from materials_db.database import MaterialsDB

Solved = Callable[..., dict[str, RecyclingMix]]
CLOSE = 1e-6


def question(*chemistries: str, demand: float = 30.0, **more: object) -> Scenario:
    names = list(chemistries or ("NMC811",))
    asked = {"importer": "EUU", "demand": f"{demand:g} GWh/year", "chemistries": names, **more}
    return make_scenario({"chemistries": names, "sourcing": asked}, file="test")


@pytest.fixture(scope="module")
def solved(db: MaterialsDB) -> Solved:
    """Mixes by name, each question solved once."""

    @cache
    def answer(
        year: int = 2031,
        discount: float | None = None,
        chemistries: tuple[str, ...] = ("NMC811",),
        demand: float = 30.0,
    ) -> dict[str, RecyclingMix]:
        found = recycling_mixes(db, question(*chemistries, demand=demand), year, discount)
        return {mix.name: mix for mix in found}

    return answer


def test_each_route_stands_alone_and_direct_only_with_a_discount(solved: Solved) -> None:
    without, having = solved(), solved(discount=0.2)
    usual = [NONE, ALONE["hydromet"], ALONE["pyromet"], ALONE["black_mass"], ALL_ROUTES, FLOORED]
    assert list(without) == usual
    assert set(having) - set(without) == {ALONE["direct"]}
    assert {c.route for mix in without.values() for c in mix.contents}.isdisjoint({"direct"})
    assert {c.route for c in having[ALONE["direct"]].contents} == {"direct", "primary"}
    for route, name in ALONE.items():
        if name in having:
            assert {line.route for line in having[name].lines} == {route}


@pytest.mark.parametrize("discount", [None, 0.2])
def test_no_recycling_is_never_cheaper_than_all_routes(
    solved: Solved, discount: float | None
) -> None:
    mixes = solved(discount=discount)
    free = mixes[ALL_ROUTES].cost_usd_per_kwh
    assert mixes[NONE].cost_usd_per_kwh > free + 1.0
    for mix in mixes.values():
        assert mix.cost_usd_per_kwh >= free - CLOSE * free


def test_contents_of_an_element_add_to_one(solved: Solved) -> None:
    for mix in solved(discount=0.2).values():
        for element in {c.element for c in mix.contents}:
            shares = [c.share for c in mix.contents if c.element == element]
            assert sum(shares) == pytest.approx(1.0)
            parts = [mix.recycled_share(element, waste) for waste in (MANUFACTURING, POST_CONSUMER)]
            assert sum(parts) == pytest.approx(mix.recycled_share(element))


def test_content_is_what_the_treated_feed_gives_back(solved: Solved) -> None:
    """Nickel of own scrap: kg treated x content x recovery, all of it used."""
    mix = solved()[ALONE["hydromet"]]
    (line,) = mix.lines
    (way,) = [
        t
        for t in mix.supply.treated.values()
        if (t.stream.kind, t.country, t.route) == (line.stream, line.country, line.route)
    ]
    recovered = next(out.kg_per_kg for out in way.outputs if out.item == "Ni")
    (scrap,) = [c for c in mix.contents if c.element == "Ni" and c.waste == MANUFACTURING]
    assert scrap.kg_per_year == pytest.approx(line.feed_kg_per_year * recovered)


def test_without_direct_recycling_content_is_that_of_the_rule(solved: Solved) -> None:
    mix = solved()[FLOORED]
    assert mix.plan.layout is not None
    for element, material in (("Ni", "nickel"), ("Co", "cobalt"), ("Li", "lithium")):
        rule = RecycledFloor("told", 0.0, material, "refining")
        level = rule.measure(mix.plan.layout, mix.plan.x)
        assert mix.recycled_share(element) == pytest.approx(level)


def test_a_directly_recycled_cathode_counts_with_what_it_holds(solved: Solved) -> None:
    """By hand: (R + D) / (T + D); the count at the refinery alone misses D."""
    mix = solved(discount=0.2)[ALONE["direct"]]
    refined = sum(r.quantity for r in mix.plan.sources if r.commodity == "nickel, refined")
    cathodes = sum(
        r.quantity for r in mix.plan.sources if r.commodity == "NMC811" and r.route == "direct"
    )
    (good,) = [c for c in mix.supply.network.commodities if c.id == "NMC811"]
    held = cathodes * good.contents["Ni"]
    assert held > 0
    assert mix.recycled_share("Ni") == pytest.approx(held / (refined + held))
    assert mix.plan.layout is not None
    alone = RecycledFloor("refinery", 0.0, "nickel", "refining")
    assert alone.measure(mix.plan.layout, mix.plan.x) == 0.0
    both = CathodeFloor("both", 0.0, "nickel", "refining", symbol="Ni")
    assert both.measure(mix.plan.layout, mix.plan.x) == pytest.approx(mix.recycled_share("Ni"))


def test_floors_of_the_year_are_met_where_they_are_rules_and_marked(solved: Solved) -> None:
    mixes = solved()
    assert mixes[NONE].floors == {"Li": 0.06, "Ni": 0.06, "Co": 0.16}
    assert [mixes[FLOORED].meets(e) for e in ("Li", "Ni", "Co")] == [True, True, True]
    assert [mixes[NONE].meets(e) for e in ("Li", "Ni", "Co")] == [False, False, False]
    assert [mixes[ALL_ROUTES].meets(e) for e in ("Li", "Ni", "Co")] == [True, True, False]
    assert mixes[NONE].meets("Cu") is None
    assert mixes[FLOORED].recycled_share("Co") == pytest.approx(0.16)


def test_the_floors_cost_what_the_free_mix_saves(solved: Solved) -> None:
    mixes = solved()
    told = mixes[FLOORED].cost_of_floors_usd_per_kwh
    assert told is not None
    assert told > 0
    assert told == pytest.approx(
        mixes[FLOORED].cost_usd_per_kwh - mixes[ALL_ROUTES].cost_usd_per_kwh
    )
    assert mixes[ALL_ROUTES].cost_of_floors_usd_per_kwh is None
    prices = mixes[FLOORED].floor_price_usd_per_kwh
    assert prices["Co"] > 0
    # convex: the price at the floor is at least the mean price of the points up to it
    points = 16.0 - 100 * mixes[ALL_ROUTES].recycled_share("Co")
    assert prices["Co"] >= told / points * (1 - CLOSE)
    assert prices["Ni"] == prices["Li"] == 0


def test_years_without_floors_leave_that_mix_out(solved: Solved) -> None:
    mixes = solved(year=2030)
    assert FLOORED not in mixes
    assert mixes[ALL_ROUTES].floors == {}
    assert mixes[ALL_ROUTES].meets("Ni") is None


@pytest.mark.parametrize("discount", [None, 0.2])
def test_costs_of_recycling_stand_once(solved: Solved, discount: float | None) -> None:
    """Feed, margin and process are the plan's recycling, sales its sales, collection freight."""
    for mix in solved(discount=discount).values():
        kinds = mix.plan.cost_by_kind
        bought = sum(
            line.feed_usd_per_year + line.margin_usd_per_year + line.process_usd_per_year
            for line in mix.lines
        )
        sold = sum(line.sales_usd_per_year for line in mix.lines)
        hauled = sum(line.collection_usd_per_year for line in mix.lines)
        assert bought == pytest.approx(kinds["recycling"], abs=1.0)
        assert sold == pytest.approx(-kinds["sales"], abs=1.0)
        assert hauled <= kinds["freight"] + 1.0
        whole = mix.recycling_usd_per_kwh * mix.supply.demand_kwh_per_year
        assert whole == pytest.approx(bought + hauled - sold, abs=1.0)


def test_floors_beyond_what_can_be_recycled_are_explained(solved: Solved) -> None:
    mix = solved(year=2036, demand=300.0)[FLOORED]
    assert not mix.solved
    assert mix.plan.status == "infeasible"
    assert any("'EU floor on recycled Co'" in text and "26" in text for text in mix.why)
    assert mix.contents == ()
    assert mix.lines == ()
    assert mix.cost_of_floors_usd_per_kwh is None
    assert mix.meets("Co") is None


def test_cells_without_an_element_have_no_floor_on_it(solved: Solved) -> None:
    mixes = solved(chemistries=("LFP",))
    assert mixes[FLOORED].floors == {"Li": 0.06}
    assert mixes[FLOORED].meets("Li")


def test_a_floor_on_an_element_no_chosen_cell_holds_has_no_mark(solved: Solved) -> None:
    mix = solved(chemistries=("LFP", "NMC811"))[FLOORED]
    assert sum(mix.chemistry_shares.values()) == pytest.approx(1.0)
    assert mix.chemistry_shares["LFP"] == pytest.approx(1.0)
    assert "Ni" in mix.floors
    assert mix.meets("Ni") is None


def test_own_rules_hold_in_every_mix_that_can_state_them(db: MaterialsDB) -> None:
    floor = {"rule": "recycled_floor", "name": "own", "material": "nickel", "limit": "20 %"}
    mixes = {m.name: m for m in recycling_mixes(db, question(rules=[floor]), 2030)}
    assert mixes[ALL_ROUTES].recycled_share("Ni") == pytest.approx(0.20)
    assert not mixes[NONE].solved
    assert any("'own'" in text for text in mixes[NONE].why)


def test_routes_are_those_of_the_importer(db: MaterialsDB) -> None:
    scenario = question("LFP", "NMC811")
    without, having = mix_routes(db, scenario), mix_routes(db, scenario, 0.2)
    assert set(without) == {"LFP", "NMC811"}
    assert {row.route for row in without["LFP"]} == {"hydromet", "pyromet", "black_mass"}
    assert {row.route for row in having["LFP"]} == {"hydromet", "pyromet", "direct", "black_mass"}
    assert {row.country for row in having["NMC811"]} == {"EUU"}


@pytest.mark.parametrize(
    ("year", "discount", "told"),
    [
        (1990, None, "year 1990 has no known floors; give 2020 to 2100"),
        (2031, 1.0, "direct discount 1 is out of bounds; give a fraction"),
        (2031, -0.1, "direct discount -0.1 is out of bounds"),
    ],
)
def test_what_will_not_do_is_one_sentence(
    db: MaterialsDB, year: int, discount: float | None, told: str
) -> None:
    with pytest.raises(InputError, match=told) as caught:
        recycling_mixes(db, question(), year, discount)
    assert "\n" not in str(caught.value)


def test_a_scenario_without_a_question_is_refused(db: MaterialsDB) -> None:
    silent = make_scenario({"chemistries": ["NMC811"]}, file="test")
    with pytest.raises(InputError, match="asks no sourcing question"):
        recycling_mixes(db, silent, 2031)
    with pytest.raises(InputError, match="asks no sourcing question"):
        mix_routes(db, silent)


def test_progress_is_told_and_a_stop_is_heeded(db: MaterialsDB) -> None:
    told: list[str] = []
    stop = Watch(told.append, lambda: len(told) > 2)
    with watching(stop), pytest.raises(CancelledError):
        recycling_mixes(db, question(), 2031)
    assert f"mix '{NONE}'" in told
