"""The words of the field, each explained once: in the form as a tooltip, in docs/form.md as a list.

A term is found by the label of an input, the heading of a column or the name of a figure, so that
no page writes an explanation of its own. Where a term is a law's or a method's, its source is an
id of the database's registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Term:
    """A word, what it means in a sentence or two, and where it is met."""

    name: str
    text: str
    labels: tuple[str, ...] = ()
    """Labels of inputs, headings and figures that are explained by it, without their unit."""
    source: str = ""
    """Id in the registry of sources, where the meaning is a law's or a method's."""


TERMS = (
    Term(
        "Areal capacity",
        "Charge that one side of an electrode holds per area, mAh/cm2. Thicker coatings carry "
        "more energy per foil and separator, and charge more slowly.",
        ("areal capacity",), "BATPAC50",
    ),
    Term(
        "Basis",
        "How a number is known: measured, reported by someone, derived from other numbers, or "
        "assumed. A figure is as well founded as the weakest number behind it.",
        ("Basis", "Rests on"),
    ),
    Term(
        "Black mass",
        "Powder of shredded cells that holds the metals of both electrodes; it is sold or "
        "leached to recover nickel, cobalt and lithium.",
        ("Black mass",),
    ),
    Term(
        "CAM",
        "Cathode active material: the powder of the positive electrode that stores lithium or "
        "sodium, such as NMC811 or LFP.",
    ),
    Term(
        "CRMA",
        "Critical Raw Materials Act of the EU. By 2030, of the EU's yearly need, 10 % is to be "
        "mined, 40 % processed and 25 % recycled at home, and at most 65 % of any stage is to "
        "come from one third country.",
        source="EU_CRMA",
    ),
    Term(
        "Days of cover",
        "How long a stock lasts at the usual use when nothing comes in.",
        ("Days of cover", "Own stock of everything"),
    ),
    Term(
        "Energy density",
        "Energy per volume, Wh/L.",
        ("energy density", "Cell, Wh/L"),
    ),
    Term(
        "FOB and CIF",
        "Value of goods at the port they leave (free on board), and with insurance and freight "
        "at the port they reach. Some countries charge duty on the one, some on the other.",
    ),
    Term(
        "GeoPolRisk",
        "Concentration of world production times the political risk of the countries a buyer "
        "imports from; 0 is none.",
        ("GeoPolRisk",), "GEOPOLRISK_2024",
    ),
    Term(
        "HHI",
        "Herfindahl-Hirschman index: the sum of squared shares, from near 0 (many small "
        "suppliers) to 1 (one supplier).",
        ("HHI", "HHI at most (0 to 1)", "HHI, low", "HHI, high"),
    ),
    Term(
        "Landed cost",
        "What goods have cost on arrival: price, processing, freight, duties and other charges.",
        ("Landed cost", "landed cost"),
    ),
    Term(
        "MACR",
        "Material assistance cost ratio of the United States: the part of a product's cost that "
        "does not come from prohibited foreign entities. Tax credits ask for a least ratio.",
        source="OBBBA_70512",
    ),
    Term(
        "Marginal, full and levelised cost",
        "Full cost counts depreciation, overheads, profit and warranty; marginal cost only what "
        "one kWh more takes; levelised cost spreads the capital over the life of the plant at "
        "an interest rate.",
    ),
    Term(
        "Model band",
        "Error that the reference method states of itself, ±15 % of a cost; it comes on top of "
        "what is not known of the inputs.",
        ("Model band", "Cell, band", "Pack, band"), "BATPAC50",
    ),
    Term(
        "N-1",
        "What is left of a supply when its largest country or firm is gone.",
        ("Left without the largest",),
    ),
    Term(
        "N/P ratio",
        "Capacity of the negative electrode over that of the positive; a little above 1 keeps "
        "lithium from plating.",
        ("N/P ratio",), "BATPAC50",
    ),
    Term(
        "P5, P50, P95",
        "Of many random draws, 5 %, half and 95 % lie below. Between P5 and P95 lie nine draws "
        "of ten.",
        ("P5", "P50", "P95", "Cell, P5-P95", "Pack, P5-P95"),
    ),
    Term(
        "Pass-through",
        "Part of a cell's materials that a country touched at any stage, from mine to cell.",
        ("Pass-through",),
    ),
    Term(
        "Price deck",
        "A set of material prices of one date or scenario that belong together.",
        ("Price deck",),
    ),
    Term(
        "Recycled content",
        "Part of a metal in new cells that was recovered from waste. From 18 August 2031 EU law "
        "asks for 16 % of cobalt, 6 % of lithium and 6 % of nickel; from 2036 for more.",
        ("Recycled nickel", "Recycled cobalt", "Recycled lithium"), "EU_2023_1542",
    ),
    Term(
        "Shadow price",
        "How much the best cost changes when a limit is moved by one unit; 0 where the limit "
        "does not bind.",
        ("shadow price", "Shadow price"),
    ),
    Term(
        "Specific energy",
        "Energy per mass, Wh/kg.",
        ("specific energy", "Cell, Wh/kg"),
    ),
    Term(
        "Yield",
        "Good output over input of a step. What is lost has been bought all the same, and may "
        "be recycled.",
        ("Yield", "yield"),
    ),
)  # fmt: skip


def _by_label() -> Mapping[str, Term]:
    return MappingProxyType({label: term for term in TERMS for label in term.labels})


_BY_LABEL = _by_label()


def told(label: str) -> str | None:
    """What a label means, as a tooltip; nothing where it needs no word.

    A label may end in its unit: ``Landed cost, USD 2025/kWh``.
    """
    term = _BY_LABEL.get(label) or _BY_LABEL.get(label.partition(",")[0])
    return f"**{term.name}.** {term.text}" if term else None


def listed() -> str:
    """All terms as a list in Markdown."""
    rows = [f"- **{t.name}**: {t.text}{f' ({t.source})' if t.source else ''}" for t in TERMS]
    return "\n".join(rows)
