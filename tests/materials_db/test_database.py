"""Every record of the shipped data is a test case."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError
from itertools import chain

import pytest
from pydantic import ValidationError

from materials_db.checks import data_of, loose_ends, materials_of, rows_of
from materials_db.database import MaterialsDB
from materials_db.faults import UnknownNameError
from materials_db.load import data_files, load_database
from materials_db.schema import Basis, Chemistry, Confidence, Datum, Family, Role
from materials_db.tables import TABLES
from materials_db.units import to

DB = load_database()
_WANTED = {
    Family.LIQUID: "LFP LMFP NMC111 NMC532 NMC622 NMC811 NMC955-Si NCA NCA-Si LMO LNMO LCO LMR",
    Family.SEMI_SOLID: "SSL-LFP SSL-LMO SSL-Ni95-Si",
    Family.SOLID_STATE: (
        "ASSB-sulfide-Si ASSB-sulfide-Li ASSB-sulfide-AF QSS-oxide-AF ASSB-oxide-Li "
        "ASSB-halide-Li ASSB-polymer-LFP"
    ),
    Family.SODIUM_ION: "Na-NFM Na-PW",
}


def test_the_database_loads_once_and_is_shared() -> None:
    assert load_database() is DB
    assert isinstance(DB, MaterialsDB)


def test_nothing_in_it_can_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        DB.overlay = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        DB.materials["x"] = DB.materials["LFP"]  # type: ignore[index]
    with pytest.raises(ValidationError, match="frozen"):
        DB.prices[0].value = 1.0
    assert all(
        isinstance(getattr(DB, name), tuple) or hasattr(getattr(DB, name), "get") for name in TABLES
    )


@pytest.mark.parametrize("family", list(_WANTED))
def test_the_chemistries_asked_for_are_there(family: Family) -> None:
    for name in _WANTED[family].split():
        assert DB.chemistry(name).family is family
        assert DB.chemistry(name).file == f"chemistries/{name}.yaml"


def test_the_formats_asked_for_are_there() -> None:
    shapes = {name: entry.shape for name, entry in DB.formats.items()}
    assert shapes == {
        "pouch_EV": "pouch",
        "prismatic_EV": "prismatic",
        "prismatic_wound_EV": "prismatic",
        "blade_EV": "prismatic",
        "cylindrical_4680": "cylindrical",
        "cylindrical_21700": "cylindrical",
        "cylindrical_18650": "cylindrical",
    }


def _data() -> list[Datum]:
    documents = chain(DB.chemistries.values(), DB.formats.values())
    inside = [datum for entry in documents for _, datum in data_of(entry)]
    return [row for row in rows_of(DB) if isinstance(row, Datum)] + inside


def test_every_number_has_a_registered_source_and_a_place() -> None:
    for datum in _data():
        assert datum.source in DB.sources
        assert datum.file
        assert datum.row > 0
        assert datum.layer == "shipped"


def test_estimates_are_marked_as_such() -> None:
    """The curators' own estimates never pass as reported, nor with confidence."""
    for datum in _data():
        if datum.source in {"E1", "M1", "X0"}:
            assert datum.basis in {Basis.ASSUMED, Basis.DERIVED}, (datum.file, datum.row)
            assert datum.confidence is Confidence.LOW, (datum.file, datum.row)


def test_assumptions_of_the_cell_tables_are_of_low_confidence() -> None:
    own = {"properties.csv", "prices.csv", "yields.csv", "plant.csv"}
    for datum in _data():
        if datum.basis is Basis.ASSUMED and (datum.file in own or "/" in datum.file):
            assert datum.confidence is not Confidence.HIGH, (datum.file, datum.row)


def test_no_loose_ends() -> None:
    assert [str(fault) for fault in loose_ends(DB)] == []


