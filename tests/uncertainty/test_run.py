"""A whole simulation: against the scalar kernel, closed forms and itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytest import MonkeyPatch

from calculator.case import Request
from calculator.errors import InputError
from calculator.evaluation import compute, outputs, prepare
from calculator.numbers import FloatArray
from calculator.requests import request_for
from calculator.uncertainty import sampling
from calculator.uncertainty.distributions import from_uniform
from calculator.uncertainty.inputs import named_records, with_inputs
from calculator.uncertainty.jobs import chemistry_of, with_drawn
from calculator.uncertainty.run import Asked, Simulation, simulate
from calculator.uncertainty.sampling import sampler
from calculator.uncertainty.spreads import Spread
from calculator.uncertainty.summary import band, bands, pair, pairs
from calculator.uncertainty.volatility import Together, chance_of, measured_correlations
from materials_db.database import MaterialsDB

LITHIUM = "prices.csv:150"
PRICES = Asked(draws=2_000, groups=("price",))


def _requests(db: MaterialsDB, *names: str) -> list[Request]:
    return [request_for(db, name) for name in names]


def _scalar(db: MaterialsDB, found: Simulation, name: str, draw: int) -> dict[str, float]:
    """Outputs of one draw by the scalar kernel, the pack's whole counts as recorded."""
    request = request_for(db, name)
    case, *_ = prepare(db, request)
    pairs_used = measured_correlations(db)
    chance = chance_of(db, found.inputs)
    drawn = sampler(found.inputs, pairs_used, found.asked.draws, found.asked.seed, chance=chance)
    below = named_records(db, request)
    values = {
        one.key: float(drawn.column(one.key)[draw]) for one in found.inputs if one.key in below
    }
    other, *_ = prepare(*with_inputs(db, request, values))
    result = compute(replace(other, pack=case.pack))
    lithium = result.elements.in_cell_g_per_kwh("Li")
    told = {k: float(v) for k, v in outputs(result).items()}
    return {**told, "Li_g_per_kwh": float(lithium)}


@pytest.mark.parametrize("name", ["LFP", "NMC811", "ASSB-sulfide-Li"])
@pytest.mark.parametrize("draw", [0, 1_777, 3_999])
def test_a_draw_is_what_the_scalar_kernel_gives(
    db: MaterialsDB, three: Simulation, name: str, draw: int
) -> None:
    alone = _scalar(db, three, name, draw)
    for output, values in three.values[name].items():
        assert values[draw] == pytest.approx(alone[output], rel=1e-12), output


def test_recorded_values_are_the_nominal(db: MaterialsDB, three: Simulation) -> None:
    case, *_ = prepare(db, request_for(db, "LFP"))
    told = outputs(compute(case))
    assert {k: three.nominal["LFP"][k] for k in told} == pytest.approx(told, rel=1e-15)


def test_nothing_drawn_is_the_nominal(db: MaterialsDB) -> None:
    found = simulate(db, _requests(db, "LFP"), Asked(draws=100, groups=("request",)))
    assert found.inputs == ()
    for one in bands(found):
        assert one.p5 == one.p95 == one.mean == one.nominal
        assert one.sd == 0.0
    assert found.undrawn.fixed == ()


def test_the_same_seed_gives_the_same_draws_on_any_threads(db: MaterialsDB) -> None:
    asked = Asked(draws=1_500)
    first, again = (simulate(db, _requests(db, "LFP", "LMFP"), asked, n) for n in (1, 2))
    other = simulate(db, _requests(db, "LFP", "LMFP"), replace(asked, seed=2))
    for name, values in first.values.items():
        for output, drawn in values.items():
            assert np.array_equal(drawn, again.values[name][output])
            assert not np.array_equal(drawn, other.values[name][output])


def test_draws_do_not_depend_on_the_company(db: MaterialsDB, three: Simulation) -> None:
    alone = simulate(db, _requests(db, "LFP"), three.asked)
    for output, drawn in alone.values["LFP"].items():
        assert np.array_equal(drawn, three.values["LFP"][output])


def test_a_difference_is_sharper_than_the_levels(db: MaterialsDB) -> None:
    found = simulate(db, _requests(db, "NMC811", "NMC622"), Asked(draws=4_000))
    (apart,) = pairs(found, "cell_usd_per_kwh")
    one, other = (values["cell_usd_per_kwh"] for values in found.values.values())
    assert apart.sd < 0.5 * np.hypot(one.std(), other.std())
    assert apart.sd < one.std()
    assert apart.mean == pytest.approx(one.mean() - other.mean(), rel=1e-9)


