"""Chemical formulas: strict parsing and mass fractions of the elements.

Atomic masses: IUPAC standard atomic weights (abridged, 2021), for the elements that can
stand in a battery, its plant or its minerals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

_MASS_TABLE = (
    "H 1.008 He 4.0026 Li 6.94 Be 9.0122 B 10.81 C 12.011 N 14.007 O 15.999 F 18.998 Ne 20.180 "
    "Na 22.990 Mg 24.305 Al 26.982 Si 28.085 P 30.974 S 32.06 Cl 35.45 Ar 39.95 K 39.098 "
    "Ca 40.078 Sc 44.956 Ti 47.867 V 50.942 Cr 51.996 Mn 54.938 Fe 55.845 Co 58.933 Ni 58.693 "
    "Cu 63.546 Zn 65.38 Ga 69.723 Ge 72.630 As 74.922 Se 78.971 Br 79.904 Kr 83.798 Rb 85.468 "
    "Sr 87.62 Y 88.906 Zr 91.224 Nb 92.906 Mo 95.95 Ru 101.07 Rh 102.91 Pd 106.42 Ag 107.87 "
    "Cd 112.41 In 114.82 Sn 118.71 Sb 121.76 Te 127.60 I 126.90 Xe 131.29 Cs 132.91 Ba 137.33 "
    "La 138.91 Ce 140.12 Pr 140.91 Nd 144.24 Sm 150.36 Eu 151.96 Gd 157.25 Tb 158.93 Dy 162.50 "
    "Ho 164.93 Er 167.26 Tm 168.93 Yb 173.05 Lu 174.97 Hf 178.49 Ta 180.95 W 183.84 Re 186.21 "
    "Os 190.23 Ir 192.22 Pt 195.08 Au 196.97 Hg 200.59 Tl 204.38 Pb 207.2 Bi 208.98 Th 232.04 "
    "U 238.03"
)
_MASSES = _MASS_TABLE.split()
ATOMIC_MASS: Mapping[str, float] = MappingProxyType(
    dict(zip(_MASSES[::2], map(float, _MASSES[1::2]), strict=True))
)
"""Standard atomic weight (g/mol) by element symbol."""

_TOKEN = re.compile(r"(?P<element>[A-Z][a-z]?)|(?P<open>[(\[])|(?P<close>[)\]])")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_CLOSES = {"(": ")", "[": "]"}
_SHORT_NAME = re.compile(r"^(NMC|NCM|NCA|LFP|LMFP|LCO|LMO|LNMO|LTO|LPSCl|LLZO|LLZTO|PEO)\d*$", re.I)


class FormulaError(ValueError):
    """A text that is not a chemical formula."""


@lru_cache(maxsize=512)
def atoms(formula: str) -> Mapping[str, float]:
    """Atoms of each element per formula unit.

    Decimals and nested brackets are read; signs, spaces, hydrate dots and short names such as
    ``NMC811`` are refused with the remedy.

    >>> dict(atoms("Na2Fe[Fe(CN)6]"))
    {'Na': 2.0, 'Fe': 2.0, 'C': 6.0, 'N': 6.0}
    """
    if not formula:
        raise FormulaError("formula '' is empty; write one such as 'LiFePO4'")
    if _SHORT_NAME.match(formula):
        raise FormulaError(
            f"formula '{formula}' is a trade name; write the composition, such as "
            "'LiNi0.8Mn0.1Co0.1O2'"
        )
    totals: dict[str, float] = {}
    for element, count in _group(formula):
        totals[element] = totals.get(element, 0.0) + count
    return MappingProxyType(totals)


def _group(formula: str) -> list[tuple[str, float]]:
    """Elements with their counts, brackets multiplied out by a stack of open groups."""
    stack: list[tuple[str, list[tuple[str, float]]]] = [("", [])]
    at = 0
    while at < len(formula):
        token = _TOKEN.match(formula, at)
        if token is None:
            raise _unreadable(formula, at)
        at = token.end()
        if token["open"]:
            stack.append((token["open"], []))
            continue
        count, at = _count(formula, at)
        if token["element"]:
            stack[-1][1].append((_known(token["element"], formula), count))
        else:
            _close(stack, token["close"], count, formula)
    if len(stack) > 1:
        raise FormulaError(f"formula '{formula}' leaves '{stack[-1][0]}' open; close the bracket")
    return stack[0][1]


def _close(
    stack: list[tuple[str, list[tuple[str, float]]]], bracket: str, count: float, formula: str
) -> None:
    opened, inner = stack[-1]
    if _CLOSES.get(opened) != bracket:
        raise FormulaError(f"formula '{formula}' has a stray '{bracket}'; balance the brackets")
    if not inner:
        raise FormulaError(f"formula '{formula}' has an empty bracket; fill or drop it")
    stack.pop()
    stack[-1][1].extend((element, number * count) for element, number in inner)


def _count(formula: str, at: int) -> tuple[float, int]:
    number = _NUMBER.match(formula, at)
    if number is None:
        return 1.0, at
    if float(number[0]) == 0.0:
        raise FormulaError(f"formula '{formula}' counts zero atoms; drop that element")
    return float(number[0]), number.end()


def _known(element: str, formula: str) -> str:
    if element not in ATOMIC_MASS:
        raise FormulaError(
            f"formula '{formula}' names the unknown element '{element}'; "
            "use symbols of the periodic table, such as 'Ni'"
        )
    return element


def _unreadable(formula: str, at: int) -> FormulaError:
    return FormulaError(
        f"formula '{formula}' cannot be read at '{formula[at:]}'; "
        "write element symbols, counts and brackets, such as 'Li6.4La3Zr1.4Ta0.6O12'"
    )


def molar_mass(formula: str) -> float:
    """Molar mass (g/mol).

    >>> round(molar_mass("LiFePO4"), 2)
    157.75
    """
    return sum(count * ATOMIC_MASS[element] for element, count in atoms(formula).items())


@lru_cache(maxsize=512)
def mass_fractions(formula: str) -> Mapping[str, float]:
    """Mass fraction (kg/kg) of each element; they add to one.

    >>> round(mass_fractions("Li2CO3")["Li"], 4)
    0.1879
    """
    total = molar_mass(formula)
    fractions = {
        element: count * ATOMIC_MASS[element] / total for element, count in atoms(formula).items()
    }
    return MappingProxyType(fractions)