def test_ids_named_in_notes_are_registered() -> None:
    """A note may lean on a second source only by an id that the registry explains."""
    pattern = re.compile(r"\b[STCPD]\d\d\b")
    for datum in _data():
        for name in pattern.findall(f"{datum.locator} {datum.note}"):
            assert name in DB.sources, (datum.file, datum.row, name)


def test_no_path_of_a_workplace_stands_in_the_data() -> None:
    for name, content in data_files():
        text = content.decode("utf-8")
        for word in ("file://", "/home/", "/Users/", ":\\"):
            assert word not in text, name


@pytest.mark.parametrize("chemistry", list(DB.chemistries.values()), ids=list(DB.chemistries))
def test_chemistry_is_whole(chemistry: Chemistry) -> None:
    """Fractions close, every material has what a design needs, every price can be found."""
    for coating in filter(None, (chemistry.positive.coating, chemistry.negative.coating)):
        total = sum(
            to(part.mass_fraction.value, part.mass_fraction.unit, "1")
            for part in coating.components
        )
        assert total == pytest.approx(1.0, abs=1e-6)
    for material in materials_of(chemistry):
        if DB.material(material).role is not Role.SOLVENT:
            assert DB.property(material, "density").value > 0
    assert set(DB.process_yields(chemistry.process)) == {
        "cell",
        "electrode",
        "foil",
        "separator",
        "electrolyte",
        "solid_electrolyte",
    }


@pytest.mark.parametrize("deck", [name for name in DB.decks if name != "novel_2025"])
def test_every_deck_prices_every_chemistry_and_format(deck: str) -> None:
    wanted = {name for entry in DB.chemistries.values() for name in materials_of(entry)}
    for entry in DB.formats.values():
        wanted |= {entry.wall_material, entry.terminal_material}
    for name in sorted(wanted):
        formula = DB.index_formula(name, deck)
        priced = DB.find_price(name, deck) is not None or (
            formula is not None and all(DB.find_price(term, deck) for term in formula.terms)
        )
        assert priced, name


def test_lithium_in_the_salt_of_the_reference_electrolyte() -> None:
    """8.328 g of lithium a litre at 1.2 mol/L is the reference's own; ours has 1.0 mol/L."""
    fractions = DB.element_mass_fractions("electrolyte_ternary")
    salt = fractions["Li"] + fractions["P"] + fractions["F"]
    assert salt == pytest.approx(0.126, abs=1e-4)
    assert fractions["Li"] * 1200 / 6.94 == pytest.approx(1.0, abs=0.01)


def test_plated_lithium_from_its_own_constants() -> None:
    density = DB.property("lithium_metal", "density").value
    capacity = DB.property("lithium_metal", "specific_capacity").value
    plated = DB.chemistry("ASSB-sulfide-AF").negative.plated_thickness
    assert plated is not None
    assert plated.value == pytest.approx(1e4 / (capacity * density), rel=1e-3)


def test_energy_rows_name_steps_of_the_reference_plant() -> None:
    """Labour, capital and area stand in the reference's file alone; the table adds energy."""
    files = dict(data_files())
    steps = {
        s["name"]
        for s in json.loads(files["reference/batpac50_baseline_plant.json"])["steps"]["rows"]
    }
    rows = DB.plant_rows("baseline")
    assert {row.quantity for row in rows} == {"energy", "heat"}
    assert {row.step for row in rows} <= steps


def test_look_ups_by_a_wrong_name_suggest_the_right_one() -> None:
    with pytest.raises(UnknownNameError, match=r"chemistry 'NMC881' .* did you mean 'NMC811'"):
        DB.chemistry("NMC881")
    with pytest.raises(UnknownNameError, match=r"format 'pouch' .* did you mean 'pouch_EV'"):
        DB.cell_format("pouch")
    with pytest.raises(UnknownNameError, match=r"material 'grafite' .* 'graphite'"):
        DB.material("grafite")
    with pytest.raises(UnknownNameError, match="source 'S99' is not in the database"):
        DB.source("S99")
    with pytest.raises(UnknownNameError, match=r"property of LFP 'densities' .* 'density'"):
        DB.property("LFP", "densities")
    with pytest.raises(UnknownNameError, match=r"process 'sulphide' .* did you mean 'sulfide'"):
        DB.plant_rows("sulphide")
    with pytest.raises(UnknownNameError, match="process 'sulphide'"):
        DB.process_yields("sulphide")
    with pytest.raises(UnknownNameError, match="VAT rate of 'CHI' is not in the database"):
        DB.vat_rate("CHI")


