"""Chains and events for the tests of shocks, written by hand or drawn."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from calculator.shocks import Chain, Effect, Event, Lane, Point

START = date(2026, 1, 1)
STAGES = ("mining", "refining", "active_material", "cell")


def one_point(per_day: float = 10.0, price: float = 2.0) -> Chain:
    """One good of two origins, which is the product."""
    lanes = (
        Lane("cell", "CHN", "DEU", None, "primary", 0.6),
        Lane("cell", "KOR", "DEU", None, "primary", 0.4),
    )
    point = Point("cell", "cell", "cell", "kWh", per_day, price)
    return Chain((point,), lanes, {}, {"cell": 1.0}, "USD_2025")


def line(origins: tuple[tuple[str, float], ...] = (("CHN", 0.7), ("AUS", 0.3))) -> Chain:
    """Mine, refinery, active material and cell in a row."""
    points = tuple(
        Point(stage, stage, stage, "kg", 100.0 * (k + 1), 3.0) for k, stage in enumerate(STAGES)
    )
    lanes = tuple(
        Lane(p.id, origin, "DEU", None, "primary", share)
        for p in points
        for origin, share in origins
    )
    recipe = {
        STAGES[k + 1]: {STAGES[k]: points[k].per_day / points[k + 1].per_day} for k in range(3)
    }
    return Chain(points, lanes, recipe, {"cell": 1.0}, "USD_2025")


def two_products() -> Chain:
    """Lithium for both cathodes, cobalt for one of them."""
    points = (
        Point("lithium", "lithium", "refining", "kg", 30.0, 10.0),
        Point("cobalt", "cobalt", "refining", "kg", 5.0, 30.0),
        Point("NMC", "cathode", "active_material", "kg", 100.0, 20.0),
        Point("LFP", "LFP_cathode", "active_material", "kg", 200.0, 6.0),
        Point("battery_cell, NMC", "battery_cell", "cell", "kWh", 60.0, 80.0),
        Point("battery_cell, LFP", "battery_cell", "cell", "kWh", 40.0, 60.0),
    )
    recipe = {
        "NMC": {"lithium": 0.2, "cobalt": 0.05},
        "LFP": {"lithium": 0.05},
        "battery_cell, NMC": {"NMC": 100 / 60},
        "battery_cell, LFP": {"LFP": 200 / 40},
    }
    lanes = tuple(Lane(p.id, "CHN", "DEU", None, "primary", 1.0) for p in points)
    energy = {"battery_cell, NMC": 1.0, "battery_cell, LFP": 1.0}
    return Chain(points, lanes, recipe, energy, "USD_2025")


def cut(
    material: str | None = None,
    share: float = 1.0,
    *,
    days: int | None = 100,
    after: int = 0,
    name: str = "event",
    **more: object,
) -> Event:
    """An event of a cut from China of all goods that leave it."""
    fields = {"origins": ("CHN",), "cut": share, **more}
    effect = Effect(material=material, **fields)  # type: ignore[arg-type]
    return Event(name, name, START + timedelta(days=after), days, (effect,))


shares = st.floats(0.0, 1.0, allow_nan=False)
covers = st.floats(0.0, 80.0, allow_nan=False)


@st.composite
def chains(draw: st.DrawFn, single: bool = True) -> Chain:
    """A chain in up to four levels; a good may feed several; one product, or up to three."""
    sizes = [draw(st.integers(1, 3)) for _ in range(3)]
    sizes.append(1 if single else draw(st.integers(1, 3)))
    rows = [[f"{STAGES[k]} {n}" for n in range(size)] for k, size in enumerate(sizes)]
    recipe: dict[str, dict[str, float]] = {name: {} for row in rows for name in row}
    for k in range(3):
        for source in rows[k]:  # everything feeds something
            targets = draw(st.sets(st.sampled_from(rows[k + 1]), min_size=1))
            for target in targets:
                recipe[target][source] = draw(st.floats(0.1, 4.0))
    per_day: dict[str, float] = {}
    for row in reversed(rows):
        for name in row:
            used = sum(recipe[t].get(name, 0.0) * per_day[t] for t in per_day)
            per_day[name] = used if name not in rows[3] else draw(st.floats(10.0, 1e5))
    points, lanes = [], []
    for k, row in enumerate(rows):
        for name in row:
            points.append(Point(name, name, STAGES[k], "kg", per_day[name], draw(st.floats(0, 50))))
            china = draw(shares)
            lanes.append(Lane(name, "CHN", "DEU", "Owner", "primary", china))
            lanes.append(Lane(name, "AUS", "DEU", None, "primary", 1.0 - china))
    used = {name: row for name, row in recipe.items() if row}
    return Chain(tuple(points), tuple(lanes), used, dict.fromkeys(rows[3], 1.0), "USD_2025")


@st.composite
def events(draw: st.DrawFn, chain: Chain, most: int = 3) -> tuple[Event, ...]:
    """Some events on the goods of a chain."""
    found = []
    for k in range(draw(st.integers(1, most))):
        effect = Effect(
            material=draw(st.sampled_from([p.material for p in chain.points])),
            origins=draw(st.sampled_from([(), ("CHN",), ("AUS", "CHN")])),
            cut=draw(shares),
            delay_days=float(draw(st.integers(0, 40))),
            refusal=draw(shares),
            price_rise=draw(st.floats(0.0, 2.0)),
        )
        begin = START + timedelta(days=draw(st.integers(-20, 60)))
        found.append(Event(f"e{k}", f"e{k}", begin, draw(st.integers(1, 90)), (effect,)))
    return tuple(found)
