"""Exposure of a bill to listed firms: against brute force, matching of names, files of spend."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculator.dependence import SPEND_TEMPLATE, Spend, firm_exposure, read_spend
from calculator.dependence.firm_names import match_firms, plain_name
from calculator.dependence.tables import firm_tables
from calculator.errors import InputError

HEAD = SPEND_TEMPLATE


def paid(supplier, spend, buyer="", dependence=0.5, lag=10.0):
    return Spend(supplier, buyer, spend, "JPY_2025", dependence, lag)


# --- exposure ------------------------------------------------------------------------------


def test_exposure_of_one_tier_is_the_formula():
    rows = [paid("A", 60, dependence=0.5, lag=30), paid("B", 30, dependence=0.2, lag=100),
            paid("C", 10)]  # fmt: skip
    found = firm_exposure(rows, ["A", "B"])
    assert found.total == 100
    assert found.share == pytest.approx(0.9)
    assert found.exposure == pytest.approx((60 * 0.5 + 30 * 0.2) / 100)
    assert found.days_lost == pytest.approx((60 * 0.5 * 30 + 30 * 0.2 * 100) / 100)
    assert found.longest_lag_days == 100
    assert [m.firm for m in found.unknown] == ["C"]


def test_what_passes_through_an_unlisted_supplier_counts_by_the_part_passed_on():
    rows = [paid("A", 100, dependence=None, lag=None), paid("B", 40, "A", 0.5, 20)]
    found = firm_exposure(rows, ["B"])
    assert found.share == pytest.approx(0.4)
    assert found.exposure == pytest.approx(0.2)
    assert found.days_lost == pytest.approx(4.0)
    assert [(t.tier, t.share) for t in found.tiers] == [(2, pytest.approx(0.4))]


def test_nothing_behind_a_listed_firm_counts_twice():
    rows = [paid("A", 100), paid("B", 40, "A")]
    found = firm_exposure(rows, ["A", "B"])
    assert found.share == 1.0
    assert found.exposure == pytest.approx(0.5)
    assert [t.tier for t in found.tiers] == [1]


def test_a_firm_in_two_tiers_is_told_by_tier():
    rows = [paid("A", 50), paid("B", 50), paid("C", 20, "A"), paid("C", 10, "B"), paid("C", 5)]
    found = firm_exposure(rows, ["C"])
    assert {t.tier: t.spend for t in found.tiers} == {1: pytest.approx(5), 2: pytest.approx(30)}
    (firm,) = found.firms
    assert firm.spend == pytest.approx(35)
    assert sum(t.exposure for t in found.tiers) == pytest.approx(found.exposure)


def test_no_listed_firm_is_no_exposure():
    found = firm_exposure([paid("A", 50, dependence=None, lag=None)], ["Z"])
    assert (found.share, found.exposure, found.days_lost, found.tiers) == (0, 0, 0, ())
    assert all(len(table.columns) for table in firm_tables(found).values())


@st.composite
def networks(draw):
    """Three tiers: each firm pays some of the next, within what it is paid."""
    tiers = [[f"T{t}F{k}" for k in range(draw(st.integers(1, 3)))] for t in range(3)]
    facts = {
        firm: (draw(st.floats(0, 1)), draw(st.floats(0, 300))) for tier in tiers for firm in tier
    }
    rows = [paid(firm, draw(st.floats(1, 100)), "", *facts[firm]) for firm in tiers[0]]
    income = {row.supplier: row.spend for row in rows}
    for above, below in ((tiers[0], tiers[1]), (tiers[1], tiers[2])):
        for buyer in above:
            for firm in below:
                part = draw(st.sampled_from([0.0, 0.1, 0.3])) * income.get(buyer, 0.0)
                if part > 0:
                    rows.append(paid(firm, part, buyer, *facts[firm]))
        for row in rows:
            if row.supplier in below:
                income[row.supplier] = sum(r.spend for r in rows if r.supplier == row.supplier)
    names = sorted({row.supplier for row in rows})
    return rows, facts, draw(st.sets(st.sampled_from(names)))


def brute(rows, facts, listed):
    """Walk every path of payments from the bill; stop at the first listed firm."""
    total = sum(row.spend for row in rows if not row.buyer)
    share = exposed = days = 0.0
    income = {}
    for row in rows:
        income[row.supplier] = income.get(row.supplier, 0.0) + row.spend
    paths = [(row.supplier, row.spend) for row in rows if not row.buyer]
    while paths:
        firm, money = paths.pop()
        if firm in listed:
            dependence, lag = facts[firm]
            share += money / total
            exposed += money / total * dependence
            days += money / total * dependence * lag
            continue
        paths += [(r.supplier, money * r.spend / income[firm]) for r in rows if r.buyer == firm]
    return share, exposed, days


@given(networks())
def test_exposure_is_that_of_every_path_walked(case):
    rows, facts, listed = case
    found = firm_exposure(rows, sorted(listed))
    share, exposed, days = brute(rows, facts, listed)
    assert found.share == pytest.approx(share, abs=1e-9)
    assert found.exposure == pytest.approx(exposed, abs=1e-9)
    assert found.days_lost == pytest.approx(days, abs=1e-6)
    assert 0 <= found.exposure <= found.share + 1e-9 <= 1 + 2e-9
    assert sum(t.share for t in found.tiers) == pytest.approx(share, abs=1e-9)


@given(networks(), st.data())
def test_a_longer_list_never_touches_less(case, data):
    rows, _, listed = case
    fewer = data.draw(st.sets(st.sampled_from(sorted(listed)))) if listed else set()
    more = firm_exposure(rows, sorted(listed)).share
    assert firm_exposure(rows, sorted(fewer)).share <= more + 1e-9


def test_faults_of_a_bill_are_told():
    with pytest.raises(InputError, match=r"circle: .* from "):
        firm_exposure([paid("A", 9), paid("B", 3, "A"), paid("A", 3, "B")], [])
    with pytest.raises(InputError, match="'A' spends 12 and is paid 9"):
        firm_exposure([paid("A", 9), paid("B", 12, "A")], [])
    with pytest.raises(InputError, match="'A' is on the list; give its china_input_share"):
        firm_exposure([paid("A", 9, dependence=None)], ["A"])
    with pytest.raises(InputError, match="give its lag"):
        firm_exposure([paid("A", 9, lag=None)], ["A"])
    with pytest.raises(InputError, match="no spend of your own"):
        firm_exposure([], ["A"])


# --- names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("TDK", "TDK"),
        ("TDK Corporation", "TDK"),
        ("tdk corp.", "TDK"),
        ("Nitto Denko K.K.", "Nitto Denko"),
        ("Nitto Denko KK", "Nitto Denko"),
        ("NITTO DENKO Co., Ltd.", "Nitto Denko"),
        ("株式会社TDK", "TDK"),
        ("ＴＤＫ", "TDK"),  # full width
        ("MHI Engine and Turbocharger, Ltd.", "MHI Engine & Turbocharger"),
    ],
)
def test_forms_of_a_name_match(name, listed):
    (match,) = match_firms([name], ["MHI Engine & Turbocharger", "Nitto Denko", "TDK"])
    assert match.listed_as == listed
    assert match.how == ("same" if name == listed else "form")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Nito Denko", "Nitto Denko"),
        ("TDK Lambda", "TDK"),
        ("Mitsubishi Heavy Industries", "MHI Engine & Turbocharger"),
    ],
)
def test_what_only_looks_like_a_name_is_shown_and_not_counted(name, near):
    (match,) = match_firms([name], ["MHI Engine & Turbocharger", "Nitto Denko", "TDK"])
    assert (match.listed_as, match.how) == ("", "none")
    assert near in match.near


def test_a_name_that_is_a_form_is_kept():
    assert plain_name("The Company") == "the company"


# --- files ---------------------------------------------------------------------------------


def test_file_is_read_with_its_units(tmp_path):
    text = HEAD + 'TDK,,100,JPY_2025,30 %,3 months\nTDK,"NOF, KK",40,JPY_2025,0.5,60\n,,,,,\n'
    path = tmp_path / "spend.csv"
    path.write_text(text, encoding="utf-8-sig")
    first, second = read_spend(path)
    assert (first.supplier, first.buyer, first.dependence) == ("TDK", "", 0.3)
    assert first.lag_days == pytest.approx(91.25)
    assert (second.supplier, second.buyer, second.row) == ("NOF, KK", "TDK", 3)
    assert read_spend(text.encode()) == (first, second)


def test_every_fault_of_a_file_is_told_at_once():
    text = HEAD + ",,10,JPY_2025,,\nA,,-1,JPY_2025,1.2,soon\nB,,nan,,,\n"
    with pytest.raises(InputError) as told:
        read_spend(text.encode())
    said = str(told.value)
    for part in ("row 2: no supplier", "row 3: spend is '-1'", "china_input_share is '1.2'",
                 "lag is 'soon'", "row 4: no unit", "spend is 'nan'"):  # fmt: skip
        assert part in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column 'supplier'"),
        ("supplier,spend\nA,3\n", "no column 'unit'"),
        ("supplier,spend,unit,colour\nA,3,JPY_2025,red\n", "a column 'colour'"),
        ("supplier,spend,unit,unit\nA,3,JPY_2025,a\n", "column 'unit' twice"),
        (HEAD, "no row of spend"),
        (HEAD + "A,,3,JPY_2025,,,9\n", "more fields than the header"),
        (HEAD + "A,,3,JPY_2025,,\nB,,3,USD_2025,,\n", "spend in JPY_2025, USD_2025"),
        (HEAD + "A,B,3,JPY_2025,,\n", "no spend of your own"),
        (HEAD + "A,,3,JPY_2025,,\nC,B,3,JPY_2025,,\n", "'C' is paid by nobody"),
    ],
)
def test_a_bad_file_is_one_sentence(text, said):
    with pytest.raises(InputError) as told:
        read_spend(text.encode())
    assert said in str(told.value)


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(InputError, match="UTF-8"):
        read_spend(b"\xff\xfe\x00")
