"""Laws the cell kernel must obey for any chemistry and format, and nonsense it must refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.bill import Yields, make_bill
from calculator.coating import (
    areal_capacity_mah_per_cm2,
    coating_density_g_per_cm3,
    load_coating,
)
from calculator.design import CellDesign, design_cell
from calculator.errors import InputError
from calculator.geometry import BARE_FOIL_MM, electrode_areas, envelope
from calculator.spec import CellSpec, CoatingSpec, FormatSpec, Part, SheetSpec

POSITIVE = CoatingSpec(
    (
        Part("NMC811", 0.96, 4.78, True),
        Part("carbon_black", 0.02, 1.825, False),
        Part("PVDF", 0.02, 1.77, False),
    ),
    porosity=0.25,
    capacity_mah_per_g=184.0,
    solvent="NMP",
)
NEGATIVE = CoatingSpec(
    (Part("graphite", 0.96, 2.26, True), Part("CMC_SBR", 0.04, 1.1, False)),
    porosity=0.28,
    capacity_mah_per_g=350.0,
    solvent="water",
)
SPEC = CellSpec(
    positive=POSITIVE,
    positive_foil=SheetSpec("aluminium_foil", 12.0, 2.70),
    areal_capacity_mah_per_cm2=4.0,
    negative=NEGATIVE,
    metal=None,
    negative_foil=SheetSpec("copper_foil", 8.0, 8.96),
    n_p_ratio=1.08,
    plated_um_per_mah_per_cm2=0.0,
    separator=(SheetSpec("PE_separator", 12.0, 0.946, 0.42), SheetSpec("ceramic", 3.0, 3.9, 0.5)),
    liquid_material="electrolyte",
    liquid_g_per_ah=1.3,
    liquid_density_g_per_cm3=1.2,
    average_voltage_v=3.66,
)
ANODE_FREE = replace(
    SPEC,
    negative=None,
    n_p_ratio=0.0,
    plated_um_per_mah_per_cm2=4.85,
    separator=(SheetSpec("LLZTO", 20.0, 5.45),),
    liquid_material=None,
    liquid_g_per_ah=0.0,
)
METAL = replace(ANODE_FREE, metal=SheetSpec("lithium_metal", 20.0, 0.534))

CAN = FormatSpec("cylindrical", 46, 46, 80, 3.0, 0.4, "steel", 7.8, 13.0, 6.0, "tabs", 0.3, 0, 4.0)
BOX = FormatSpec("prismatic", 26, 148, 102, 0, 0.8, "aluminium", 2.7, 30, 30, "tabs", 1.0, 5, 12)
POUCH = FormatSpec("pouch", 10, 100, 300, 0, 0.113, "laminate", 1.8, 0, 14, "tabs", 0.2, 6, 24)
FORMATS = {"can": CAN, "box": BOX, "pouch": POUCH}
CHEMISTRIES = {"liquid": SPEC, "anode_free": ANODE_FREE, "metal": METAL}

cases = st.tuples(st.sampled_from(sorted(CHEMISTRIES)), st.sampled_from(sorted(FORMATS)))
loadings = st.floats(1.0, 6.0)
bounded = settings(max_examples=60, deadline=None)


def cell(chemistry: str, fmt: str, **change: object) -> CellDesign:
    return design_cell(replace(CHEMISTRIES[chemistry], **change), FORMATS[fmt])


# --- sums -----------------------------------------------------------------------------------


@bounded
@given(cases, loadings)
def test_mass_is_the_sum_of_its_parts_and_none_is_negative(
    case: tuple[str, str], loading: float
) -> None:
    design = cell(*case, areal_capacity_mah_per_cm2=loading)
    assert all(mass >= 0 for mass in design.mass_g_by_part.values())
    assert sum(design.mass_g_by_part.values()) == pytest.approx(design.mass_g, rel=1e-12)


@bounded
@given(cases, loadings)
def test_the_bill_weighs_what_the_cell_weighs(case: tuple[str, str], loading: float) -> None:
    spec = replace(CHEMISTRIES[case[0]], areal_capacity_mah_per_cm2=loading)
    design = design_cell(spec, FORMATS[case[1]])
    whole = Yields(1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    bill = make_bill(spec, design, whole, frozenset(), frozenset())
    in_cell = sum(line.in_cell_kg_per_kwh for line in bill.lines)
    assert in_cell * design.energy_wh == pytest.approx(design.mass_g, rel=1e-12)


@bounded
@given(cases, loadings)
def test_stack_liquid_and_headspace_fill_the_case(case: tuple[str, str], loading: float) -> None:
    design = cell(*case, areal_capacity_mah_per_cm2=loading)
    assert design.stack_cm3 < design.inner_cm3 < 1000 * design.volume_l
    assert design.void_cm3 < design.stack_cm3
    filled = design.stack_cm3 + design.free_liquid_cm3 + design.headspace_cm3
    assert filled == pytest.approx(design.inner_cm3, rel=1e-12)
    dry, free = design.dry_pores_cm3, design.free_liquid_cm3
    assert design.void_cm3 - dry == pytest.approx(design.liquid_cm3 - free, abs=1e-9)


@bounded
@given(st.floats(5.0, 40.0), st.floats(0.05, 0.5))
def test_a_coating_holds_the_capacity_it_was_loaded_for(loading: float, porosity: float) -> None:
    coating = replace(POSITIVE, porosity=porosity)
    capacity = areal_capacity_mah_per_cm2(coating, loading)
    load = load_coating(coating, capacity)
    assert load.mass_mg_per_cm2 == pytest.approx(loading, rel=1e-12)
    assert sum(load.part_mg_per_cm2.values()) == pytest.approx(loading, rel=1e-12)
    density = coating_density_g_per_cm3(coating)
    assert load.thickness_um * density * 0.1 == pytest.approx(loading, rel=1e-12)
    assert load.void_um == pytest.approx(porosity * load.thickness_um, rel=1e-12)


# --- directions -----------------------------------------------------------------------------


@bounded
@given(st.sampled_from(sorted(CHEMISTRIES)), st.sampled_from(["box", "pouch"]), st.floats(1.1, 3.0))
def test_energy_scales_with_each_direction_of_a_stack(
    chemistry: str, name: str, factor: float
) -> None:
    """Room inside walls and margins counts: twice the room in one direction, twice the energy."""
    fmt, spec = FORMATS[name], CHEMISTRIES[chemistry]
    base = design_cell(spec, fmt)
    for side in ("width", "height"):
        lost = 2 * fmt.wall_mm + getattr(fmt, f"margin_{side}_mm")
        larger = lost + factor * (getattr(fmt, f"{side}_mm") - lost)
        design = design_cell(spec, replace(fmt, **{f"{side}_mm": larger}))
        assert design.energy_wh == pytest.approx(factor * base.energy_wh, rel=1e-9)
    lost = 2 * fmt.wall_mm + fmt.margin_thickness_mm + spec.negative_foil.thickness_um / 1000
    larger = lost + factor * (fmt.thickness_mm - lost)
    design = design_cell(spec, replace(fmt, thickness_mm=larger))
    assert design.energy_wh == pytest.approx(factor * base.energy_wh, rel=1e-9)


@bounded
@given(st.sampled_from(sorted(CHEMISTRIES)), st.floats(1.05, 2.0))
def test_a_wider_can_gains_more_than_its_volume(chemistry: str, factor: float) -> None:
    """Wall, core and the turns past the end weigh less on a thicker roll."""
    base = cell(chemistry, "can")
    wide = replace(CAN, thickness_mm=CAN.thickness_mm * factor, width_mm=CAN.width_mm * factor)
    design = design_cell(CHEMISTRIES[chemistry], wide)
    assert design.energy_density_wh_per_l > base.energy_density_wh_per_l
    assert design.energy_wh < base.energy_wh * factor**2 * 1.3


@bounded
@given(cases, st.floats(5.0, 20.0), st.floats(0.1, 20.0), st.booleans())
def test_thicker_foil_never_raises_specific_energy(
    case: tuple[str, str], foil_um: float, more_um: float, positive: bool
) -> None:
    name = "positive_foil" if positive else "negative_foil"
    foil = getattr(SPEC, name)
    thin = cell(*case, **{name: replace(foil, thickness_um=foil_um)})
    thick = cell(*case, **{name: replace(foil, thickness_um=foil_um + more_um)})
    assert thick.specific_energy_wh_per_kg <= thin.specific_energy_wh_per_kg * (1 + 1e-12)
    assert thick.energy_density_wh_per_l <= thin.energy_density_wh_per_l * (1 + 1e-12)


@bounded
@given(cases, st.floats(1.0, 5.9), st.floats(0.0, 1.0))
def test_more_loading_never_lowers_energy_density(
    case: tuple[str, str], loading: float, share: float
) -> None:
    low = cell(*case, areal_capacity_mah_per_cm2=loading)
    high = cell(*case, areal_capacity_mah_per_cm2=loading + share * (6.0 - loading))
    assert high.energy_density_wh_per_l >= low.energy_density_wh_per_l * (1 - 1e-12)


@bounded
@given(cases, st.permutations(range(3)), st.booleans())
def test_order_of_ingredients_and_layers_changes_nothing(
    case: tuple[str, str], order: list[int], swap: bool
) -> None:
    spec = CHEMISTRIES[case[0]]
    parts = tuple(spec.positive.parts[i] for i in order)
    sheets = spec.separator[::-1] if swap else spec.separator
    shuffled = replace(spec, positive=replace(spec.positive, parts=parts), separator=sheets)
    one, other = design_cell(spec, FORMATS[case[1]]), design_cell(shuffled, FORMATS[case[1]])
    for name in ("energy_wh", "mass_g", "void_cm3"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12)
    for key, mass in one.mass_g_by_part.items():
        assert other.mass_g_by_part[key] == pytest.approx(mass, rel=1e-12)


@bounded
@given(
    cases,
    st.lists(st.tuples(loadings, st.floats(0.1, 0.45), st.floats(5, 20)), min_size=2, max_size=5),
)
def test_draws_equal_one_cell_at_a_time(
    case: tuple[str, str], draws: list[tuple[float, float, float]]
) -> None:
    def at(loading: object, porosity: object, foil: object) -> CellDesign:
        spec = CHEMISTRIES[case[0]]
        return cell(
            *case,
            areal_capacity_mah_per_cm2=loading,
            positive=replace(spec.positive, porosity=porosity),
            negative_foil=replace(spec.negative_foil, thickness_um=foil),
        )

    together = at(*(np.array(column) for column in zip(*draws, strict=True)))
    for i, draw in enumerate(draws):
        alone = at(*draw)
        for name in (
            "energy_wh",
            "mass_g",
            "specific_energy_wh_per_kg",
            "energy_density_wh_per_l",
            "bicell_um",
            "pore_filling",
            "headspace_cm3",
        ):
            drawn = np.broadcast_to(getattr(together, name), (len(draws),))[i]
            assert drawn == pytest.approx(getattr(alone, name), rel=1e-12), name


# --- how a cell is put together -------------------------------------------------------------


def test_areas_of_the_filled_format_given_back_are_the_same_cell() -> None:
    filled = design_cell(SPEC, BOX)
    given_back = design_cell(SPEC, BOX, areas=filled.areas)
    assert given_back.mass_g == pytest.approx(filled.mass_g, rel=1e-12)
    assert given_back.energy_wh == pytest.approx(filled.energy_wh, rel=1e-12)


def test_known_layers_are_stacked_as_told() -> None:
    """By hand: 40 sheets inside walls of 0.8 mm and margins of 5 and 12 mm."""
    areas = design_cell(SPEC, BOX, layers=40).areas
    width, height = 148 - 1.6 - 5, 102 - 1.6 - 12
    assert areas.positive_cm2 == pytest.approx(80 * width * height / 100)
    assert areas.negative_cm2 == pytest.approx(80 * (width + 2) * (height + 2) / 100)
    assert areas.separator_cm2 == pytest.approx(80 * (width + 2) * (height + 4) / 100)
    assert areas.positive_foil_cm2 == pytest.approx(40 * width * (height + BARE_FOIL_MM) / 100)
    foil = 41 * (width + 2) * (height + 2 + BARE_FOIL_MM) / 100
    assert areas.negative_foil_cm2 == pytest.approx(foil)


def test_a_stack_fills_its_thickness_to_the_last_foil() -> None:
    design = design_cell(SPEC, BOX)
    stack_mm = (design.areas.layers * design.bicell_um + 8.0) / 1000
    assert stack_mm == pytest.approx(26 - 1.6 - 1.0, rel=1e-12)


def test_strips_of_a_roll_fill_its_cross_section() -> None:
    design = design_cell(SPEC, CAN)
    height, repeat = 80 - 0.8 - 4, design.repeat
    positive_mm = design.areas.positive_cm2 * 100 / 2 / height
    negative_mm = design.areas.negative_cm2 * 100 / 2 / (height + 2)
    separator_mm = design.areas.separator_cm2 * 100 / 2 / (height + 4)
    pos_sheet = repeat.bicell_um - repeat.negative_sheet_um - 2 * repeat.separator_um
    section = positive_mm * pos_sheet + negative_mm * repeat.negative_sheet_um
    section += 2 * separator_mm * repeat.separator_um
    outer = 46 - 0.8 - 0.3
    assert section / 1000 == pytest.approx(np.pi / 4 * (outer**2 - 3.0**2), rel=1e-12)


def test_more_flat_rolls_lose_less_in_their_round_ends() -> None:
    """Rounded ends cost a box area; thin rolls have small ends but more turns past the end."""
    stacked = design_cell(SPEC, BOX).areas.positive_cm2
    rolled = [design_cell(SPEC, replace(BOX, rolls=n)).areas.positive_cm2 for n in (1, 2)]
    assert all(0.75 * stacked < area < stacked for area in rolled)


def test_pores_filled_to_a_share_hold_that_share() -> None:
    for share in (0.0, 0.8, 1.0, 1.2):
        design = design_cell(SPEC, BOX, pore_filling=share)
        assert design.pore_filling == pytest.approx(share, abs=1e-12)
        assert design.liquid_cm3 == pytest.approx(share * design.void_cm3)
        assert design.mass_g_by_part["electrolyte", "electrolyte"] == pytest.approx(
            1.2 * design.liquid_cm3
        )


def test_dry_and_poreless_cells_have_a_filling_too() -> None:
    dry = design_cell(ANODE_FREE, BOX)
    assert dry.pore_filling == 0.0 and dry.dry_pores_cm3 == pytest.approx(dry.void_cm3)
    solid = replace(ANODE_FREE, positive=replace(POSITIVE, porosity=0.0))
    assert design_cell(solid, BOX).pore_filling == 0.0
    wet = replace(solid, liquid_material="electrolyte", liquid_g_per_ah=0.1)
    assert design_cell(wet, BOX).pore_filling == float("inf")


def test_case_of_each_shape_by_hand() -> None:
    box = envelope(replace(BOX, lid_g=0.0))
    outer, inner = 26 * 148 * 102, 24.4 * 146.4 * 100.4
    assert box.case_g == pytest.approx((outer - inner) / 1000 * 2.7)
    assert box.inner_cm3 == pytest.approx(inner / 1000)
    can = envelope(CAN)
    assert can.volume_l == pytest.approx(np.pi / 4 * 46**2 * 80 / 1e6)
    steel = np.pi / 4 * (46**2 * 80 - 45.2**2 * 79.2) / 1000 * 7.8
    assert can.case_g == pytest.approx(steel + 13.0)
    pouch = envelope(POUCH)
    assert pouch.case_g == pytest.approx(2 * 0.113 * 110 * 310 / 1000 * 1.8)


# --- nonsense -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fmt", "change", "sentence"),
    [
        (BOX, {"margin_width_mm": 150.0}, "no room for electrodes in its width"),
        (BOX, {"margin_height_mm": 200.0}, "no room for electrodes in its height"),
        (POUCH, {"margin_thickness_mm": 12.0}, "no room for electrodes in its thickness"),
        (CAN, {"wall_mm": 23.0}, "no room for electrodes in its diameter"),
        (CAN, {"core_diameter_mm": 45.0}, "core of the winding is as wide as the room"),
        (POUCH, {"thickness_mm": 0.6}, "too thin for one repeat"),
        (CAN, {"core_diameter_mm": 44.5}, "roll is too thin for one turn"),
        (BOX, {"thickness_mm": -26.0}, "thickness_mm of the format must be above zero"),
        (BOX, {"lid_g": float("nan")}, "lid_g of the format must be zero or more"),
        (BOX, {"width_mm": float("inf")}, "width_mm of the format must be above zero and finite"),
        (BOX, {"shape": "coin"}, "unknown shape 'coin'"),
    ],
)
def test_a_format_no_cell_fits_is_one_sentence(
    fmt: FormatSpec, change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        design_cell(SPEC, replace(fmt, **change))
    assert ";" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"areal_capacity_mah_per_cm2": -1.0}, "areal capacity must be above zero"),
        ({"areal_capacity_mah_per_cm2": float("nan")}, "areal capacity must be above zero"),
        ({"average_voltage_v": 0.0}, "average voltage must be above zero"),
        ({"n_p_ratio": 0.0}, "N/P ratio must be above zero"),
        ({"liquid_g_per_ah": -1.0}, "liquid per ampere-hour must be zero or more"),
        ({"liquid_density_g_per_cm3": 0.0}, "density of the liquid must be above zero"),
        ({"positive": replace(POSITIVE, porosity=1.2)}, "porosity of the positive coating must be"),
        ({"negative": replace(NEGATIVE, porosity=-0.1)}, "porosity of the negative coating must"),
        ({"positive": replace(POSITIVE, parts=POSITIVE.parts[1:])}, "holds no active material"),
        ({"positive_foil": SheetSpec("Al", -12.0, 2.7)}, "thickness of the positive foil must be"),
        ({"separator": (SheetSpec("PE", 12.0, 0.0),)}, "density of the separator must be above"),
        ({"separator": (SheetSpec("PE", 12.0, 0.9, 1.0),)}, "porosity of the separator must be"),
        ({"metal": SheetSpec("Li", -1.0, 0.534)}, "thickness of the metal electrode must be"),
    ],
)
def test_a_chemistry_no_one_can_make_is_one_sentence(
    change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        design_cell(replace(SPEC, **change), BOX)


def test_one_bad_draw_is_refused_before_it_becomes_a_negative_cell() -> None:
    loading = np.array([4.0, -4.0, 4.0])
    with pytest.raises(InputError, match="areal capacity must be above zero"):
        design_cell(replace(SPEC, areal_capacity_mah_per_cm2=loading), BOX)


def test_measured_areas_must_be_above_zero() -> None:
    areas = design_cell(SPEC, BOX).areas
    for name in ("positive_cm2", "negative_foil_cm2", "separator_cm2"):
        with pytest.raises(InputError, match=f"{name} of the measured areas must be above zero"):
            design_cell(SPEC, BOX, areas=replace(areas, **{name: -1.0}))


def test_two_answers_to_one_question_are_refused() -> None:
    areas = design_cell(SPEC, BOX).areas
    with pytest.raises(InputError, match="areas of the sheets leave nothing to stack"):
        design_cell(SPEC, BOX, layers=10, areas=areas)
    with pytest.raises(InputError, match="stacked in layers or wound in rolls"):
        design_cell(SPEC, replace(BOX, rolls=2), layers=10)
    with pytest.raises(InputError, match="a cylinder holds one roll"):
        design_cell(SPEC, CAN, layers=10)
    with pytest.raises(InputError, match="at least one roll"):
        design_cell(SPEC, replace(BOX, rolls=0))
    with pytest.raises(InputError, match="each roll is thicker than the room is wide"):
        design_cell(SPEC, replace(BOX, thickness_mm=400.0, rolls=2))
    with pytest.raises(InputError, match="too thin for one repeat"):
        electrode_areas(BOX, design_cell(SPEC, BOX).repeat, layers=0)
    with pytest.raises(InputError, match="filled by a liquid the cell does not have"):
        design_cell(ANODE_FREE, BOX, pore_filling=1.0)
