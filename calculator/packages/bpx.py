"""A designed cell under the names of BPX, as far as BPX asks for what a design knows.

BPX describes physics-based models. Kinetics, transport, open-circuit potentials and voltage
limits are not in the database, so that this is never a whole BPX file and never says it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calculator.numbers import Num
from calculator.trace import plain

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation
    from calculator.spec import CoatingSpec

BPX_VERSION = "1.0.0"
_PARTICLE = (
    "Minimum stoichiometry", "Maximum stoichiometry", "Maximum concentration [mol.m-3]",
    "Particle radius [m]", "Surface area per unit volume [m-1]", "Diffusivity [m2.s-1]", "OCP [V]",
    "Reaction rate constant [mol.m-2.s-1]",
)  # fmt: skip
_ELECTRODE = ("Transport efficiency", "Conductivity [S.m-1]", *_PARTICLE)
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "Cell": (
        "Electrode area [m2]", "Number of electrode pairs connected in parallel to make a cell",
        "Lower voltage cut-off [V]", "Upper voltage cut-off [V]", "Nominal cell capacity [A.h]",
    ),
    "Electrolyte": (
        "Cation transference number", "Diffusivity [m2.s-1]", "Conductivity [S.m-1]",
    ),
    "Negative electrode": ("Thickness [m]", "Porosity", *_ELECTRODE),
    "Positive electrode": ("Thickness [m]", "Porosity", *_ELECTRODE),
    "Separator": ("Thickness [m]", "Porosity", "Transport efficiency"),
}  # fmt: skip
"""Fields that the schema requires of a DFN parameterisation, by section."""
_M_PER_UM, _M2_PER_CM2, _M3_PER_L = 1e-6, 1e-4, 1e-3


@dataclass(frozen=True)
class PartialBpx:
    """Known fields by section, and the fields BPX requires that are not known."""

    header: Mapping[str, str]
    sections: Mapping[str, Mapping[str, float | int]]
    missing: tuple[tuple[str, str], ...]
    """Section and field."""

    @property
    def document(self) -> dict[str, Any]:
        """The parts of a BPX file that can be filled."""
        return {"Header": dict(self.header), "Parameterisation": dict(self.sections)}


def make_bpx(evaluation: Evaluation) -> PartialBpx:
    """The fields of BPX that a designed cell can fill, in BPX's units (SI and Ah)."""
    sections = {
        "Cell": _cell(evaluation),
        "Positive electrode": _positive(evaluation),
        "Negative electrode": _negative(evaluation),
        "Separator": _separator(evaluation),
    }
    filled = {name: fields for name, fields in sections.items() if fields}
    missing = tuple(
        (section, field)
        for section, fields in REQUIRED.items()
        for field in fields
        if field not in filled.get(section, {})
    )
    header = {
        "BPX": BPX_VERSION,
        "Title": evaluation.chemistry.name,
        "Description": f"Designed in the format {evaluation.request.format.id}; not a whole file",
        "Model": "Partial",
    }
    return PartialBpx(header, filled, missing)


def _cell(evaluation: Evaluation) -> dict[str, float | int]:
    cell = evaluation.cell
    pairs = electrode_pairs(evaluation)
    return {
        "Electrode area [m2]": plain(cell.areas.positive_cm2) * _M2_PER_CM2 / pairs,
        "Number of electrode pairs connected in parallel to make a cell": pairs,
        "Nominal cell capacity [A.h]": plain(cell.capacity_ah),
        "Volume [m3]": plain(cell.volume_l) * _M3_PER_L,
        "Density [kg.m-3]": plain(cell.mass_g) / plain(cell.volume_l),
    }


def electrode_pairs(evaluation: Evaluation) -> int:
    """Pairs of one coated side each: two a layer of a whole-layered stack, one of a winding."""
    layers = plain(evaluation.cell.areas.layers)
    fmt = evaluation.case.fmt
    stacked = fmt.shape != "cylindrical" and fmt.rolls is None
    return max(1, round(2 * layers)) if stacked else 1


def _positive(evaluation: Evaluation) -> dict[str, float | int]:
    thickness = evaluation.cell.positive_thickness_um
    return _coated(evaluation, evaluation.case.spec.positive, thickness)


def _negative(evaluation: Evaluation) -> dict[str, float | int]:
    """A coating's; a metal or plated electrode is no porous electrode of BPX."""
    coating = evaluation.case.spec.negative
    if coating is None:
        return {}
    return _coated(evaluation, coating, evaluation.cell.negative_thickness_um)


def _coated(
    evaluation: Evaluation, coating: CoatingSpec, thickness_um: Num
) -> dict[str, float | int]:
    known: dict[str, float | int] = {"Thickness [m]": plain(thickness_um) * _M_PER_UM}
    return {**known, "Porosity": plain(coating.porosity)} if _is_liquid(evaluation) else known


def _separator(evaluation: Evaluation) -> dict[str, float | int]:
    sheets = evaluation.case.spec.separator
    thickness = sum(plain(sheet.thickness_um) for sheet in sheets)
    void = sum(plain(sheet.thickness_um) * plain(sheet.porosity) for sheet in sheets)
    known: dict[str, float | int] = {"Thickness [m]": thickness * _M_PER_UM}
    return {**known, "Porosity": void / thickness} if _is_liquid(evaluation) else known


def _is_liquid(evaluation: Evaluation) -> bool:
    """Whether pores are filled with electrolyte, which is what BPX means by porosity."""
    from materials_db.schema import Family

    return evaluation.chemistry.family in (Family.LIQUID, Family.SODIUM_ION)