def test_prices_are_borrowed_openly() -> None:
    own = DB.price("LFP", "quotes_2026-06", "CHN")
    assert (own.price.value, own.price.unit, own.borrowed) == (64000.0, "CNY_2026/t", False)
    lent = DB.price("pouch_laminate", "quotes_2026-06")
    assert (lent.price.deck, lent.asked, lent.borrowed) == (
        "reference_2022",
        "quotes_2026-06",
        True,
    )
    assert DB.find_price("pouch_laminate", "quotes_2026-06", borrow=False) is None
    assert [deck.id for deck in DB.price_chain("scale_2030")] == [
        "scale_2030",
        "quotes_2026-06",
        "quotes_2025-06",
        "reference_2022",
        "novel_2025",
    ]
    with pytest.raises(UnknownNameError, match="a price in deck reference_2022 for"):
        DB.price("bauxite", "reference_2022")
    assert "LFP" in DB.prices_of("reference_2022")


def test_a_region_is_preferred_where_a_deck_has_several() -> None:
    assert DB.price("lithium_carbonate", "average_2022", "USA").price.unit == "USD_2022/t"
    assert DB.price("lithium_carbonate", "average_2022", "CHN").price.unit == "CNY_2022/t"
    assert DB.price("lithium_carbonate", "average_2022", "JPN").price.region == "CHN"


def test_fees_stand_beside_prices() -> None:
    price, fee = (
        DB.price("lithium_metal", "quotes_2026-06"),
        DB.find_fee("lithium_metal", "quotes_2026-06"),
    )
    assert price.price.kind == "quote"
    assert fee is not None
    assert (fee.price.kind, fee.price.unit) == ("fee", "USD_2025/m2")
    assert DB.find_fee("LFP", "quotes_2026-06") is None


def test_yields_of_a_class_lie_over_the_baselines() -> None:
    yields = DB.process_yields("oxide_gel")
    assert yields["solid_electrolyte"].value == 0.60
    assert yields["electrode"].process == "baseline"
    assert DB.plant_rows("liquid") == ()
    assert DB.vat_rate("CHN") == pytest.approx(0.13)


def test_index_formula_takes_the_nearest_fee() -> None:
    newest = DB.index_formula("NMC811", "scale_2030")
    older = DB.index_formula("NMC811", "average_2022")
    assert newest is not None
    assert older is not None
    assert newest.fee.deck == "quotes_2026-06"
    assert older.fee.deck == ""
    assert set(older.terms) == {"lithium_hydroxide", "nickel", "cobalt", "manganese_sulphate"}
    assert DB.index_formula("graphite", "average_2022") is None


def test_data_version_does_not_depend_on_line_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    from materials_db import load

    files = list(data_files())
    windows = [
        (name, content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")) for name, content in files
    ]
    monkeypatch.setattr(load, "data_files", lambda: iter(windows))
    assert load._shipped_rows.__wrapped__()[1] == DB.data_version
    monkeypatch.setattr(load, "data_files", lambda: iter([*files, ("x.txt", b"")]))
    assert load._shipped_rows.__wrapped__()[1] != DB.data_version
    assert re.fullmatch(r"[0-9a-f]{12}", DB.data_version)


def test_loading_needs_no_heavy_module() -> None:
    code = (
        "import sys; from materials_db.load import load_database; load_database(); "
        "print([m for m in ('pandas', 'pint', 'numpy', 'cvxpy') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
