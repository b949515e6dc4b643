"""The trade page: what a border costs, by producer, over time and everywhere."""

from __future__ import annotations

import pytest


def frame_with(app, *columns):
    return next(f.value for f in app.dataframe if set(columns) <= set(f.value.columns))


def said(app):
    return " ".join(box.value for box in app.info)


def test_a_car_from_china_pays_the_duty_of_its_producer(opened):
    app = opened("trade", on="2026-11-22")
    assert not app.error
    assert "pays **27 %**" in said(app)
    assert "31,750" in said(app)
    lines = frame_with(app, "measure", "counts", "status", "source")
    counted = lines[lines["counts"] == "yes"]
    assert counted["rate"].sum() == pytest.approx(27.0)
    assert (counted["source"] != "").all()


@pytest.mark.parametrize(
    ("producer", "percent"),
    [("Geely", 28.8), ("SAIC", 45.3), ("Tesla Shanghai", 17.8), ("other cooperating", 30.7)],
)
def test_every_producer_has_its_own(opened, producer, percent):
    app = opened("trade", on="2026-11-22", producer=producer)
    assert f"pays **{percent:g} %**" in said(app)


def test_a_plug_in_hybrid_pays_less(opened):
    app = opened("trade", on="2026-11-22")
    assert any("10 %, 17 points less" in c.value for c in app.caption)
    app = opened("trade", goods="plug-in hybrid car, petrol", on="2026-11-22")
    assert "pays **10 %**" in said(app)


def test_a_pack_is_no_car(opened):
    app = opened(
        "trade", goods="lithium-ion battery pack for vehicles", on="2026-11-22", into="USA"
    )
    assert "pays **53.4 %**" in said(app)
    app = opened("trade", goods="battery electric car", on="2026-11-22", into="USA")
    assert "pays **127.5 %**" in said(app)


def test_the_day_counts(opened):
    app = opened("trade", on="2024-01-15")
    assert "pays **10 %**" in said(app)
    table = frame_with(opened("trade", **{"from": "JPN"}, into="USA"), "date", "percent")
    steps = dict(zip(table["date"], table["percent"], strict=True))
    assert steps["2025-04-03"] == pytest.approx(27.5)
    assert steps["2025-09-16"] == pytest.approx(15.0)


def test_what_is_not_known_is_said_and_is_no_zero(opened):
    app = opened("trade", on="2026-11-22", into="KOR")
    assert "gap and not a rate" in said(app)
    pairs = frame_with(opened("trade", on="2026-11-22"), "origin", "importer", "percent")
    assert pairs["percent"].isna().any()


def test_a_minimum_import_price_replaces_the_countervailing_duty(opened):
    app = opened("trade", on="2026-11-22", mip_vehicle="30000")
    assert "25,000 becomes **33,000 USD" in said(app)
    assert any("in place of countervailing duties" in c.value for c in app.caption)


def test_goods_without_a_price_still_tell_their_duty(opened):
    app = opened("trade", goods="lithium carbonate", on="2026-11-22", into="USA")
    assert "pays **28.7 %**" in said(app)
    assert not app.exception


def test_a_link_with_nonsense_is_refused_in_a_sentence(opened):
    app = opened("trade", goods="dragon", into="XXX")
    told = " ".join(box.value for box in app.warning)
    assert "dragon" in told
    assert not app.exception