# --- prices alone --------------------------------------------------------------------------


def test_the_matrix_product_equals_the_kernel(db: MaterialsDB) -> None:
    names = ("LFP", "NMC811", "ASSB-sulfide-Li", "Na-NFM")
    found = simulate(db, _requests(db, *names), PRICES)
    assert found.by_product == names
    chance = chance_of(db, found.inputs)
    drawn = sampler(found.inputs, measured_correlations(db), 2_000, PRICES.seed, chance=chance)
    for name in names:
        one = with_drawn(chemistry_of(db, request_for(db, name)), found.inputs)
        full = one.drawn({each.key: drawn.column(each.key) for each in one.inputs}, 2_000)
        for output, values in found.values[name].items():
            assert values == pytest.approx(full[output], rel=1e-11), (name, output)


def test_one_price_gives_its_own_quantiles(db: MaterialsDB) -> None:
    """Cost is a straight line in one price: its percentiles are those of the price on the line."""
    asked = replace(PRICES, horizon_months=0, draws=40_000, method="sobol")
    everything = simulate(db, _requests(db, "LFP"), replace(asked, draws=100))
    held = {
        one.key: Spread(one.value, one.value) for one in everything.inputs if one.key != LITHIUM
    }
    found = simulate(db, _requests(db, "LFP"), replace(asked, spreads=held))
    (lithium,) = found.inputs
    assert lithium.key == LITHIUM
    ends = np.array([lithium.low, lithium.high])
    request = request_for(db, "LFP")
    costs = [
        float(compute(prepare(*with_inputs(db, request, {LITHIUM: x}))[0]).cost.cell_usd_per_kwh)
        for x in ends
    ]
    slope = (costs[1] - costs[0]) / (ends[1] - ends[0])
    told = next(one for one in bands(found) if one.output == "cell_usd_per_kwh")
    for share, figure in ((0.05, told.p5), (0.5, told.p50), (0.95, told.p95)):
        price = from_uniform(lithium, np.array([share]))[0]
        assert figure == pytest.approx(costs[0] + slope * (price - ends[0]), rel=1e-4)


def test_a_fixed_coefficient_times_a_drawn_price_keeps_to_the_kernel(db: MaterialsDB) -> None:
    """Two drawn factors multiply: the fast path must see it and step aside."""
    share = "indexed_prices.csv:65"
    spreads = {share: Spread(0.8, 1.2)}
    found = simulate(db, _requests(db, "LFP"), replace(PRICES, spreads=spreads))
    assert share in {one.key for one in found.inputs}
    assert found.by_product == ()


# --- what the user gives -------------------------------------------------------------------


def test_own_ranges_replace_those_of_the_database(db: MaterialsDB) -> None:
    spreads = {LITHIUM: Spread(100_000.0, 300_000.0, "uniform")}
    found = simulate(db, _requests(db, "LFP"), replace(PRICES, spreads=spreads))
    lithium = next(one for one in found.inputs if one.key == LITHIUM)
    assert (lithium.low, lithium.high, lithium.spread) == (100_000.0, 300_000.0, "user")


def test_own_ranges_are_drawn_whatever_the_group(db: MaterialsDB) -> None:
    asked = Asked(draws=200, groups=("region",), spreads={"yields.csv:8": Spread(0.9, 0.98)})
    found = simulate(db, _requests(db, "LFP"), asked)
    assert {one.group for one in found.inputs} == {"region", "yield"}


def test_a_correlation_of_the_users_leaves_the_prices_as_they_are(db: MaterialsDB) -> None:
    pair = Together(LITHIUM, "yields.csv:8", 0.8)
    drawn = Asked(draws=3_000, groups=("price", "yield"))
    plain, tied = (
        simulate(db, _requests(db, "LFP"), replace(drawn, together=ties)) for ties in ((), (pair,))
    )
    columns = [
        {key: _column(db, found, key) for key in (LITHIUM, "prices.csv:153", "yields.csv:8")}
        for found in (plain, tied)
    ]
    for key in (LITHIUM, "prices.csv:153"):
        assert np.array_equal(columns[0][key], columns[1][key])
    ranks = [np.argsort(np.argsort(columns[1][key])) for key in (LITHIUM, "yields.csv:8")]
    assert np.corrcoef(ranks[0], ranks[1])[0, 1] == pytest.approx(
        0.786, abs=0.03
    )  # Spearman: 6/pi asin(r/2)


def _column(db: MaterialsDB, found: Simulation, key: str) -> FloatArray:
    pairs_used = (*measured_correlations(db), *found.asked.together)
    chance, asked = chance_of(db, found.inputs), found.asked
    return sampler(found.inputs, pairs_used, asked.draws, asked.seed, chance=chance).column(key)


def test_the_output_of_the_plant_can_be_drawn(db: MaterialsDB) -> None:
    key = "request/volume_gwh_per_year"
    asked = Asked(draws=500, groups=("request",), spreads={key: Spread(5.0, 100.0)})
    found = simulate(db, _requests(db, "LFP"), asked)
    assert [one.key for one in found.inputs] == [key]
    cost = found.values["LFP"]["cell_usd_per_kwh"]
    assert cost.min() < found.nominal["LFP"]["cell_usd_per_kwh"] < cost.max()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"draws": 10}, "10 draws asked for"),
        ({"spreads": {"prices.csv:0": Spread(1.0, 2.0)}}, "'prices.csv:0' is no number below"),
        ({"spreads": {LITHIUM: Spread(1.0, 2.0)}}, "1 to 2 does not hold 160939"),
        ({"spreads": {"request/speed": Spread(1.0, 2.0)}}, "request has no number 'speed'"),
        ({"groups": ("weather",)}, "unknown group 'weather'"),
        ({"elements": ("Xx",)}, "no chemistry asked for holds 'Xx'"),
        ({"horizon_months": 500}, "the horizon is 500 months"),
    ],
)
def test_a_mistake_is_one_sentence(
    db: MaterialsDB, asked: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        simulate(db, _requests(db, "LFP"), Asked(**asked))  # type: ignore[arg-type]


def test_two_of_one_name_are_told(db: MaterialsDB) -> None:
    with pytest.raises(InputError, match="two chemistries have the id 'LFP'"):
        simulate(db, _requests(db, "LFP", "LFP"))
    with pytest.raises(InputError, match="no chemistry to draw"):
        simulate(db, [])


def test_many_draws_come_in_parts(db: MaterialsDB, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "PART", 1_000)
    asked = Asked(draws=2_500)
    whole, again = (simulate(db, _requests(db, "LFP"), asked, n) for n in (1, 2))
    drawn = whole.values["LFP"]["cell_usd_per_kwh"]
    assert drawn.shape == (2_500,) and len(np.unique(drawn)) == 2_500
    assert np.array_equal(drawn, again.values["LFP"]["cell_usd_per_kwh"])


def test_every_shipped_chemistry_can_be_drawn(db: MaterialsDB) -> None:
    found = simulate(db, _requests(db, *db.chemistries), Asked(draws=300))
    for name, values in found.values.items():
        for output, drawn in values.items():
            assert np.all(drawn > 0), (name, output)


# --- what the draws say ----------------------------------------------------------------------


def test_a_band_of_known_draws() -> None:
    told = band("a", "cell_usd_per_kwh", np.arange(101.0), 20.0)
    assert (told.p5, told.p50, told.p95) == (5.0, 50.0, 95.0)
    assert told.mean == 50.0
    assert told.below_nominal == pytest.approx(20.5 / 101)


def test_odds_and_their_error() -> None:
    cheap, dear = np.array([1.0, 1.0, 1.0, 3.0]), np.full(4, 2.0)
    told = pair("cell_usd_per_kwh", "a", cheap, "b", dear)
    assert told.beats == 0.75
    assert told.standard_error == pytest.approx((0.75 * 0.25 / 4) ** 0.5)
    assert pair("specific_energy_wh_per_kg", "a", cheap, "b", dear).beats == 0.25
    assert pair("cell_usd_per_kwh", "a", dear, "b", dear).beats == 0.5


def test_prices_that_are_not_drawn_are_named(three: Simulation) -> None:
    assert "price of PVDF (quotes_2026-06)" in three.undrawn.fixed
    assert "price of LFP (quotes_2026-06)" in three.undrawn.following
    assert "price of lithium carbonate (quotes_2026-06)" not in three.undrawn.fixed
